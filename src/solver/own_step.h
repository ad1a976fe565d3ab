// One step on a group of items each of which has a quadratic of its own, one per lane: measure the start,
// solve, measure the solution. In the scale of solver/quadratic.h, and with the same bits as one by one.
#ifndef NONNEG_OWN_STEP_H
#define NONNEG_OWN_STEP_H

#include <cmath>
#include <vector>

#include "core/factor.h"
#include "kernel/kernels.h"
#include "loss/penalty.h"
#include "solver/lane_step.h"
#include "solver/solver.h"

namespace nonneg {

// Panels, as in kernel/kernels.h: of r numbers for each lane, A of r^2.
class OwnQuadratics {
 public:
  // Matrices of more components than this leave the caches next to those of so many other lanes.
  static constexpr int kMostRank = 64;

  explicit OwnQuadratics(int r) : r_(r), ones_(static_cast<std::size_t>(r) * r, 1.0) {
    for (Buffer* panel : {&d_, &inverse_, &l1_, &alive_}) panel->resize(kLanes * r);
    A_.resize(static_cast<std::size_t>(kLanes) * r * r);
  }
  // gram(k, m) of item c: grams[c*r^2 + k + m*r], symmetric.
  void set(int lanes, const double* grams, const ElasticNet& penalty) {
    kernels().to_panel(r_ * r_, lanes, grams, r_ * r_, 1, ones_.data(), nullptr, A_.data());
    any_dead_ = false;
    for (int k = 0; k < r_; ++k) {
      double *d = d_.data() + k * kLanes, *inverse = inverse_.data() + k * kLanes;
      double *l1 = l1_.data() + k * kLanes, *alive = alive_.data() + k * kLanes;
      const double* diagonal = A_.data() + (k * r_ + k) * kLanes;
      for (int c = 0; c < kLanes; ++c) {
        const double sum = diagonal[c] + penalty.l2;
        // A component that died (zero column) leaves h_k = max(0, b_k) = 0.
        alive[c] = sum > 0 ? 1.0 : 0.0;
        d[c] = sum > 0 ? std::sqrt(sum) : 1.0;
        inverse[c] = 1.0 / d[c];
        l1[c] = penalty.l1 * inverse[c];
      }
      for (int c = 0; c < lanes; ++c) any_dead_ = any_dead_ || alive[c] == 0;
    }
    for (int k = 0; k < r_; ++k) {
      const double* own = inverse_.data() + k * kLanes;
      for (int m = 0; m < r_; ++m) {
        double* entry = A_.data() + (k * r_ + m) * kLanes;
        const double* inverse = inverse_.data() + m * kLanes;
        for (int c = 0; c < kLanes; ++c) entry[c] = entry[c] * own[c] * inverse[c];
      }
      std::fill_n(A_.data() + (k * r_ + k) * kLanes, kLanes, 1.0);
    }
  }

  // b of item c: b[c*item], ...; h: items of r numbers side by side.
  void pack(const double* b, std::ptrdiff_t item, const double* h, int lanes, double* b_panel,
            double* h_panel) const {
    kernels().to_panel(r_, lanes, b, item, 1, ones_.data(), nullptr, b_panel);
    kernels().to_panel(r_, lanes, h, r_, 1, ones_.data(), nullptr, h_panel);
    for (int q = 0; q < r_ * kLanes; ++q) {
      b_panel[q] = b_panel[q] * inverse_[q] - l1_[q];
      h_panel[q] *= d_[q];
    }
  }
  void unpack(const double* h_panel, int lanes, double* scratch, double* h) const {
    for (int q = 0; q < r_ * kLanes; ++q) scratch[q] = h_panel[q] * inverse_[q];
    kernels().from_panel(r_, lanes, scratch, ones_.data(), h);
  }
  LaneProblem problem(const double* b_panel, double* h_panel, int sweeps, double stall, double* work) const {
    return {r_, A_.data(), b_panel, h_panel, sweeps, stall, work, true};
  }
  bool any_dead() const { return any_dead_; }
  // As in solver/quadratic.h: `alive_h` is h without dead components. Returns their penalty.
  double drop_dead(const double* b_panel, const double* h_panel, double* alive_h) const {
    double penalty = 0;
    for (int q = 0; q < r_ * kLanes; ++q) {
      penalty -= (1.0 - alive_[q]) * b_panel[q] * h_panel[q];
      alive_h[q] = alive_[q] * h_panel[q];
    }
    return penalty;
  }

 private:
  const int r_;
  bool any_dead_ = false;
  std::vector<double> ones_;
  Buffer A_, d_, inverse_, l1_, alive_;
};

struct OwnStep {
  const OwnQuadratics& quadratics;
  const Solver& solver;
  int sweeps;
  double stall;

  // b of item c: b[c*item], .... What is null is not done.
  void operator()(const double* b, std::ptrdiff_t item, int lanes, const double* start, double* to,
                  LaneCertificate* before, LaneCertificate* after, LaneScratch& mine) const {
    quadratics.pack(b, item, start, lanes, mine.b.data(), mine.h.data());
    if (before) *before = measure(mine);
    if (!to) return;
    (kernels().*
     solver.solve)(quadratics.problem(mine.b.data(), mine.h.data(), sweeps, stall, mine.work.data()));
    quadratics.unpack(mine.h.data(), lanes, mine.sum.data(), to);
    if (after) *after = measure(mine);
  }

 private:
  LaneCertificate measure(LaneScratch& mine) const {
    double penalty = 0, *h = mine.h.data();
    if (quadratics.any_dead()) {
      penalty = quadratics.drop_dead(mine.b.data(), h, mine.free_h.data());
      h = mine.free_h.data();
    }
    LaneCertificate out =
        kernels().certify(quadratics.problem(mine.b.data(), h, sweeps, stall, mine.work.data()));
    out.value += penalty;
    return out;
  }
};

}  // namespace nonneg

#endif
