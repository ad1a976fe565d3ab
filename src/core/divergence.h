// Losses that are a sum over entries: the beta-divergence, with Kullback-Leibler
// (beta = 1) and Itakura-Saito (beta = 0). Each column of H, and each row of W, is
// a problem of its own, solved on a panel of the other factor. The rows need X by
// rows, so these losses keep a transposed copy.
#ifndef NONNEG_DIVERGENCE_H
#define NONNEG_DIVERGENCE_H

#include <vector>

#include "loss.h"
#include "options.h"
#include "parallel.h"
#include "solver.h"

namespace nonneg {

// X by items: the entries of one column, or of one row, lie side by side.
struct EntryView {
  std::ptrdiff_t length = 0;  // entries of an item, zeros included
  std::ptrdiff_t items = 0;
  const double* value = nullptr;
  const int* p = nullptr;  // sparse: item j has entries p[j] .. p[j+1)
  const int* index = nullptr;
  bool sparse() const { return p != nullptr; }
  // Those that are stored.
  std::ptrdiff_t stored(std::ptrdiff_t j) const { return sparse() ? p[j + 1] - p[j] : length; }
};

class Divergence : public Loss {
 public:
  Divergence(const EntryView& columns, const EntryView& rows, double beta, int rank, const Solver&,
             const Options&, const Units&);

  Units units() const override { return units_; }
  double in_true_units(double value) const override;
  double noise() const override { return 1e-13 * total_; }
  double size() const override;
  void prepare(const Factor& W) override;
  HalfStep pass(Source&, const PassPlan&, const Factor& start, const Factor& before, Factor& plain,
                Factor& next, Host&, double deadline) override;
  HalfStep update(const PassPlan&, const Factor& start, Factor& W, Host&, double deadline) override;
  HalfStep measure(const Factor& W, Host&) override;

 private:
  // What one half-problem holds fixed.
  struct Fixed {
    const Factor* factor = nullptr;
    std::vector<double> sums;  // over its items
    Buffer panel;              // by coordinates, ld apart
    std::ptrdiff_t ld = 0;
    double penalty = 0;
  };
  struct Scratch {
    Buffer panel, x, q, work, gradient;
  };
  struct Certificate {
    double value, kkt2, gap;
  };
  // What a half-step does: measure the start, solve, measure the solution.
  struct Task {
    bool before, solve, after, value, safe;
    int sweep_factor;
    double beta;
  };

  // Sparse Kullback-Leibler: entries where X is 0 come in by the sums of q alone.
  bool gathered() const { return columns_.sparse() && beta_ == 1; }
  void fix(const Factor&, const Penalty&, Fixed&);
  HalfStep half(const EntryView&, const Fixed&, const Penalty&, const Task&, const Factor& start,
                const Factor& before, Factor& plain, Factor& next, Host&, double deadline);
  void item(const EntryView&, const Fixed&, const Penalty&, const Task&, Scratch&, std::ptrdiff_t j,
            const double* start, double* h, Certificate&) const;
  Certificate certificate(const EntryProblem&, const EntryGradient&, double sum, bool value) const;
  void majorize(const EntryProblem&, const EntryGradient&) const;

  const EntryView columns_, rows_;
  const double beta_;
  const int r_;
  const Solver& solver_;
  const int threads_, sweeps_;
  const double stall_;
  const Units units_;
  Penalty penalty_on_W_, penalty_on_H_;
  double total_ = 0;
  Fixed fixed_W_, fixed_H_;
  std::vector<Certificate> certificates_;
  std::vector<Scratch> scratch_;
};

}  // namespace nonneg

#endif
