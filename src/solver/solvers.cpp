// The registry of solvers. Adding one is a kernel and a line here.
#include "solver/solver.h"

#include <cstring>
#include <limits>

namespace nonneg {

namespace {

// An entry costs a Hessian the square of the rank, coordinate descent the rank times a division. Where
// few entries are listed, a step costs more than its sums do.
constexpr int kNewtonRank = 24;

// Block pivoting is exact and costs an item the cube of the rank, coordinate descent the square. Next to a
// pass over dense data that is little up to higher ranks than next to one over the nonzeros alone.
constexpr int kExactDense = 40, kExactSparse = 16;
constexpr int kAnyRank = std::numeric_limits<int>::max();

}  // namespace

const std::vector<Solver>& solvers() {
  static const std::vector<Solver> all = {
      {"cd", "coordinate descent with several sweeps (accelerated HALS)", &Kernels::cd, &Kernels::entries_cd,
       false, false, 8, 2, true, kAnyRank, kAnyRank},
      {"bpp", "exact nonnegative least squares by block principal pivoting", &Kernels::bpp, nullptr, false,
       false, 1, 1, true, kExactDense, kExactSparse},
      {"newton", "Newton steps on the quadratic model of Kullback-Leibler", nullptr, nullptr, false, true, 1,
       1, true, 0, 0},
      {"mu", "multiplicative updates", &Kernels::mu, nullptr, true, false, 2, 2, false, 0, 0},
  };
  return all;
}

const Solver* find_solver(const char* name) {
  for (const Solver& s : solvers())
    if (std::strcmp(s.name, name) == 0) return &s;
  return nullptr;
}

const Solver& default_solver(int rank, double beta, bool dense) {
  if (beta == 1 && dense && rank <= kNewtonRank) return *find_solver("newton");
  if (beta != 2) return *find_solver("cd");
  const auto limit = [&](const Solver& s) { return dense ? s.most_rank_dense : s.most_rank_sparse; };
  const Solver* best = nullptr;
  for (const Solver& s : solvers())
    if (limit(s) >= rank && (!best || limit(s) < limit(*best))) best = &s;
  return *best;
}

}  // namespace nonneg
