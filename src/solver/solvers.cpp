// The registry of solvers. Adding one is a kernel and a line here.
#include "solver/solver.h"

#include <cstring>
#include <limits>

namespace nonneg {

namespace {

// An entry costs a Hessian the square of the rank, coordinate descent the rank times a division. Sparse items
// are short: what does not depend on their entries is a larger part of a step.
constexpr int kNewtonRank = 24, kNewtonSparse = 16;

// Block pivoting is exact and costs an item the cube of the rank, coordinate descent the square. Next to a
// pass over dense data that is little up to higher ranks than next to one over the nonzeros alone.
constexpr int kExactDense = 40, kExactSparse = 16;
constexpr int kAnyRank = std::numeric_limits<int>::max();

}  // namespace

const std::vector<Solver>& solvers() {
  static const std::vector<Solver> all = [] {
    Solver cd;
    cd.name = "cd";
    cd.title = "coordinate descent with several sweeps (accelerated HALS)";
    cd.solve = static_cast<void (*Kernels::*)(const LaneProblem&)>(&Kernels::cd);
    cd.own = true;
    cd.quick = &LaneKernels<float>::cd;
    cd.entries = &LossKernels::cd;
    cd.lanes = &LossKernels::lanes_cd;
    cd.sweeps = 8;
    cd.entry_sweeps = 2;
    cd.most_rank_dense = cd.most_rank_sparse = kAnyRank;

    Solver bpp;
    bpp.name = "bpp";
    bpp.title = "exact nonnegative least squares by block principal pivoting";
    bpp.solve = &Kernels::bpp;
    bpp.own = true;
    bpp.most_rank_dense = kExactDense;
    bpp.most_rank_sparse = kExactSparse;

    Solver newton;
    newton.name = "newton";
    newton.title = "Newton steps on the quadratic model of Kullback-Leibler";
    newton.newton = true;

    Solver mu;
    mu.name = "mu";
    mu.title = "multiplicative updates";
    mu.solve = &Kernels::mu;
    mu.multiplicative = true;
    mu.sweeps = mu.entry_sweeps = 2;
    mu.extrapolates = false;

    return std::vector<Solver>{cd, bpp, newton, mu};
  }();
  return all;
}

const Solver* find_solver(const char* name) {
  for (const Solver& s : solvers())
    if (std::strcmp(s.name, name) == 0) return &s;
  return nullptr;
}

const Solver& default_solver(int rank, const LossFacts& loss, bool dense) {
  if (loss.by_sums && rank <= (dense ? kNewtonRank : kNewtonSparse)) return *find_solver("newton");
  if (!loss.quadratic) return *find_solver("cd");
  const auto limit = [&](const Solver& s) { return dense ? s.most_rank_dense : s.most_rank_sparse; };
  const Solver* best = nullptr;
  for (const Solver& s : solvers())
    if (limit(s) >= rank && (!best || limit(s) < limit(*best))) best = &s;
  return *best;
}

}  // namespace nonneg
