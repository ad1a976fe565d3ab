// Squared Frobenius loss  1/2 ||X - WH||^2.
//   H: A = W'W, b = W'x_j for every column j.
//   W: A = HH', b = row i of P = XH'. P and HH' are the statistics of the pass.
#ifndef NONNEG_FROBENIUS_H
#define NONNEG_FROBENIUS_H

#include <memory>
#include <vector>

#include "core/gram.h"
#include "core/options.h"
#include "core/parallel.h"
#include "core/products.h"
#include "loss/loss.h"
#include "solver/constrained_step.h"
#include "solver/free_step.h"
#include "solver/lane_step.h"
#include "solver/quadratic.h"
#include "solver/solver.h"

namespace nonneg {

class Frobenius : public Loss {
 public:
  // sumsq is that of units.X * X, `columns` those of all machines.
  Frobenius(const Source& source, int rank, const Solver& solver, const Options& options, const Units& units,
            double sumsq, std::ptrdiff_t columns, std::vector<std::ptrdiff_t> row_nonzeros,
            Singles singles = {});

  Units units() const override { return units_; }
  double in_true_units(double value) const override { return value / units_.X / units_.X; }
  double noise() const override { return (products_.quick() ? quick_noise_ : 1e-14) * sumsq_; }
  double size() const override;
  double degree() const override { return 2; }
  bool free_W() const override { return free_W_; }
  void prepare(const Factor& W) override;
  HalfStep pass(Source&, const PassPlan&, const Factor& start, const Factor& before, Factor& plain,
                Factor& next, Host&, double deadline) override;
  HalfStep update(const PassPlan&, const Factor& start, Factor& W, Host&, double deadline) override;
  HalfStep measure(const Factor& W, Host&) override;
  bool set_quick(bool quick) override {
    products_.set_quick(quick);
    return products_.quick();
  }
  bool online(Source&, Factor& W, Factor& H, Host&, double deadline) override;
  int revive(Source&, Factor& W, Factor& H, Host&) override;

 private:
  friend class FrobeniusStack;  // does the pass of several at once
  struct PassState {
    const PassPlan& plan;
    const Factor& start;
    const Factor& before;
    Factor& plain;
    Factor& next;
  };

  void solve_group(const PassState&, LaneScratch&, std::ptrdiff_t first, int lanes, const double* b,
                   std::ptrdiff_t item);
  // The parts of prepare() and pass() that do not read X.
  void set_for_H(const Factor& W);
  void start_H(const Factor& start, const Beside& = Beside());
  void set_for_W(const Factor& H, const Beside& = Beside());
  // What a pass has of the certificate of H, sums over its columns.
  struct Sums {
    double value = 0, kkt2 = 0, gap = 0, penalty = 0, coupled = 0;
  };
  HalfStep measured(const Sums&) const;
  Sums sum_certificates(const Factor& start, const Beside& = Beside()) const;
  // Of P only this machine's share of the rows.
  void reduce_statistics(bool gathered, Sums&, Host&);
  // From P: of group g of rows at P + g*group. `host`, if there is one, knows of other machines.
  HalfStep rows(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W, int sweep_factor,
                Host* host = nullptr);
  void each_row_group(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W, int sweep_factor,
                      const Range& groups);
  // The same where W may be negative.
  void each_free_group(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W,
                       const Range& groups);

  // Multiply-adds of a step on these rows.
  double row_work(const Range& groups) const {
    return static_cast<double>(groups.size()) * kLanes * r_ * r_ * 4;
  }

  const std::ptrdiff_t l_, n_;
  const int r_;
  const Solver& solver_;
  const int threads_, sweeps_;
  const double stall_;
  const Units units_;
  const double sumsq_, quick_noise_;
  const Fixed &fixed_W_, &fixed_H_;
  const bool free_W_;
  const Constraint constraint_H_;
  Tangent coupling_W_, coupling_H_;       // where the last half-steps started
  double penalty_W_ = 0, penalty_H_ = 0;  // of the W prepared, of the H gathered

  Products products_;  // with units.X * W and units.X * H
  std::vector<double> gram_W_, gram_H_;
  Quadratic for_H_, for_W_;
  FreeStep free_step_;                   // in place of for_W_ where W may be negative
  Quadratic uncoupled_H_, uncoupled_W_;  // without the curvature of couplings, where there are some
  Gram gram_;
  std::vector<LaneCertificate> certificates_;
  std::vector<LaneScratch> scratch_;
};

}  // namespace nonneg

#endif
