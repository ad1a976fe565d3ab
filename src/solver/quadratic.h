// Small problems that share A:  min 1/2 h'Ah - b'h, h >= 0, with
// A = gram + l2*I and b = (data) - l1. They are solved in the scale in which A
// has a unit diagonal,  h' = d*h, b' = b/d, d = sqrt(diag A): then h' and its
// gradient are both in units of X, and the KKT residual is invariant to the
// scale of every component.
#ifndef NONNEG_QUADRATIC_H
#define NONNEG_QUADRATIC_H

#include <cmath>
#include <cstddef>
#include <vector>

#include "kernel/kernels.h"
#include "loss/penalty.h"

namespace nonneg {

class Quadratic {
 public:
  int rank() const { return r_; }
  // Of the scaled A, in which a component that died has nothing; and the scale of a coefficient.
  double entry(int k, int m) const { return alive_[k] ? A_[k * r_ + m] : 0.0; }
  double scale(int k) const { return d_[k]; }
  // gram(k, m) = gram[k + m*ld]
  void set(int r, const double* gram, std::ptrdiff_t ld, const ElasticNet& penalty) {
    r_ = r;
    A_.assign(static_cast<std::size_t>(r) * r, 0.0);
    d_.assign(r, 1.0);
    inverse_.assign(r, 1.0);
    l1_.assign(r, 0.0);
    alive_.assign(r, 1);
    any_dead_ = false;
    for (int k = 0; k < r; ++k) {
      const double diagonal = gram[k + k * ld] + penalty.l2;
      // A component that died (zero column) leaves h_k = max(0, b_k) = 0.
      if (diagonal > 0) {
        d_[k] = std::sqrt(diagonal);
        inverse_[k] = 1.0 / d_[k];
      } else {
        alive_[k] = 0;
        any_dead_ = true;
      }
      l1_[k] = penalty.l1 * inverse_[k];
    }
    for (int k = 0; k < r; ++k) {
      double* row = A_.data() + k * r;
      const double* inverse = inverse_.data();
      const double own = inverse[k];
      for (int m = 0; m < r; ++m) row[m] = gram[k + m * ld] * own * inverse[m];
      row[k] = 1.0;
    }
  }
  // Before problems in numbers of half the length.
  void set_singles() { single_A_.assign(A_.begin(), A_.end()); }

  // Items of b and h to panels, of numbers of either length; b(k, c) = b[c*item + k*value].
  template <class Number>
  void pack(const double* b, std::ptrdiff_t item, std::ptrdiff_t value, const double* h, int lanes,
            Number* b_panel, Number* h_panel) const {
    lane_kernels<Number>().to_panel(r_, lanes, b, item, value, inverse_.data(), l1_.data(), b_panel);
    pack_h(h, lanes, h_panel);
  }
  template <class Number>
  void pack_h(const double* h, int lanes, Number* h_panel) const {
    lane_kernels<Number>().to_panel(r_, lanes, h, r_, 1, d_.data(), nullptr, h_panel);
  }
  // Fixed coordinates get their value in `h` again.
  void put_back(const unsigned char* fixed, const double* h, int lanes, double* h_panel) const {
    for (int k = 0; k < r_; ++k)
      for (int c = 0; c < lanes; ++c) {
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(c) * r_ + k;
        if (fixed[at]) h_panel[k * kLanes + c] = h[at] * d_[k];
      }
  }
  template <class Number>
  void unpack(const Number* h_panel, int lanes, double* h) const {
    lane_kernels<Number>().from_panel(r_, lanes, h_panel, inverse_.data(), h);
  }
  // ... and puts fixed coefficients back, as they were in `start`.
  void unpack(const double* h_panel, int lanes, const unsigned char* fixed, const double* start,
              double* h) const {
    for (int k = 0; k < r_; ++k)
      for (int c = 0; c < lanes; ++c) {
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(c) * r_ + k;
        h[at] = fixed[at] ? start[at] : h_panel[k * kLanes + c] * inverse_[k];
      }
  }
  // The solvers take a dead component to have A_kk = 1, but its h adds no more to the
  // objective than -b h, its penalty. Takes it off packed problems, and returns that.
  bool any_dead() const { return any_dead_; }
  double drop_dead(int lanes, const double* b_panel, double* h_panel) const {
    double penalty = 0;
    for (int k = 0; k < r_; ++k) {
      if (alive_[k]) continue;
      for (int c = 0; c < lanes; ++c) {
        penalty -= b_panel[k * kLanes + c] * h_panel[k * kLanes + c];
        h_panel[k * kLanes + c] = 0.0;
      }
    }
    return penalty;
  }
  // Takes fixed coefficients out of packed problems, with h = c there and z elsewhere:
  //   1/2 (z+c)'A(z+c) - b'(z+c) = 1/2 z'Az - (b - Ac)'z + (1/2 c'Ac - b'c).
  // A is not negative, so that a coordinate with b <= 0 stays at 0. Returns the
  // constants. `fixed` and `h` are those of the items packed.
  double drop_fixed(const unsigned char* fixed, int lanes, double* b_panel, double* h_panel) const {
    double constant = 0;
    for (int c = 0; c < lanes; ++c) {
      double* b = b_panel + c;
      double* h = h_panel + c;
      const unsigned char* here = fixed + static_cast<std::ptrdiff_t>(c) * r_;
      double largest = 0;
      for (int k = 0; k < r_; ++k) {
        if (!here[k]) continue;
        double other = 0;  // of A c, without what is already in b
        for (int m = 0; m < r_; ++m)
          if (here[m]) other += A_[k * r_ + m] * h[m * kLanes];
        constant += h[k * kLanes] * (0.5 * other - b[k * kLanes]);
      }
      for (int m = 0; m < r_; ++m) {
        for (int k = 0; k < r_; ++k)
          if (here[k]) b[m * kLanes] -= A_[m * r_ + k] * h[k * kLanes];
        largest = std::fmax(largest, std::fabs(b[m * kLanes]));
      }
      for (int k = 0; k < r_; ++k)
        if (here[k]) {
          b[k * kLanes] = -largest;
          h[k * kLanes] = 0;
        }
    }
    return constant;
  }
  LaneProblem problem(const double* b_panel, double* h_panel, int sweeps, double stall, double* work) const {
    return {r_, A_.data(), b_panel, h_panel, sweeps, stall, work};
  }
  LaneProblemOf<float> problem(const float* b_panel, float* h_panel, int sweeps, double stall,
                               float* work) const {
    return {r_, single_A_.data(), b_panel, h_panel, sweeps, stall, work};
  }

 private:
  int r_ = 0;
  bool any_dead_ = false;
  std::vector<unsigned char> alive_;
  std::vector<double> A_, d_, inverse_, l1_;
  std::vector<float> single_A_;
};

}  // namespace nonneg

#endif
