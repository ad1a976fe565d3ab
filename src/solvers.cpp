// The registry of solvers. Adding one is a kernel and a line here.
#include "core/solver.h"

#include <cstring>

namespace nonneg {

namespace {

// An entry costs a Hessian the square of the rank, coordinate descent the rank times a division. Where
// few entries are listed, a step costs more than its sums do.
constexpr int kNewtonRank = 24;

}  // namespace

const std::vector<Solver>& solvers() {
  static const std::vector<Solver> all = {
      {"cd", "coordinate descent with several sweeps (accelerated HALS)", &Kernels::cd, &Kernels::entries_cd,
       false, false, 4, true, 17},
      {"bpp", "exact nonnegative least squares by block principal pivoting", &Kernels::bpp, nullptr, false,
       false, 1, true, 1},
      {"newton", "Newton steps on the quadratic model of Kullback-Leibler", nullptr, nullptr, false, true, 1,
       true, 0},
      {"mu", "multiplicative updates", &Kernels::mu, nullptr, true, false, 2, false, 0},
  };
  return all;
}

const Solver* find_solver(const char* name) {
  for (const Solver& s : solvers())
    if (std::strcmp(s.name, name) == 0) return &s;
  return nullptr;
}

const Solver& default_solver(int rank, double beta, bool dense) {
  if (beta != 2) return *find_solver(beta == 1 && dense && rank <= kNewtonRank ? "newton" : "cd");
  const Solver* best = nullptr;
  for (const Solver& s : solvers())
    if (s.auto_from_rank > 0 && rank >= s.auto_from_rank &&
        (!best || s.auto_from_rank > best->auto_from_rank))
      best = &s;
  return *best;
}

}  // namespace nonneg
