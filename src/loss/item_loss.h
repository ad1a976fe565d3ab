// Losses for which every column of H, and every row of W, is a problem of its
// own. Both half-steps are the same, on X by columns and on X by rows.
//
// Where X by rows is not at hand, or X is spread over machines, X is read by blocks of columns, and what the
// rows of W need is gathered meanwhile (loss/item_rows.cpp, loss/row_sums.h).
#ifndef NONNEG_ITEM_LOSS_H
#define NONNEG_ITEM_LOSS_H

#include <memory>
#include <vector>

#include "core/fixed.h"
#include "core/options.h"
#include "core/parallel.h"
#include "loss/entry_view.h"
#include "loss/loss.h"
#include "loss/row_sums.h"
#include "solver/solver.h"

namespace nonneg {

// A sum, or a Gram matrix, less what is missing that is below this part of the whole is taken anew from the
// rest alone: it may be rounding error.
constexpr double kWorn = 1e-3;

// Group g: items[p[g]] .. items[p[g + 1]], which have `stored` entries together.
struct ItemGroups {
  std::vector<int> items;
  std::vector<std::ptrdiff_t> p = {0}, stored;
  std::ptrdiff_t count() const { return static_cast<std::ptrdiff_t>(p.size()) - 1; }
  const int* begin(std::ptrdiff_t g) const { return items.data() + p[g]; }
  const int* end(std::ptrdiff_t g) const { return items.data() + p[g + 1]; }
};

class ItemLoss : public OneReadLoss {
 public:
  // `sweeps`: the solver's, for problems of this kind. Views that have no values yet: X comes by blocks.
  ItemLoss(const EntryView& columns, const EntryView& rows, int rank, const Solver&, int sweeps,
           const Options&, const Units&);
  Units units() const override { return units_; }
  double size() const override;
  void prepare(const Factor& W) override;
  HalfStep pass(Source&, const PassPlan&, const Factor& start, const Factor& before, Factor& plain,
                Factor& next, Host&, double deadline) override;
  HalfStep update(const PassPlan&, const Factor& start, Factor& W, Host&, double deadline) override;
  HalfStep measure(const Factor& W, Host&) override;
  OneReadLoss* in_one_read() override { return by_blocks_ && !exact_rows() ? this : nullptr; }
  Read read(Source&, const ReadPlan&, const Factor& start, const Factor& before, Factor& plain, Factor& next,
            Host&, double deadline) override;
  HalfStep rows(const Factor& W, Factor& next, Factor& safe, Host&) override;

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
  // Solves and measures items [first, last), a group; `to` is null if not task.solve. The measure of the
  // whole group may be that of its first item.
  virtual void items(Side, const Task&, int thread, std::ptrdiff_t first, std::ptrdiff_t last,
                     const Factor& start, Factor* to, Measure* out) = 0;
  // Where problems of items that are apart have more in common than those of neighbours: groups that are
  // solved together, instead of the above. Null if there are none.
  virtual const ItemGroups* listed(Side) const { return nullptr; }
  // ... and the same for group g of these.
  virtual void listed_items(Side, const Task&, int /*thread*/, std::ptrdiff_t /*g*/, const Factor& /*start*/,
                            Factor* /*to*/, Measure* /*of all items*/) {}
  virtual double listed_work(Side, const Task&, std::ptrdiff_t /*g*/) const { return 0; }
  // Multiply-adds, or so, of item j.
  virtual double work(Side, const Task&, std::ptrdiff_t j) const = 0;

  // By blocks. Are the models of rows the problems themselves?
  virtual bool exact_rows() const = 0;
  // Columns that are solved together.
  virtual std::ptrdiff_t read_group() const = 0;
  // columns_ is a new block, with so many columns.
  virtual void take_block(std::ptrdiff_t /*columns*/) {}
  // In threads, of a column that has just been solved or measured: gathers its terms at its new coefficients,
  // and returns its squared size in the metric of the residual.
  virtual double gather(int thread, std::ptrdiff_t j, const double* h) = 0;
  // What the measures of all rows leave out of the objective.
  virtual double rows_constant() const { return 0; }
  // All columns have been gathered with this H.
  virtual void gathered(const Factor& H, Host&) = 0;
  RowSums& row_sums() { return *row_sums_; }
  const RowSums& row_sums() const { return *row_sums_; }
  // Until the first read has ended, what is to be known of all of X is being found.
  bool first_read() const { return !read_; }

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

  const bool by_blocks_;
  EntryView columns_;  // all, or the block in hand
  const EntryView rows_;
  const int r_;
  const Solver& solver_;
  const int threads_, sweeps_;
  const double stall_;
  std::unique_ptr<RowSums> row_sums_;  // by blocks
  const Units units_;
  const Fixed& fixed_W_;
  const Fixed& fixed_H_;
  double total_ = 0;  // squared size of X in the metric of the residual

 private:
  HalfStep half(Side, const Task&, const Factor& start, const Factor& before, Factor& plain, Factor& next,
                Host&, double deadline);
  bool blocks(Source&, const Task&, bool with_rows, const Factor& start, const Factor& before, Factor& plain,
              Factor& next, Host&, double deadline, std::vector<Measure>* at_start);
  HalfStep summed(const std::vector<Measure>&, const Factor& at, Host&);
  HalfStep pass_by_blocks(Source&, const PassPlan&, const Factor& start, const Factor& before, Factor& plain,
                          Factor& next, Host&, double deadline);
  double residual2(Side, const Factor& at, const Range& items);
  double penalty_of_H(const Factor& H, Host&) const;
  double penalty_of_other_[2] = {0, 0};
  Tangent tangents_[2];
  mutable Buffer slopes_;  // written by the thread that has the item
  std::vector<Measure> measures_;
  const EntryView all_;  // of which columns_ is a block
  bool read_ = false;
  double value_read_ = 0;  // by blocks: of the pair of the last read, without the penalties of W
};

}  // namespace nonneg

#endif
