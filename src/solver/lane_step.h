// One step on a group of items whose problems share a quadratic: measure the
// start, solve, measure the solution. Fixed coefficients stay as they are.
#ifndef NONNEG_LANE_STEP_H
#define NONNEG_LANE_STEP_H

#include <algorithm>

#include "core/factor.h"
#include "solver/quadratic.h"
#include "solver/solver.h"

namespace nonneg {

struct LaneScratch {
  Buffer b, h, free_b, free_h, sum, work;
  BufferOf<float> quick_b, quick_h, quick_work;
  explicit LaneScratch(int r) {
    for (Buffer* panel : {&b, &h, &free_b, &free_h, &sum}) panel->resize(kLanes * r);
    work.resize(lane_work(r));
    for (BufferOf<float>* panel : {&quick_b, &quick_h}) panel->resize(kLanes * r);
    quick_work.resize(lane_work(r));
  }
};

// A penalty that couples items, at the start of the step: see loss/penalty.h. The quadratic of the step has
// its curvature on the diagonal; what is measured is the objective itself, by one without.
struct LaneCoupling {
  const Quadratic& without;
  const double* slope;  // of the items
  double curvature;
};

struct LaneStep {
  const Quadratic& quadratic;
  const Solver& solver;
  int sweeps;
  double stall;
  const unsigned char* fixed;  // of the items, see core/fixed.h; null: none
  const LaneCoupling* coupling = nullptr;
  bool quick = false;  // in numbers of half the length, where the solver and the problem allow it

  // b(k, c) = b[c*item + k*value]. What is null is not done.
  void operator()(const double* b, std::ptrdiff_t item, std::ptrdiff_t value, int lanes, const double* start,
                  double* to, LaneCertificate* before, LaneCertificate* after, LaneScratch& mine) const {
    if (coupling) return with_coupling(b, item, value, lanes, start, to, before, mine);
    if (quick && solver.quick && !fixed && !quadratic.any_dead())
      return quickly(b, item, value, lanes, start, to, before, after, mine);
    quadratic.pack(b, item, value, start, lanes, mine.b.data(), mine.h.data());
    if (before) *before = measure(lanes, mine);
    if (!to) return;
    if (!fixed) {
      (kernels().*solver.solve)(problem(mine.b, mine.h, sweeps, mine));
      quadratic.unpack(mine.h.data(), lanes, to);
    } else if (solver.multiplicative) {
      // Taking fixed coefficients off b could leave it negative, and the updates
      // would be locked at 0: they stay in, and are put back after every sweep.
      for (int sweep = 0; sweep < sweeps; ++sweep) {
        (kernels().*solver.solve)(problem(mine.b, mine.h, 1, mine));
        quadratic.put_back(fixed, start, lanes, mine.h.data());
      }
      quadratic.unpack(mine.h.data(), lanes, fixed, start, to);
    } else {
      free_problem(lanes, mine);
      (kernels().*solver.solve)(problem(mine.free_b, mine.free_h, sweeps, mine));
      quadratic.unpack(mine.free_h.data(), lanes, fixed, start, to);
      quadratic.pack_h(to, lanes, mine.h.data());
    }
    if (after) *after = measure(lanes, mine);
  }

 private:
  void quickly(const double* b, std::ptrdiff_t item, std::ptrdiff_t value, int lanes, const double* start,
               double* to, LaneCertificate* before, LaneCertificate* after, LaneScratch& mine) const {
    float *b_panel = mine.quick_b.data(), *h_panel = mine.quick_h.data();
    quadratic.pack(b, item, value, start, lanes, b_panel, h_panel);
    const LaneKernels<float>& kernels = lane_kernels<float>();
    const LaneProblemOf<float> problem =
        quadratic.problem(b_panel, h_panel, sweeps, stall, mine.quick_work.data());
    if (before) *before = kernels.certify(problem);
    if (!to) return;
    (kernels.*solver.quick)(problem);
    quadratic.unpack(h_panel, lanes, to);
    if (after) *after = kernels.certify(problem);
  }

  // Slope and value at the start are those of  1/2 h'Ah - (b - g)'h  without the curvature c; the step is
  // that of  A + c I  and  b + c start - g.
  void with_coupling(const double* b, std::ptrdiff_t item, std::ptrdiff_t value, int lanes,
                     const double* start, double* to, LaneCertificate* before, LaneScratch& mine) const {
    const int r = quadratic.rank();
    double* sum = mine.sum.data();
    for (int c = 0; c < lanes; ++c)
      for (int k = 0; k < r; ++k) sum[c * r + k] = b[c * item + k * value] - coupling->slope[c * r + k];
    if (before)
      LaneStep{coupling->without, solver, sweeps, stall, fixed}(sum, r, 1, lanes, start, nullptr, before,
                                                                nullptr, mine);
    if (!to) return;
    for (int q = 0; q < lanes * r; ++q) sum[q] += coupling->curvature * start[q];
    LaneStep{quadratic, solver, sweeps, stall, fixed}(sum, r, 1, lanes, start, to, nullptr, nullptr, mine);
  }
  LaneProblem problem(const Buffer& b, Buffer& h, int most, LaneScratch& mine) const {
    return quadratic.problem(b.data(), h.data(), most, stall, mine.work.data());
  }
  double free_problem(int lanes, LaneScratch& mine) const {
    const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(kLanes) * quadratic.rank();
    std::copy_n(mine.b.data(), size, mine.free_b.data());
    std::copy_n(mine.h.data(), size, mine.free_h.data());
    double constant = 0;
    if (quadratic.any_dead()) constant += quadratic.drop_dead(lanes, mine.b.data(), mine.free_h.data());
    if (fixed) constant += quadratic.drop_fixed(fixed, lanes, mine.free_b.data(), mine.free_h.data());
    return constant;
  }
  LaneCertificate measure(int lanes, LaneScratch& mine) const {
    if (!fixed && !quadratic.any_dead()) return kernels().certify(problem(mine.b, mine.h, sweeps, mine));
    const double constant = free_problem(lanes, mine);
    LaneCertificate out = kernels().certify(problem(mine.free_b, mine.free_h, sweeps, mine));
    out.value += constant;
    return out;
  }
};

}  // namespace nonneg

#endif
