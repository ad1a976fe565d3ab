// Squared Frobenius loss with missing entries or weights,  1/2 sum v_ij (x_ij - (WH)_ij)^2.
// Every item has a quadratic of its own: for column j of H
//   A = sum_i v_ij w_i w_i',  b = sum_i v_ij x_ij w_i.
#ifndef NONNEG_WEIGHTED_H
#define NONNEG_WEIGHTED_H

#include <vector>

#include "core/gram.h"
#include "core/sparse_rows.h"
#include "loss/item_loss.h"
#include "solver/own_step.h"

namespace nonneg {

class WeightedFrobenius : public ItemLoss {
 public:
  WeightedFrobenius(const EntryView& columns, const EntryView& rows, int rank, const Solver&, const Options&,
                    const Units&);
  double in_true_units(double value) const override { return value / units_.X / units_.X; }
  double noise() const override { return 1e-14 * total_; }
  double degree() const override { return 2; }

 protected:
  void set_other(Side, const Factor& other) override;
  std::ptrdiff_t group(Side) const override { return kGroup; }
  void items(Side, const Task&, int thread, std::ptrdiff_t first, std::ptrdiff_t last, const Factor& start,
             Factor* to, Measure* out) override;
  const ItemGroups* listed(Side side) const override {
    return groups_[side].count() > 0 ? &groups_[side] : nullptr;
  }
  void listed_items(Side, const Task&, int thread, std::ptrdiff_t g, const Factor& start, Factor* to,
                    Measure* out) override;
  double listed_work(Side, const Task&, std::ptrdiff_t g) const override;
  double work(Side, const Task&, std::ptrdiff_t j) const override;
  // By blocks: see weighted_rows.cpp.
  bool exact_rows() const override { return true; }
  std::ptrdiff_t read_group() const override { return kGroup; }
  void take_block(std::ptrdiff_t columns) override;
  double gather(int thread, std::ptrdiff_t j, const double* h) override;
  void gathered(const Factor& H, Host&) override;
  double rows_constant() const override { return by_blocks_ ? 0.5 * total_ : 0.0; }

 private:
  // As many as share a call of `tn`.
  static constexpr std::ptrdiff_t kGroup = 16;
  static_assert(kGroup == kLanes, "a group is solved in the lanes of a step");
  // What is known of X by columns, and by rows.
  struct Facts {
    std::ptrdiff_t first = 0;     // item
    std::vector<double> squares;  // sum of v x^2 of every item
    std::vector<int> p, missing;  // positions of the NaNs of item j: missing[p[j] .. p[j+1])
    // Where there is a mask, instead of these; and of each of its classes of positions, whether it is left of
    // the items of each class: 1 or 0.
    ClassPositions classes;
    std::vector<double> left;
  };
  struct OtherFactor {
    explicit OtherFactor(int rank) : entries(rank) {}
    Buffer rows;    // of the other factor, padded to whole units
    Buffer packed;  // dense X: the same in chunks (see kernels.h), with the unit and weights of positions
    SparseRows<double> entries;  // for items that go entry by entry, with the unit
    std::vector<double> gram;    // of all rows, with these weights; r x r
    // Where there is a mask: the packed Gram matrices of the rows of each class of positions, and the sums of
    // those left for each class of items, in tiles (see kernels.h); the weights of positions, by class.
    Buffer parts, grams, weights;
  };
  struct Scratch {
    explicit Scratch(int r) : lanes(r) {}
    LaneScratch lanes;
    Quadratic quadratic;
    Quadratic uncoupled;  // without the curvature of couplings, where there are some
    Listing list;
    SparseRun<double> run;
    Buffer x, v, both, acc, b, partial, terms, start, to, copied, grams;
    std::unique_ptr<OwnQuadratics> own;  // where there are groups by lanes
  };

  // Weights of positions and items alone: A is the Gram matrix of all rows less the
  // missing ones, times the weight of the item.
  static bool by_difference(const EntryView& v) { return !v.partial && !v.weight; }
  // Are the values of its items read where they lie?
  static bool in_place(const EntryView& v) {
    return by_difference(v) && v.sparse() && !v.missing && !v.weighted();
  }
  std::ptrdiff_t tiles() const { return padded(r_, kRowTile) * r_; }  // numbers of a Gram matrix in tiles
  // ... and of one of which the upper half is left, column after column.
  std::ptrdiff_t packed() const { return padded(r_ * (r_ + 1) / 2, kRowTile); }
  static Facts facts_of(const EntryView&, std::ptrdiff_t items, double unit);
  void set_by_blocks();
  void set_row(std::ptrdiff_t i, double* gram, double* b) const;
  // Rows that have every position and no weights of entries share a Gram matrix but for their weight.
  bool one_gram() const { return by_difference(columns_) && !columns_.missing; }
  void grams_of_classes(Side, OtherFactor&);
  void list_classes(Side);
  void dense_products(Side, Scratch&, std::ptrdiff_t first, std::ptrdiff_t last) const;
  void gap_products(Side, Scratch&, const double* x, std::ptrdiff_t count) const;
  void read(Side, Scratch&, std::ptrdiff_t j, double* b) const;
  // Do items that have an A each go by lanes?
  bool by_lanes(Side side) const {
    return solver_.own && r_ <= OwnQuadratics::kMostRank && !coupled(side) && fixed(side).none();
  }
  void items_by_lanes(Side, const Task&, Scratch&, std::ptrdiff_t first, std::ptrdiff_t last,
                      const Factor& start, Factor* to, Measure* out) const;
  double square(Side, std::ptrdiff_t j) const;
  void set_gram(Side, Scratch&, std::ptrdiff_t j, double* gram, double* b) const;
  void set_quadratic(Side, Scratch&, std::ptrdiff_t j) const;
  double solve_work(const Task&) const;
  void coupled_item(Side, const Task&, Scratch&, std::ptrdiff_t j, const double* b, const double* start,
                    double* to, LaneCertificate& at);
  void gram_of(const OtherFactor&, const int* at, const double* weight, const double* across,
               std::ptrdiff_t count, Scratch&) const;

  const std::ptrdiff_t ld_;  // the rank, padded to whole units
  Facts facts_[2];
  ItemGroups groups_[2];  // where there is a mask: items of one class
  OtherFactor other_[2] = {OtherFactor(r_), OtherFactor(r_)};
  Gram gram_;
  std::vector<Scratch> scratch_;
};

}  // namespace nonneg

#endif
