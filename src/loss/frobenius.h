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
#include "loss/loss.h"
#include "solver/lane_step.h"
#include "solver/quadratic.h"
#include "solver/solver.h"

namespace nonneg {

// Rows of X that one thread takes at a time for XH'.
constexpr std::ptrdiff_t kGatherRows = 512;
static_assert(kGatherRows % kRowTile == 0, "they are whole tiles of P");

// The work on one block of X: its products with W, the small problems, the products with H.
struct BlockWork {
  explicit BlockWork(int members) : with_W(members), with_H(members) {}
  Shares with_W, with_H;
  Counter groups;
};

class Frobenius : public Loss {
 public:
  // sumsq is that of units.X * X.
  Frobenius(const Source& source, int rank, const Solver& solver, const Options& options, const Units& units,
            double sumsq, std::vector<std::ptrdiff_t> row_nonzeros);

  Units units() const override { return units_; }
  double in_true_units(double value) const override { return value / units_.X / units_.X; }
  double noise() const override { return 1e-14 * sumsq_; }
  double size() const override;
  void prepare(const Factor& W) override;
  HalfStep pass(Source&, const PassPlan&, const Factor& start, const Factor& before, Factor& plain,
                Factor& next, Host&, double deadline) override;
  HalfStep update(const PassPlan&, const Factor& start, Factor& W, Host&, double deadline) override;
  HalfStep measure(const Factor& W, Host&) override;
  int revive(Source&, Factor& W, Factor& H) override;
  // X H' of the last pass, l x r column-major, in the units of X and H given.
  void read_statistics(double* out) const;

 private:
  friend class FrobeniusStack;  // does the pass of several at once
  struct Scratch {
    explicit Scratch(int r) : lanes(r) {}
    LaneScratch lanes;
    Buffer acc, items;
    Buffer y;  // dense: units.X * H of one block
  };
  struct PassState {
    const PassPlan& plan;
    const Factor& start;
    const Factor& before;
    Factor& plain;
    Factor& next;
  };

  void dense_block(const Block&, std::ptrdiff_t ahead, PassState&, BlockWork&, const Member&);
  void sparse_block(const Block&, PassState&, BlockWork&, const Member&);
  void solve_group(PassState&, Scratch&, std::ptrdiff_t first, int lanes, const double* b,
                   std::ptrdiff_t item);
  // The parts of prepare() and pass() that do not read X. `packed` has room for `rank` columns in all.
  void set_for_H(const Factor& W);
  void pack(const Factor& W, double* packed, std::ptrdiff_t rank, const Member&) const;
  void set_for_W(const Factor& H);
  HalfStep measured(double sums[3], const Factor& start) const;
  void sum_certificates(double sums[3]) const;
  // From P: of group g of rows at P + g*group.
  HalfStep rows(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W, int sweep_factor);
  void residual(const Block&, std::ptrdiff_t column, const Factor& W, const Factor& H, double* out) const;

  const std::ptrdiff_t l_, n_;
  const int r_;
  const Solver& solver_;
  const int threads_, sweeps_;
  const bool sparse_;
  const double stall_;
  const Units units_;
  const double sumsq_;
  const Held &held_W_, &held_H_;
  Penalty penalty_on_W_, penalty_on_H_;   // in scaled units
  double penalty_W_ = 0, penalty_H_ = 0;  // of the W prepared, of the H gathered

  std::ptrdiff_t ld_;    // sparse: the rank, padded to whole units
  std::ptrdiff_t part_;  // dense: rows of a part of X
  Buffer packed_W_;      // units.X * W: sparse, rows of ld; dense, in chunks (see kernels.h)
  Buffer P_;             // X H': sparse, rows of ld; dense, in tiles
  Buffer partial_;       // dense: sums of W'X over the parts
  std::vector<double> gram_W_, gram_H_;
  Quadratic for_H_, for_W_;
  Gram gram_;
  std::vector<LaneCertificate> certificates_;
  std::vector<Scratch> scratch_;
  std::vector<std::ptrdiff_t> row_nonzeros_;
};

}  // namespace nonneg

#endif
