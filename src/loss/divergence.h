// Losses that are a sum over entries (loss/entry_loss.h). An item is solved on a panel of the
// other factor, which has its numbers coordinate by coordinate.
#ifndef NONNEG_DIVERGENCE_H
#define NONNEG_DIVERGENCE_H

#include <type_traits>
#include <vector>

#include "loss/entry_loss.h"
#include "loss/item_loss.h"

namespace nonneg {

// Where the majorant would raise a coordinate this many times, or lower all of them by half as
// much, its step comes before one of Newton: that at most doubles a q far too small, and of one
// more than twice too large the model says that it should be 0.
constexpr double kEager = 4;

// Numbers of items that are laid out and looked at twice: they stay in the second cache.
constexpr std::ptrdiff_t kKept = 98304;

class Divergence : public ItemLoss {
 public:
  // `largest`: of X, where it comes by blocks.
  Divergence(const EntryView& columns, const EntryView& rows, const EntryLoss&, int rank, const Solver&,
             const Options&, const Units&, double largest = 0);
  double in_true_units(double value) const override;
  double noise() const override { return (quick_ ? quick_noise() : 1e-13) * total_; }
  double degree() const override { return facts_.degree; }
  double least_part() const override { return 0.25; }
  // Kullback-Leibler alone: the entries of items on their own, in numbers of half the length.
  bool set_quick(bool) override;
  // The best H for W, column by column, from the start in H, all in true units. A column is solved in
  // units of its own, so that no other has a part in its answer. `residual` receives the relative KKT
  // residual of each. False if stopped. See projection.cpp.
  bool project(const Factor& W, Factor& H, std::vector<double>& residual, Host&);

 protected:
  void set_other(Side, const Factor& other) override;
  std::ptrdiff_t group(Side) const override;
  void items(Side, const Task&, int thread, std::ptrdiff_t first, std::ptrdiff_t last, const Factor& start,
             Factor* to, Measure* out) override;
  double work(Side, const Task&, std::ptrdiff_t j) const override;
  // By blocks: see divergence_rows.cpp.
  bool exact_rows() const override { return false; }
  std::ptrdiff_t read_group() const override { return 1; }
  void take_block(std::ptrdiff_t columns) override;
  double gather(int thread, std::ptrdiff_t j, const double* h) override;
  void gathered(const Factor& H, Host&) override;

 private:
  struct OtherFactor {
    const Factor* factor = nullptr;
    std::vector<double> sums;      // over its items
    std::vector<double> weighted;  // the same with the weights of positions
    std::vector<double> left;      // where there is a mask: of what is left, for each class of items
    Buffer panel;                  // by coordinates, ld apart
    std::ptrdiff_t ld = 0;
    BufferOf<float> single, single_panel;  // the factor and that panel, in numbers of half the length
  };
  // What an item is solved in: those of all items, or its own.
  struct ItemUnits {
    double X, least, floor, sum;  // the sum of its entries, with weights
    ElasticNet penalty;
  };
  struct Path;  // of a column to its best coefficients
  // Where the entries of items are laid out.
  template <class Number>
  struct Room {
    ListingOf<Number> list;
    BufferOf<Number> panel, x, v, q, work, kept;
    EntryProblemOf<Number> problems[kLanes];
    // By blocks: the item that was solved last; its terms, where zeros have some that are not listed.
    EntryProblemOf<Number> item;
    BufferOf<Number> terms;
  };
  struct Scratch {
    Room<double> room;
    Room<float> single;
    Buffer u, parameters, all_u;
    template <class Number>
    Room<Number>& of() {
      if constexpr (std::is_same<Number, double>::value)
        return room;
      else
        return single;
    }
    // Of one item and of kLanes: h, gradient, Hessian and more. Not shared, since an item
    // alone relies on zeros in the other lanes.
    Buffer alone, lanes;
    // By blocks: sixteen rows; how many entries of each row have lost their reconstruction.
    Buffer rows;
    std::vector<double> lost;
  };
  // By blocks: what is known of the rows.
  struct RowFacts {
    std::vector<double> plain, positive;  // sum of the entries, how many are not 0
    std::vector<double> lost;             // ... and have lost their reconstruction
    std::vector<double> below;            // sums of H with the weights of columns
    double sum_H = 0;                     // without
    double columns = 1;                   // of all machines
  };

  // Sparse Kullback-Leibler: entries where X is 0 come in by the sums of q alone.
  bool zeros_by_sums(const EntryView& v) const { return v.sparse() && !v.partial && facts_.by_sums; }
  ItemUnits units_of(Side side, std::ptrdiff_t j) const {
    // By blocks the sum is not known before the item is read.
    return {units_.X, least_, floor_, by_blocks_ ? -1.0 : sums_[side][j], penalty(side).net};
  }
  template <class Number>
  void item(Side, const Task&, Scratch&, std::ptrdiff_t j, const ItemUnits&, const double* start, double* h,
            Measure&) const;
  template <class Number>
  void make_room(Room<Number>&, std::ptrdiff_t room) const;
  // Item j as a problem, but for its couplings: in `to`, where that has room, or else in what all items
  // share.
  template <class Number>
  EntryProblemOf<Number> problem_of(Side, const Task&, Scratch&, std::ptrdiff_t j, const ItemUnits&,
                                    double* u, Number* to) const;
  template <class Number>
  std::ptrdiff_t most_entries(Side, std::ptrdiff_t j) const;  // padded
  // Numbers that problem_of() needs in `to`.
  template <class Number>
  std::ptrdiff_t room_of(Side, std::ptrdiff_t j) const;
  template <class Number>
  const EntryKernels<Number>& calls() const {
    if constexpr (std::is_same<Number, double>::value)
      return calls_;
    else
      return kernels().single_entries;
  }
  Path path_of(Listing&, std::ptrdiff_t j) const;
  void follow(Path&, Scratch&, std::ptrdiff_t j, double* h, double* best, double* next) const;
  template <class Number>
  void sums(const OtherFactor&, const EntryView&, const ListingOf<Number>&, const EntryProblemOf<Number>&,
            std::ptrdiff_t j, double* u) const;
  EntryPanel panel_of(const ElasticNet&, Buffer& room, int lanes) const;
  void measured(const EntryPanel&, int count, Measure* out) const;
  template <class Number>
  double value_of(const EntryProblemOf<Number>&, const EntryPanel&, bool by_sums) const;
  // Short items that all have every entry go kLanes at a time.
  bool in_lanes(Side) const;
  void set_by_blocks(double largest);
  // Zeros of a sparse X have terms, though they are not listed.
  bool unlisted_terms() const {
    return columns_.sparse() && columns_.missing && !columns_.partial && facts_.by_sums;
  }
  template <class Number>
  void gather_terms(Scratch&, std::ptrdiff_t j, const double* h);
  void row_items(const Task&, Scratch&, std::ptrdiff_t first, std::ptrdiff_t last, const Factor& start,
                 Factor* to, Measure* out) const;
  void row_group(const Task&, Scratch&, std::ptrdiff_t first, int count, const Factor& start, Factor* to,
                 Measure* out) const;
  void model_step(Scratch&, EntryPanel&, std::ptrdiff_t first, int count, const double* pull) const;
  bool lift_rows(EntryPanel&, std::ptrdiff_t first, int count, bool* lifted) const;
  void lanes(Side, const Task&, Scratch&, std::ptrdiff_t first, int count, const Factor& start, Factor* to,
             Measure* out) const;
  // Steps of Newton on items that are laid out one by one: their models are solved kLanes at a time.
  bool together(Side) const;
  template <class Number>
  void newton_together(Side, const Task&, Scratch&, std::ptrdiff_t first, int count, const Factor& start,
                       Factor* to, Measure* out) const;
  void majorize(const EntryPanel&, const double* pull = nullptr) const;
  double* after_panel(const EntryPanel&, double*& hessian, double*& work) const;
  // What is done with an item, or with kLanes of them. See loss/divergence_steps.h.
  template <class Number>
  struct OneItem;
  template <class Number>
  struct Together;
  struct LaneItems;
  template <class Group>
  void run(const Task&, Group&) const;
  template <class Number>
  void measure_coupled(Side, const Task&, const EntryProblemOf<Number>&, EntryPanel, std::ptrdiff_t j,
                       double* pull, Measure&) const;
  static double floor_for(double largest);
  static double largest_of(const Listing&);
  template <class Number>
  static double sum_of(const ListingOf<Number>&, bool weighted);
  // Squared size of an item in the metric of the residual, over the entries that are not 0.
  double size2_of(Side, const Listing&, std::ptrdiff_t j, double unit, double floor) const;
  // The loss's parameter at position i of item j, or the only one, times `by`.
  double parameter_at(Side, std::ptrdiff_t j, std::ptrdiff_t i, double by) const;
  double parameter_units(double unit) const;
  // ... of all entries listed, if it is by rows of X.
  template <class Number>
  const double* parameters_of(Side, const ListingOf<Number>&, std::ptrdiff_t j, double unit,
                              Buffer& to) const;
  const double* lane_parameters(Side, std::ptrdiff_t first, int count, Buffer& to) const;
  bool newton(const Task& task) const { return solver_.newton && !task.safe; }

  const EntryLoss loss_;
  const LossFacts& facts_;
  const LossKernels& entry_;  // its kernels
  EntryKernels<double> calls_;
  bool quick_ = false;
  double quick_noise() const;
  const double least_;
  double floor_;                         // WH below it counts as this
  std::vector<double> sums_[2];          // of the entries of every item, with weights
  std::vector<std::ptrdiff_t> left_[2];  // positions left, by class of items, where there is a mask
  OtherFactor other_[2];
  std::vector<Scratch> scratch_;
  RowFacts rows_known_;
  std::ptrdiff_t most_ = 0;  // entries of an item on its own, padded
  bool shared_ = true;       // all items have the whole panel of the other factor
};

}  // namespace nonneg

#endif
