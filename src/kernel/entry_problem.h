// The small problems of the losses that are sums over entries, and what the kernels know of such a loss.
#ifndef NONNEG_ENTRY_PROBLEM_H
#define NONNEG_ENTRY_PROBLEM_H

#include <cstddef>

namespace nonneg {

// Small problems are solved kLanes at a time, one per SIMD lane. A panel holds
// them coordinate-major: value k of problem j at [k * kLanes + j].
constexpr int kLanes = 16;

// Rows of sparse factors and statistics are padded to whole units of numbers.
constexpr int kUnit = 8;

// One column of H, or row of W, of a loss that is a sum over entries:
//   min over h >= 0 of  sum_p v_p d(x_p, q_p) + u'h + l1 sum(h) + l2/2 h'h,  q = max(Ah, floor).
// Where LossFacts::by_sums, the sum of all q, listed or not, is in u'h; d is then without it. Entries are of
// either length, what they are summed to is of doubles.
template <class Number>
struct EntryProblemOf {
  double parameter;          // of the loss, if all entries have the same
  const double* parameters;  // ... if it is by rows of X: one per entry
  int r;
  std::ptrdiff_t count;  // entries listed
  std::ptrdiff_t n;      // the same, padded to whole units with A = 0 and x = 0
  const Number* A;       // r runs of n numbers, ld apart
  std::ptrdiff_t ld;
  const Number* x;
  const Number* v;  // weights; null: ones
  const double* u;
  const unsigned char* fixed;  // not 0: the coordinate keeps its value; null: all are free
  double l1, l2, floor;
  double* h;  // start on entry, solution on exit
  int sweeps;
  double stall;
  Number* q;     // n numbers: Ah as of the last call
  Number* work;  // 3n numbers; r (r + 1) registers for newton_sums
};
typedef EntryProblemOf<double> EntryProblem;

// kLanes short items that share the whole panel A, one per lane, without weights. x, h, q
// and parameters are panels: value k of item c at [k * kLanes + c].
struct EntryLanes {
  double parameter;
  const double* parameters;
  int r;
  std::ptrdiff_t count;
  const double* A;
  std::ptrdiff_t ld;
  const double* x;
  const double* u;
  double l1, l2, floor;
  double* h;
  int sweeps;
  double stall;
  double* q;     // count * kLanes numbers
  double* work;  // three times as many
};

// What an item amounts to, for one item (in lane 0) or up to kLanes of them, as panels: h and
// for every coordinate, at h and without penalties, the gradient, which is below - above, both
// nonnegative, and the curvature, where the loss is not convex at least a part of that
// of its convex part.
struct EntryPanel {
  bool by_sums;  // as in LossFacts
  int r, lanes;
  double l1, l2;
  const unsigned char* fixed;  // as in EntryProblem
  const double* sum;           // of the entries of every item
  double *h, *above, *below, *curve;
};

// What is done with the entries of one item, of numbers of either length, under one loss.
template <class Number>
struct EntryKernels {
  // out[k*n + q] = F[at[q]*r + k]; k < r, q < count, 0 for q from there to n
  void (*gather)(std::ptrdiff_t count, std::ptrdiff_t n, const int* at, const Number* F, int r,
                 Number* out) = nullptr;
  // to = max(by * from, least); numbers of half the length
  void (*rescale)(std::ptrdiff_t n, const double* from, double by, double least, Number* to) = nullptr;
  // sum_p v_p a_pk for every coordinate
  void (*sums)(const EntryProblemOf<Number>&, double* out) = nullptr;
  // sum_p v_p q_p
  double (*reconstructed)(const EntryProblemOf<Number>&) = nullptr;
  // How many x > 0 have q < part * x; how many x > 0 there are.
  double (*lost)(const EntryProblemOf<Number>&, double part, double* positive) = nullptr;
  // Kullback-Leibler: panel.above and .curve at h, and the Hessian M without penalties, a panel of r * r
  // numbers. The item goes to lane 0.
  void (*newton_sums)(const EntryProblemOf<Number>&, const EntryPanel&, double* M) = nullptr;
  void (*cd)(const EntryProblemOf<Number>&) = nullptr;
  void (*gradient)(const EntryProblemOf<Number>&, const EntryPanel&) = nullptr;
  // sum_p v_p d(x_p, q_p) at the q of the last gradient; with by_sums, q is in it.
  double (*value)(const EntryProblemOf<Number>&) = nullptr;
  // Of every entry, at h, n numbers each: see kernel/entry_terms.h.
  void (*terms)(const EntryProblemOf<Number>&, Number* above, Number* below, Number* curve) = nullptr;
};

// What a loss is called, and its parameter, if it has one.
struct LossRow {
  const char *name = "", *synonyms = "", *title = "";  // synonyms: with a space after each
  const char* parameter = "";
  double least = 0, most = 0;   // of the parameter,
  bool by_row = false;          // which may be one number for each row of X
  double parameter_degree = 0;  // X times u is fitted as X is if the parameter goes with u to this power
};

// What is to be known of a loss d(x, q) besides its terms, for a value of its parameter.
struct LossFacts {
  double degree = 0;  // d(ux, uq) = u^degree d(x, q)
  // Of the majorant: along one coordinate, times s, its slope is below s^rise - above s^fall.
  double rise = 0, fall = -1;
  // A q below this part of an x > 0 is raised by steps of the majorant: from there steps of
  // Newton are of no use.
  double lost = 1e-6;
  bool steep = true;       // has no bound as q -> 0 < x, in value or slope
  bool zeros = true;       // d(0, q) is finite
  bool convex = false;     // in q
  bool quadratic = false;  // 1/2 (x - q)^2, for which there are better ways than over entries
  bool by_sums = false;    // d is convex and q less what is 0 where x is: zeros need no listing
  double beta = 0;         // of a beta-divergence, otherwise NaN
  double cost = 6;         // of an entry, in multiply-adds
};

// The kernels of one loss.
struct LossKernels {
  LossRow row = {};
  LossFacts (*facts)(double parameter) = nullptr;
  // Any finite x and q >= 0, with the limits of d where one is 0: n values
  void (*values)(std::ptrdiff_t n, const double* x, const double* q, const double* parameters,
                 double* out) = nullptr;
  // Square of the size of x in the metric of d: x^2 d''(x, x)
  double (*size2)(double x, double parameter) = nullptr;

  void (*cd)(const EntryProblem&) = nullptr;
  void (*gradient)(const EntryProblem&, const EntryPanel&) = nullptr;
  // sum_p v_p d(x_p, q_p) at the q of the last gradient; with by_sums, q is in it.
  double (*value)(const EntryProblem&) = nullptr;
  // Of every entry, at h, n numbers each: see kernel/entry_terms.h.
  void (*terms)(const EntryProblem&, double* above, double* below, double* curve) = nullptr;
  void (*lanes_cd)(const EntryLanes&) = nullptr;
  void (*lanes_gradient)(const EntryLanes&, const EntryPanel&) = nullptr;
  void (*lanes_value)(const EntryLanes&, double* out) = nullptr;
};

}  // namespace nonneg

#endif
