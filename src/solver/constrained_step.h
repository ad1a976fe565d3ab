// One step on a group of items whose problems share a quadratic and have a constraint, min 1/2 h'Ah - b'h:
// measure the start, solve, measure the solution. In the scale of solver/quadratic.h.
//
// Upper bounds, 0 <= h <= u: coordinate descent with a clip, sixteen items at a time, until nothing moves.
// A sum, h >= 0 and 1'h = s: from the coordinate with the largest slope that can give to the one with the
// least, as much as lowers the objective most, item by item, until no exchange pays.
//
// With l the slope that all positive coordinates share at the optimum (0 without a sum), the residual is
// |min(h, g - l)| or, at an upper bound, |max(g, h - u)|. For any feasible z, f(h) - f(z) <= g'(h - z), whose
// largest value bounds the gap.
#ifndef NONNEG_CONSTRAINED_STEP_H
#define NONNEG_CONSTRAINED_STEP_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/constraint.h"
#include "solver/lane_step.h"
#include "solver/quadratic.h"

namespace nonneg {

class ConstrainedStep {
 public:
  ConstrainedStep(const Quadratic& quadratic, const Constraint& constraint) : q_(quadratic), c_(constraint) {}

  // As LaneStep has it.
  void operator()(const double* b, std::ptrdiff_t item, std::ptrdiff_t value, int lanes, const double* start,
                  double* to, LaneCertificate* before, LaneScratch& mine) const {
    q_.pack(b, item, value, start, lanes, mine.b.data(), mine.h.data());
    if (before) *before = measure(lanes, mine);
    if (!to) return;
    if (c_.sum > 0)
      for (int c = 0; c < lanes; ++c) exchange(mine, c);
    else
      clipped_descent(mine);
    q_.unpack(mine.h.data(), lanes, to);
    restore(lanes, to);
  }

  // What extrapolation or rounding took out of bounds is brought back.
  void restore(int lanes, double* h) const {
    const int r = q_.rank();
    for (int c = 0; c < lanes; ++c, h += r) {
      if (!c_.upper.empty())
        for (int k = 0; k < r; ++k) h[k] = std::min(h[k], c_.upper[k]);
      if (c_.sum == 0) continue;
      double sum = 0;
      for (int k = 0; k < r; ++k) sum += h[k];
      for (int k = 0; k < r; ++k) h[k] = sum > 0 ? h[k] * (c_.sum / sum) : c_.sum / r;
    }
  }

 private:
  double A(int k, int m) const { return q_.entry(k, m); }

  // g = Ah - b of all lanes, to mine.sum.
  void slopes(LaneScratch& mine) const {
    const int r = q_.rank();
    for (int k = 0; k < r; ++k) {
      double* g = mine.sum.data() + k * kLanes;
      const double* b = mine.b.data() + k * kLanes;
      for (int c = 0; c < kLanes; ++c) g[c] = -b[c];
      for (int m = 0; m < r; ++m) {
        const double a = A(k, m);
        const double* h = mine.h.data() + m * kLanes;
        for (int c = 0; c < kLanes; ++c) g[c] += a * h[c];
      }
    }
  }

  void clipped_descent(LaneScratch& mine) const {
    const int r = q_.rank();
    double first = 0;
    for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
      double moved = 0;
      for (int k = 0; k < r; ++k) {
        const double upper = c_.upper[k] * q_.scale(k), a = A(k, k);
        double* h = mine.h.data() + k * kLanes;
        double g[kLanes];
        for (int c = 0; c < kLanes; ++c) g[c] = -mine.b.data()[k * kLanes + c];
        for (int m = 0; m < r; ++m) {
          const double* other = mine.h.data() + m * kLanes;
          const double by = A(k, m);
          for (int c = 0; c < kLanes; ++c) g[c] += by * other[c];
        }
        for (int c = 0; c < kLanes; ++c) {
          // Without curvature the slope alone says which bound it is.
          double next = a > 0 ? h[c] - g[c] / a : g[c] < 0 ? upper : 0.0;
          next = std::max(0.0, std::min(upper, next));
          moved += (next - h[c]) * (next - h[c]);
          h[c] = next;
        }
      }
      if (sweep == 0) first = moved;
      if (moved <= kStall * kStall * first) break;
    }
  }

  void exchange(LaneScratch& mine, int c) const {
    const int r = q_.rank();
    double *h = mine.h.data() + c, *g = mine.sum.data() + c;
    const double* b = mine.b.data() + c;
    double size = 0, total = 0;
    // A start may be anything.
    for (int k = 0; k < r; ++k) total += h[k * kLanes] / q_.scale(k);
    for (int k = 0; k < r; ++k)
      h[k * kLanes] = total > 0 ? h[k * kLanes] * (c_.sum / total) : c_.sum / r * q_.scale(k);
    for (int k = 0; k < r; ++k) {
      double sum = -b[k * kLanes];
      for (int m = 0; m < r; ++m) sum += A(k, m) * h[m * kLanes];
      g[k * kLanes] = sum;
      size = std::max(size, std::fabs(b[k * kLanes] * q_.scale(k)));
    }
    for (int step = 0; step < kMostExchanges * r; ++step) {
      // Slopes by true coefficients: those of the scaled ones times their scale.
      int low = -1, high = -1;
      double least = 0, most = 0;
      for (int k = 0; k < r; ++k) {
        const double slope = g[k * kLanes] * q_.scale(k);
        if (low < 0 || slope < least) low = k, least = slope;
        if (h[k * kLanes] > 0 && (high < 0 || slope > most)) high = k, most = slope;
      }
      if (high < 0 || most - least <= kPays * size) break;
      const double sl = q_.scale(low), sh = q_.scale(high);
      const double curve = A(low, low) * sl * sl + A(high, high) * sh * sh - 2 * A(low, high) * sl * sh;
      const double all = h[high * kLanes] / sh;
      const double part = curve > 0 ? (most - least) / curve : all;
      const bool whole = part >= all;
      const double t = whole ? all : part;
      h[low * kLanes] += t * sl;
      h[high * kLanes] = whole ? 0.0 : h[high * kLanes] - t * sh;
      for (int k = 0; k < r; ++k) g[k * kLanes] += t * (A(k, low) * sl - A(k, high) * sh);
    }
  }

  LaneCertificate measure(int lanes, LaneScratch& mine) const {
    slopes(mine);
    const int r = q_.rank();
    LaneCertificate out = {0, 0, 0};
    for (int c = 0; c < lanes; ++c) {
      const auto at = [&](const Buffer& panel, int k) { return panel.data()[k * kLanes + c]; };
      double shared = 0, least = std::numeric_limits<double>::infinity(), along = 0;
      for (int k = 0; k < r; ++k) {
        along += at(mine.h, k) * at(mine.sum, k);
        least = std::min(least, at(mine.sum, k) * q_.scale(k));
        out.value += 0.5 * at(mine.h, k) * (at(mine.sum, k) - at(mine.b, k));
      }
      if (c_.sum > 0) {
        shared = along / c_.sum;
        out.gap += std::max(0.0, along - c_.sum * least);
      }
      for (int k = 0; k < r; ++k) {
        const double h = at(mine.h, k), g = at(mine.sum, k) - shared / q_.scale(k);
        double off = std::min(h, g);
        if (c_.sum == 0) {
          const double upper = c_.upper[k] * q_.scale(k);
          if (g < 0) off = std::max(g, h - upper);
          out.gap += g * h + (g < 0 ? -g * upper : 0.0);
        }
        out.kkt2 += off * off;
      }
    }
    return out;
  }

  // As good as exact: predict() makes one step.
  static constexpr double kStall = 1e-10, kPays = 1e-13;
  static constexpr int kMostSweeps = 1000, kMostExchanges = 200;
  const Quadratic& q_;
  const Constraint& c_;
};

}  // namespace nonneg

#endif
