// Losses for which every column of H, and every row of W, is a problem of its
// own. Both half-steps are the same, on X by columns and on X by rows.
#ifndef NONNEG_ITEM_LOSS_H
#define NONNEG_ITEM_LOSS_H

#include <vector>

#include "core/fixed.h"
#include "core/options.h"
#include "core/parallel.h"
#include "loss/entry_view.h"
#include "loss/loss.h"
#include "solver/solver.h"

namespace nonneg {

// A sum, or a Gram matrix, less what is missing that is below this part of the whole is taken anew from the
// rest alone: it may be rounding error.
constexpr double kWorn = 1e-3;

class ItemLoss : public Loss {
 public:
  // `sweeps`: the solver's, for problems of this kind.
  ItemLoss(const EntryView& columns, const EntryView& rows, int rank, const Solver&, int sweeps,
           const Options&, const Units&);
  Units units() const override { return units_; }
  double size() const override;
  void prepare(const Factor& W) override;
  HalfStep pass(Source&, const PassPlan&, const Factor& start, const Factor& before, Factor& plain,
                Factor& next, Host&, double deadline) override;
  HalfStep update(const PassPlan&, const Factor& start, Factor& W, Host&, double deadline) override;
  HalfStep measure(const Factor& W, Host&) override;

 protected:
  // The host is polled after about this many multiply-adds.
  static constexpr double kWorkPerPoll = 3e8;
  enum Side { of_H, of_W };  // which factor a half-step is for
  // What a half-step does: measure the start, solve, measure the solution.
  struct Task {
    bool before, solve, after, value, safe;
    int sweep_factor;
    double beta;
  };
  struct Measure {
    double value = 0, kkt2 = 0, gap = 0;
  };
  // Takes what the problems of one side need to know of the other factor.
  virtual void set_other(Side, const Factor& other) = 0;
  // Items handed out at a time.
  virtual std::ptrdiff_t group(Side) const = 0;
  // Solves and measures items [first, last), a group; `to` is null if not task.solve.
  virtual void items(Side, const Task&, int thread, std::ptrdiff_t first, std::ptrdiff_t last,
                     const Factor& start, Factor* to, Measure* out) = 0;
  // Multiply-adds, or so, of item j.
  virtual double work(Side, const Task&, std::ptrdiff_t j) const = 0;

  const EntryView& view(Side side) const { return side == of_H ? columns_ : rows_; }
  const Fixed& fixed(Side side) const { return side == of_H ? fixed_H_ : fixed_W_; }
  const Penalty& penalty(Side side) const { return side == of_H ? penalty_on_H_ : penalty_on_W_; }
  bool coupled(Side side) const { return !penalty(side).couplings.empty(); }
  // At the start of the half-step: what its problems have besides the loss and the elastic net.
  const Tangent& tangent(Side side) const { return tangents_[side]; }
  // Of a coupled item, when it is measured, without its couplings: the slopes of its coefficients and then
  // the curvatures of the metric; 0 where there is none. The KKT residual is made of them once all items are
  // solved.
  double* slopes(std::ptrdiff_t j) const { return slopes_.data() + j * 2 * r_; }

  const EntryView columns_, rows_;
  const int r_;
  const Solver& solver_;
  const int threads_, sweeps_;
  const double stall_;
  const Units units_;
  const Fixed& fixed_W_;
  const Fixed& fixed_H_;
  double total_ = 0;  // squared size of X in the metric of the residual

 private:
  HalfStep half(Side, const Task&, const Factor& start, const Factor& before, Factor& plain, Factor& next,
                Host&, double deadline);
  double residual2(Side, const Factor& at);
  double penalty_of_other_[2] = {0, 0};
  Tangent tangents_[2];
  mutable Buffer slopes_;  // written by the thread that has the item
  std::vector<Measure> measures_;
};

}  // namespace nonneg

#endif
