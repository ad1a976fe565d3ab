// Nonnegative least squares, min |Tx - c|, x >= 0, by the active-set method of
// Lawson and Hanson (1974), one right-hand side at a time. It works on T itself, so
// that errors grow with its condition number, not with the square of that. The
// factorization of the columns in use is updated: one that enters costs a
// reflection of T, one that leaves some rotations.
#ifndef NONNEG_ACTIVE_SET_H
#define NONNEG_ACTIVE_SET_H

#include <vector>

namespace nonneg {

class ActiveSet {
 public:
  // T is rows x k, by rows, with columns of norm 1 (or 0). It is not copied.
  ActiveSet(int rows, int k, const double* T);
  // `c` has `rows` values, which are lost.
  void solve(double* c, double* x);

 private:
  double reflection(int column, const double* c);
  void enter(int column, double* c);
  void leave(int position, double* c);
  bool settle(int entered, double* c, double* x);

  const int rows_, k_;
  const double* given_;
  std::vector<double> T_;     // rotated: a triangle in the columns in use
  std::vector<int> used_;     // those columns, in order of entry
  std::vector<char> closed_;  // columns that are in use, or may not enter for now
  std::vector<double> z_, slope_, sums_;
  std::vector<double> u_;  // the last reflection is I - beta uu'
  double beta_ = 0;
};

}  // namespace nonneg

#endif
