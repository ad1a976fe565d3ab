// Several data sets X_i with what they share, W, and what is each one's own, V_i (integrative NMF):
//   J = sum_i c_i ( 1/2 |X_i - (W + V_i) H_i|^2 + lambda/2 |V_i H_i|^2 ).
//   H_i: A = M'M + lambda V_i'V_i and b = M'x for every column x, with M = W + V_i.
//   W, V_i: with P_i = X_i H_i' and G_i = H_i H_i',
//     W:   A = sum_i c_i G_i,       b = a row of sum_i c_i (P_i - V_i G_i);
//     V_i: A = (1 + lambda) G_i,    b = a row of P_i - W G_i.
// So P_i and G_i are all that W and V_i need of X_i: an iteration reads every X_i once, and goes to and fro
// between W and V_i without reading.
//
// To the driver it is a loss like any other: its "W" has the rows of W, then those of V_1, V_2, ..., its "H"
// the columns of H_1, H_2, ... A data set need not have all rows of W.
#ifndef NONNEG_JOINT_H
#define NONNEG_JOINT_H

#include <memory>
#include <vector>

#include "core/gram.h"
#include "core/options.h"
#include "core/products.h"
#include "loss/loss.h"
#include "solver/lane_step.h"
#include "solver/quadratic.h"
#include "solver/solver.h"

namespace nonneg {

struct JointData {
  std::unique_ptr<Source> source;
  double weight = 1;                 // c_i
  double sumsq = 0;                  // of units.X * X_i
  std::vector<std::ptrdiff_t> rows;  // which rows of W it has, increasing
  std::vector<std::ptrdiff_t> row_nonzeros;
};

struct JointSpec {
  double lambda = 0;
  bool own = true;       // is there a V_i? Otherwise all is shared
  bool fixed_W = false;  // W keeps its start
};

class JointLoss : public Loss {
 public:
  JointLoss(std::vector<JointData> data, std::ptrdiff_t rows, int rank, const Solver& solver,
            const Options& options, const JointSpec& spec, const Units& units);

  Units units() const override { return units_; }
  double in_true_units(double value) const override { return value / units_.X / units_.X; }
  double noise() const override { return 1e-14 * sumsq_; }
  double size() const override;
  double degree() const override { return 2; }
  void prepare(const Factor& W) override;
  // The sources are its own: what the driver passes is not looked at.
  HalfStep pass(Source&, const PassPlan&, const Factor& start, const Factor& before, Factor& plain,
                Factor& next, Host&, double deadline) override;
  HalfStep update(const PassPlan&, const Factor& start, Factor& W, Host&, double deadline) override;
  HalfStep measure(const Factor& W, Host&) override;
  int revive(Source&, Factor& W, Factor& H, Host&) override;

  Source& first_source() { return *parts_[0].data.source; }
  std::ptrdiff_t rows_of_W() const { return total_rows_; }
  std::ptrdiff_t columns_of_H() const { return total_columns_; }

 private:
  struct Part {
    JointData data;
    std::ptrdiff_t first_row = 0;     // of V_i in "W"
    std::ptrdiff_t first_column = 0;  // of H_i in "H"
    std::unique_ptr<Products> products;
    Factor M, H;
    std::vector<double> gram_V, gram_H;
    Quadratic for_H, for_V;
    std::vector<double> d, inverse;  // of V_i: the roots of c_i (1 + lambda) diag G_i
    std::vector<LaneCertificate> certificates;
  };
  // Rows of W that the same data sets have, one after another.
  struct Run {
    std::ptrdiff_t first, count;
    int pattern;
    std::vector<std::ptrdiff_t> local;  // the first of them in each of these data sets
  };
  // These data sets, and what their problem has in common: see certify_rows().
  struct Pattern {
    std::vector<int> parts;
    Quadratic for_W;
    std::vector<double> d, inverse, ones;  // A1: of W, then of each V_i
    double total = 0;                      // 1'A1
  };
  struct Group {  // rows that are solved together
    int run;
    std::ptrdiff_t offset;
    int lanes;
  };
  // Panels of kLanes rows, coordinate by coordinate: W, and of each data set of a pattern P, V, U = WG and T
  // = VG.
  struct Scratch {
    LaneScratch lanes;
    Buffer w, b, gradient, e, a1h;
    std::vector<Buffer> p, v, u, t;
    Scratch(int r, std::size_t parts) : lanes(r), p(parts), v(parts), u(parts), t(parts) {
      for (Buffer* panel : {&w, &b, &gradient}) panel->resize(static_cast<std::size_t>(kLanes) * r);
      for (Buffer* lane : {&e, &a1h}) lane->resize(kLanes);
      for (auto* panels : {&p, &v, &u, &t})
        for (Buffer& panel : *panels) panel.resize(static_cast<std::size_t>(kLanes) * r);
    }
  };

  void find_runs();
  void set_patterns();
  void add_ones(Pattern&) const;
  HalfStep rows(const Factor& start, Factor* W, int sweep_factor);
  void row_group(const Group&, const Factor& start, Factor* W, int sweep_factor, Scratch&, LaneCertificate&,
                 double& penalty) const;
  LaneCertificate certify_rows(const Pattern&, int lanes, Scratch&, double& penalty) const;
  void load_P(const Part&, std::ptrdiff_t row, int lanes, double* panel) const;
  double penalty_at_start(const Factor& start);

  std::vector<Part> parts_;
  const std::ptrdiff_t l_;
  const int r_;
  const Solver& solver_;
  const int threads_, sweeps_;
  const double stall_;
  const JointSpec spec_;
  const Units units_;
  std::ptrdiff_t total_rows_ = 0, total_columns_ = 0;
  double sumsq_ = 0;  // of all data sets, each c_i times

  std::vector<Run> runs_;
  std::vector<Pattern> patterns_;
  std::vector<Group> groups_;
  std::vector<LaneCertificate> row_certificates_;
  std::vector<double> row_penalties_;
  Gram gram_;
  std::vector<Scratch> scratch_;
};

}  // namespace nonneg

#endif
