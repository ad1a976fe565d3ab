// Least squares of any sign that share A:  min 1/2 w'Aw - b'w,  A = gram + l2 I: the half-problem of a W that
// may be negative. In the scale in which A has a unit diagonal, as in solver/quadratic.h, by one Cholesky
// factorization for all items. Where A is singular, components that others can stand for get 0: b is in the
// range of A, so that the rest reaches the same minimum.
#ifndef NONNEG_FREE_STEP_H
#define NONNEG_FREE_STEP_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "kernel/kernels.h"

namespace nonneg {

class FreeStep {
 public:
  // gram(k, m) = gram[k + m*ld]
  void set(int r, const double* gram, std::ptrdiff_t ld, double l2) {
    r_ = r;
    A_.assign(static_cast<std::size_t>(r) * r, 0.0);
    L_ = A_;
    inverse_.assign(r, 0.0);
    used_.assign(r, 0);
    for (int k = 0; k < r; ++k) {
      const double diagonal = gram[k + k * ld] + l2;
      if (diagonal > 0) inverse_[k] = 1.0 / std::sqrt(diagonal);
    }
    for (int k = 0; k < r; ++k) {
      for (int m = 0; m < r; ++m) A_[k * r + m] = gram[k + m * ld] * inverse_[k] * inverse_[m];
      if (inverse_[k] > 0) A_[k * r + k] = 1.0;
    }
    factorize();
  }

  // b(k, c) = b[c*item + k*value] of `lanes` items. With `to`: their solutions, else `start` stays. Measures
  // what is there then; the panels are scratch of r * kLanes numbers each.
  LaneCertificate operator()(const double* b, std::ptrdiff_t item, std::ptrdiff_t value, int lanes,
                             const double* start, double* to, double* b_panel, double* w, double* g) const {
    const auto at = [](int k) { return static_cast<std::ptrdiff_t>(k) * kLanes; };
    for (int k = 0; k < r_; ++k)
      for (int c = 0; c < kLanes; ++c)
        b_panel[at(k) + c] = c < lanes ? b[c * item + k * value] * inverse_[k] : 0.0;
    if (to) {
      std::copy_n(b_panel, at(r_), w);
      solve(w);
      for (int c = 0; c < lanes; ++c)
        for (int k = 0; k < r_; ++k) to[static_cast<std::ptrdiff_t>(c) * r_ + k] = w[at(k) + c] * inverse_[k];
    } else {
      for (int k = 0; k < r_; ++k)
        for (int c = 0; c < kLanes; ++c) {
          const bool there = c < lanes && inverse_[k] > 0;
          w[at(k) + c] = there ? start[static_cast<std::ptrdiff_t>(c) * r_ + k] / inverse_[k] : 0.0;
        }
    }
    return measure(b_panel, w, g);
  }

 private:
  // Rows of L, and of the components that depend on those before them none.
  void factorize() {
    constexpr double kDependent = 1e-13;
    for (int k = 0; k < r_; ++k) {
      double* row = L_.data() + static_cast<std::ptrdiff_t>(k) * r_;
      double rest = A_[static_cast<std::ptrdiff_t>(k) * r_ + k];
      for (int m = 0; m < k; ++m) {
        if (!used_[m]) continue;
        const double* other = L_.data() + static_cast<std::ptrdiff_t>(m) * r_;
        double sum = A_[static_cast<std::ptrdiff_t>(k) * r_ + m];
        for (int q = 0; q < m; ++q) sum -= row[q] * other[q];
        row[m] = sum / other[m];
        rest -= row[m] * row[m];
      }
      if (rest > kDependent) {
        used_[k] = 1;
        row[k] = std::sqrt(rest);
      } else {
        std::fill_n(row, k, 0.0);
      }
    }
  }

  // A panel of b to that of A^-1 b.
  void solve(double* x) const {
    for (int k = 0; k < r_; ++k) {
      double* to = x + static_cast<std::ptrdiff_t>(k) * kLanes;
      const double* row = L_.data() + static_cast<std::ptrdiff_t>(k) * r_;
      if (!used_[k]) {
        std::fill_n(to, kLanes, 0.0);
        continue;
      }
      for (int m = 0; m < k; ++m)
        for (int c = 0; c < kLanes; ++c) to[c] -= row[m] * x[static_cast<std::ptrdiff_t>(m) * kLanes + c];
      for (int c = 0; c < kLanes; ++c) to[c] /= row[k];
    }
    for (int k = r_ - 1; k >= 0; --k) {
      if (!used_[k]) continue;
      double* from = x + static_cast<std::ptrdiff_t>(k) * kLanes;
      const double* row = L_.data() + static_cast<std::ptrdiff_t>(k) * r_;
      for (int c = 0; c < kLanes; ++c) from[c] /= row[k];
      for (int m = 0; m < k; ++m)
        for (int c = 0; c < kLanes; ++c) x[static_cast<std::ptrdiff_t>(m) * kLanes + c] -= row[m] * from[c];
    }
  }

  // The minimum lies 1/2 g'A^-1 g lower, with g = Aw - b.
  LaneCertificate measure(const double* b, const double* w, double* g) const {
    LaneCertificate out = {0, 0, 0};
    for (int k = 0; k < r_; ++k) {
      double* to = g + static_cast<std::ptrdiff_t>(k) * kLanes;
      const double* from = b + static_cast<std::ptrdiff_t>(k) * kLanes;
      for (int c = 0; c < kLanes; ++c) to[c] = -from[c];
      for (int m = 0; m < r_; ++m) {
        const double a = A_[static_cast<std::ptrdiff_t>(k) * r_ + m];
        for (int c = 0; c < kLanes; ++c) to[c] += a * w[static_cast<std::ptrdiff_t>(m) * kLanes + c];
      }
      for (int c = 0; c < kLanes; ++c) {
        out.value += 0.5 * w[static_cast<std::ptrdiff_t>(k) * kLanes + c] * (to[c] - from[c]);
        out.kkt2 += to[c] * to[c];
      }
    }
    // Forward substitution alone gives |L^-1 g|^2 = g'A^-1 g.
    for (int k = 0; k < r_; ++k) {
      if (!used_[k]) continue;
      double* at = g + static_cast<std::ptrdiff_t>(k) * kLanes;
      const double* row = L_.data() + static_cast<std::ptrdiff_t>(k) * r_;
      for (int m = 0; m < k; ++m)
        if (used_[m])
          for (int c = 0; c < kLanes; ++c) at[c] -= row[m] * g[static_cast<std::ptrdiff_t>(m) * kLanes + c];
      for (int c = 0; c < kLanes; ++c) {
        at[c] /= row[k];
        out.gap += 0.5 * at[c] * at[c];
      }
    }
    return out;
  }

  int r_ = 0;
  std::vector<double> A_, L_, inverse_;
  std::vector<unsigned char> used_;
};

}  // namespace nonneg

#endif
