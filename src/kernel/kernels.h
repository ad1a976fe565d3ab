// The hot loops, chosen once at load for the machine's instruction set.
// All are single-threaded; threads split the work above them. Every sum is
// taken in an order that depends on the sizes only, so results do not depend
// on the number of threads.
#ifndef NONNEG_KERNELS_H
#define NONNEG_KERNELS_H

#include <cstddef>

#include "kernel/entry_problem.h"

namespace nonneg {

// Dense statistics and factors are laid out in the order in which they are used.
// P: tiles of kRowTile rows, in each the components one after the other,
// P(i, k) = P[(i / kRowTile * r + k) * kRowTile + i % kRowTile]; W for W'X: the
// same with chunks of row_chunk rows. Both are padded to whole tiles; P has room for kMostRowTile rows.
constexpr int kRowTile = 16;
constexpr int kMostRowTile = 32;
template <class Number>
constexpr int row_chunk = 2048 / sizeof(Number);
constexpr int kRowChunk = row_chunk<double>;

// Rows of sparse factors and statistics are padded to whole lines of the cache.
template <class Number>
constexpr int unit = 64 / sizeof(Number);
static_assert(unit<double> == kUnit, "the same unit");

// Columns of X that one call of `tn` takes at most.
constexpr int kTnColumns = 64;

constexpr std::ptrdiff_t padded(std::ptrdiff_t n, int unit) { return (n + unit - 1) / unit * unit; }

// kLanes problems  min 1/2 h'Ah - b'h, h >= 0  that share A (unit diagonal), or have one each.
template <class Number>
struct LaneProblemOf {
  int r;
  const Number* A;  // r x r, unit diagonal; if each lane has its own: a panel of r^2 such entries
  const Number* b;  // panel; the L1 weights are already taken off
  Number* h;        // panel: start on entry, solution on exit
  int sweeps;       // most sweeps of an inexact solver,
  double stall;     // which ends them when one moves less than this part of the first
  Number* work;     // lane_work(r) numbers
  bool own = false;
};
using LaneProblem = LaneProblemOf<double>;

// Sums over lanes, with g = Ah - b.
struct LaneCertificate {
  double value;  // 1/2 h'Ah - b'h
  double kkt2;   // |min(h, g)|^2
  double gap;    // a bound on value - its minimum
};

// Nonzeros of a column from `from` on, before `to` and in rows before `stop`. What belongs to the nonzero
// `ahead` further on, if it is of the same column, is prefetched; 0: nothing is. A row of a factor or of P is
// whole units, and what is left of it (0, a quarter or half of a unit) in an array of its own: padded to a
// unit more, it would take a line more of a cache.
template <class Number>
struct SparseRun {
  std::ptrdiff_t from, to, ahead;
  const int* row;
  const Number* value;
  std::ptrdiff_t stop;
  const Number* F;         // sparse_tn: the units of the rows
  const Number* rest;      // ... and the rest
  std::ptrdiff_t ld;       // numbers of a row of sums, or of y: units, then the rest
  int units, rest_length;  // of a row
};

// Rows of r numbers as above: row i is at whole[i * units], and what is left of it at rest[i * rest_length].
template <class Number>
struct RowsAt {
  int r;
  Number* whole;
  std::ptrdiff_t units;  // numbers of whole units
  Number* rest;
  std::ptrdiff_t rest_length;
};

// The products of a factor with X, of numbers of one length. P and A'X are doubles.
template <class Number>
struct ProductKernels {
  // out[k + j*ldo] = sum_i A(i, k) X[i + j*ldx]; k < r, j < n <= kTnColumns; A in chunks. work: kTnColumns *
  // r units. `ahead` is how many columns further on the next block starts (0: none): half of it is prefetched
  // here.
  void (*tn)(std::ptrdiff_t rows, const Number* A, int r, const Number* X, std::ptrdiff_t ldx,
             std::ptrdiff_t n, double* out, std::ptrdiff_t ldo, Number* work, std::ptrdiff_t ahead);

  // P(i, k) += sum_j X[i + j*ldx] Y[k + j*ldy]; i < rows, j < n; P in tiles. The other half of the block that
  // starts `ahead` columns further on is prefetched.
  void (*nt)(std::ptrdiff_t rows, std::ptrdiff_t n, const Number* X, std::ptrdiff_t ldx, const Number* Y,
             std::ptrdiff_t ldy, int r, double* P, std::ptrdiff_t ahead);

  // The sums over a run of nonzeros of v[p] * F[row[p]*ld ...], so many units of numbers, those with p even
  // (counted from the first nonzero of the column) apart from those with p odd, which follow ld further on.
  // `before`: what they are so far; null: nothing. With `last`, out is the sum of both. Returns the nonzero
  // after the run. The run ends after a whole pair, so that sums do not depend on where it is cut.
  std::ptrdiff_t (*sparse_tn)(const SparseRun<Number>&, const Number* before, Number* out, bool last);

  // P[row[p]*units*unit ...] += v[p] * y[...], and likewise the rest.
  std::ptrdiff_t (*sparse_nt)(const SparseRun<Number>&, const Number* y, Number* P, Number* rest);

  // Rows first..last are `by` times those of r numbers at `from`; 0 where rows are longer.
  void (*sparse_pack)(std::ptrdiff_t first, std::ptrdiff_t last, const double* from, double by,
                      const RowsAt<Number>&);
  // P[i*ld ...] += row i, which is 0 then; first <= i < last.
  void (*sparse_add_up)(std::ptrdiff_t first, std::ptrdiff_t last, const RowsAt<Number>&, double* P,
                        std::ptrdiff_t ld);
};

// Small problems of numbers of one length.
template <class Number>
struct LaneKernels {
  // panel(k, c) = by[k] * from[c*item + k*value] - less[k]; k < r, c < lanes, 0 in the other lanes; less
  // null: 0. And back to items of r values, to[c*r + k] = by[k] * panel(k, c).
  void (*to_panel)(int r, int lanes, const double* from, std::ptrdiff_t item, std::ptrdiff_t value,
                   const double* by, const double* less, Number* panel);
  void (*from_panel)(int r, int lanes, const Number* panel, const double* by, double* to);
  void (*cd)(const LaneProblemOf<Number>&);
  LaneCertificate (*certify)(const LaneProblemOf<Number>&);
};

struct Kernels : ProductKernels<double>, LaneKernels<double> {
  const char* isa;
  ProductKernels<float> single;
  LaneKernels<float> single_lanes;

  // The same as tn where NaN in X counts as 0.
  void (*tn_gaps)(std::ptrdiff_t rows, const double* A, int r, const double* X, std::ptrdiff_t ldx,
                  std::ptrdiff_t n, double* out, std::ptrdiff_t ldo, double* work, std::ptrdiff_t ahead);

  // P(i, k) += sum_q v[q] F[at[q]*ld + i] F[at[q]*ld + k]; q < count; i <= k < r, the others may be left as
  // they are; P in tiles, ld whole units; v null: ones.
  void (*gram_rows)(std::ptrdiff_t count, const int* at, const double* v, const double* F, std::ptrdiff_t ld,
                    int r, double* P);

  // to = max(part * at, at + beta * (at - before))
  void (*extrapolate)(std::ptrdiff_t n, const double* at, const double* before, double beta, double part,
                      double* to);

  void (*bpp)(const LaneProblem&);
  void (*mu)(const LaneProblem&);

  // The losses that are sums over entries, in the order of loss/terms/list.h.
  const LossKernels* losses;
  int loss_count;
  // ... without what belongs to one of them; and with that of Kullback-Leibler in numbers of half the length.
  EntryKernels<double> entries;
  EntryKernels<float> single_entries;
  // As EntryKernels::newton_sums, kLanes items at once.
  void (*lanes_newton_sums)(const EntryLanes&, const EntryPanel&, double* M);
  // Steps of Newton from there, which change M. work: (4 r + 2) * kLanes numbers. What kept the h before the
  // last one comes first in it, then the slope along the step, then where newton_cut() tells which lanes it
  // cut.
  void (*newton_step)(const EntryPanel&, double* M, double* work);
  void (*lanes_newton)(const EntryLanes&, const EntryPanel&, double* M, double* work);
  // With the gradient at the end of the last step: cuts it back, in panel.h, in the lanes where it
  // was too long. Are there any?
  bool (*newton_cut)(const EntryPanel&, double* work);
  // The step of the majorant for Kullback-Leibler, of lanes where h is far off: it would raise a
  // coordinate `eager` times or lower all of h by half of that; are there any?
  bool (*panel_majorize)(const EntryPanel&, double eager);
  void (*panel_certify)(const EntryPanel&, double* value, double* kkt2, double* gap);
  // Which lanes have an entry x > 0 with q < part * x? 1 or 0 each; is there any?
  bool (*lanes_lost)(const EntryLanes&, double part, double* out);

  // Statistics of n numbers: are all in [0, max double]? their maximum, sum and
  // sum of squares of scale*x, and how many are not 0 (NaN is not).
  bool (*scan)(std::ptrdiff_t n, const double* x, double scale, double* max, double* sum, double* sumsq,
               double* nonzero);
  // to[i*ld_to + j] = max(by * from[i*ld_from + j], least); i < rows, j < columns
  void (*rescale)(std::ptrdiff_t rows, std::ptrdiff_t columns, const double* from, std::ptrdiff_t ld_from,
                  double by, double least, double* to, std::ptrdiff_t ld_to);
};

// Numbers of scratch that a lane solver needs for rank r.
inline std::size_t lane_work(int r) {
  return static_cast<std::size_t>(kLanes) * r * (r + 1) / 2 + static_cast<std::size_t>(6) * kLanes * r;
}

// Does prefetching a block of X while the one before it is used pay here?
bool prefetches_ahead();

const Kernels& kernels();
template <class Number>
const ProductKernels<Number>& product_kernels();
template <>
inline const ProductKernels<double>& product_kernels<double>() {
  return kernels();
}
template <>
inline const ProductKernels<float>& product_kernels<float>() {
  return kernels().single;
}
template <class Number>
const LaneKernels<Number>& lane_kernels();
template <>
inline const LaneKernels<double>& lane_kernels<double>() {
  return kernels();
}
template <>
inline const LaneKernels<float>& lane_kernels<float>() {
  return kernels().single_lanes;
}
// The instruction sets that this machine runs, best first, null-terminated.
const char* const* available_isas();
// Use a named instruction set (tests compare them); false if it is not available.
bool use_isa(const char* isa);

}  // namespace nonneg

#endif
