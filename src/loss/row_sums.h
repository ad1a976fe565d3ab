// What the rows of W are to know of X, gathered while X is read by columns: for row i, with the terms of its
// entries at the new H (kernel/entry_terms.h),
//   above_i = sum_j a_ij h_j,   below_i = sum_j b_ij h_j,   M_i = sum_j c_ij h_j h_j'.
// These are products of X's shape with H and with the products of H's coordinates, so that the kernels of
// P = XH' make them. A thread has some rows, and adds to them in the order of columns: no bit depends on how
// many threads there are.
//
// In quick arithmetic terms and coefficients are of half the length, and so are sums over some columns.
#ifndef NONNEG_ROW_SUMS_H
#define NONNEG_ROW_SUMS_H

#include <vector>

#include "core/factor.h"
#include "core/host.h"
#include "kernel/kernels.h"

namespace nonneg {

class RowSums {
 public:
  // Which of them are there: `below` may come from sums of H alone. Of M_i all, its diagonal, or nothing
  // (where all rows share it).
  enum Part { above, below, curve };
  enum Curve { whole, diagonal, none };

  // `dense`: an item lists every position, or nearly; else few.
  RowSums(std::ptrdiff_t rows, int rank, bool dense, bool with_below, Curve, int threads);
  Curve curvature() const { return curve_; }
  bool with_below() const { return values_[below] > 0; }
  // From now on.
  void set_quick(bool);

  void begin();  // before a read
  // Columns that are gathered at a time, of a block with so many.
  std::ptrdiff_t columns_at_once(std::ptrdiff_t columns) const;
  // The next ones, in memory for the entries of each: column j has at most p[j - first + 1] - p[j - first].
  // (Where they are dense, p is not looked at.)
  void open(std::ptrdiff_t first, std::ptrdiff_t columns, const int* p);
  // In threads, each column once: its entries at positions `at` (null: all in order), their terms, null for
  // those that are not gathered, and its new coefficients.
  template <class Number>
  void put(std::ptrdiff_t j, std::ptrdiff_t count, const int* at, const Number* a, const Number* b,
           const Number* c, const double* h);
  // When all have been put.
  void add();
  // After a read. Over machines, of this one's share of the rows.
  void reduce(Host&);

  // P(i, k) of `count` rows from `first` on, a multiple of kLanes, to panel[k * kLanes + i - first]; 0 in the
  // other lanes.
  void to_panel(Part, std::ptrdiff_t first, int count, double* panel) const;
  double at(Part part, std::ptrdiff_t i, int k) const { return P_[place(part, i, k)]; }
  // Where M_kl, l <= k, is among the numbers of `curve`.
  static int packed(int k, int l) { return k * (k + 1) / 2 + l; }

 private:
  // How sums of numbers of one length lie.
  struct Layout {
    std::ptrdiff_t ld[3];      // of a row; sparse: in whole units
    std::ptrdiff_t offset[3];  // where those of a part begin
    std::ptrdiff_t size;
  };
  // Terms and coefficients of the columns in hand.
  template <class Number>
  struct Columns {
    BufferOf<Number> terms[3], y, z;
  };
  template <class Number>
  Layout layout() const;
  template <class Number>
  Columns<Number>& columns();
  template <class Number>
  void open_columns(std::ptrdiff_t terms, std::ptrdiff_t columns, const Layout&);
  void set_chunks();
  template <class Number>
  void add_dense(std::ptrdiff_t begin, std::ptrdiff_t rows);
  template <class Number>
  void add_sparse(std::ptrdiff_t u, std::ptrdiff_t begin, std::ptrdiff_t rows);
  void add_up(std::ptrdiff_t begin, std::ptrdiff_t end);
  // Are there sums that are not yet in P?
  bool apart() const { return quick_ && !dense_; }

  std::ptrdiff_t place(Part part, std::ptrdiff_t i, int k) const {
    return dense_ ? sums_.offset[part] + (i / kRowTile * values_[part] + k) * kRowTile + i % kRowTile
                  : sums_.offset[part] + i * sums_.ld[part] + k;
  }
  const std::ptrdiff_t l_;
  const int r_, threads_;
  const bool dense_;
  const Curve curve_;
  bool quick_ = false;
  int values_[3];             // of a row
  Layout sums_, quick_sums_;  // of P, and of what is not yet in it
  std::ptrdiff_t chunk_ = 0;  // rows that stay in the second cache
  std::ptrdiff_t chunks_ = 0;
  Buffer P_;
  BufferOf<float> quick_P_;

  // Of the columns in hand
  std::ptrdiff_t first_ = 0, count_ = 0, ld_terms_ = 0;
  Columns<double> columns_;
  Columns<float> quick_columns_;
  std::vector<int> row_;
  std::vector<std::ptrdiff_t> from_;
  std::vector<std::ptrdiff_t> cuts_;  // of each column: its first entry in each chunk of rows, and its end
};

}  // namespace nonneg

#endif
