// The registry of solvers. Adding one is a kernel and a line here.
#include "core/solver.h"

#include <cstring>

namespace nonneg {

const std::vector<Solver>& solvers() {
  static const std::vector<Solver> all = {
      {"cd", "coordinate descent with several sweeps (accelerated HALS)", &Kernels::cd, &Kernels::entries_cd,
       false, 4, true, 17},
      {"bpp", "exact nonnegative least squares by block principal pivoting", &Kernels::bpp, nullptr, false, 1,
       true, 1},
      {"mu", "multiplicative updates", &Kernels::mu, nullptr, true, 2, false, 0},
  };
  return all;
}

const Solver* find_solver(const char* name) {
  for (const Solver& s : solvers())
    if (std::strcmp(s.name, name) == 0) return &s;
  return nullptr;
}

const Solver& default_solver(int rank, bool entries) {
  if (entries)
    for (const Solver& s : solvers())
      if (solves_entries(s)) return s;
  const Solver* best = nullptr;
  for (const Solver& s : solvers())
    if (s.auto_from_rank > 0 && rank >= s.auto_from_rank &&
        (!best || s.auto_from_rank > best->auto_from_rank))
      best = &s;
  return *best;
}

}  // namespace nonneg
