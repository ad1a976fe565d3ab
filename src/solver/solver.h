// Solvers of the small problems, by name.
#ifndef NONNEG_SOLVER_H
#define NONNEG_SOLVER_H

#include <vector>

#include "kernel/kernels.h"

namespace nonneg {

struct Solver {
  const char* name;
  const char* title;
  void (*Kernels::*solve)(const LaneProblem&);  // for the Frobenius loss; null: not for it
  // The same idea for losses that are a sum over entries: null if there is none.
  void (*Kernels::*entries)(const EntryProblem&);
  bool multiplicative;
  bool newton;        // for Kullback-Leibler alone
  int sweeps;         // default number of inner sweeps over quadratic problems: cheap next to a pass
  int entry_sweeps;   // ... and over entries, each as much work as a pass
  bool extrapolates;  // worth (and safe) to extrapolate over the alternation
  // The default for the Frobenius loss up to this rank; 0: never.
  int most_rank_dense, most_rank_sparse;
};

const std::vector<Solver>& solvers();
// Null if there is none of that name.
const Solver* find_solver(const char* name);
// Is it for the beta-divergence of this beta?
inline bool solves(const Solver& s, double beta) {
  if (beta == 2) return s.solve;
  return s.entries || s.multiplicative || (s.newton && beta == 1);
}
// The measured best; `dense`: every entry of X is stored.
const Solver& default_solver(int rank, double beta, bool dense);

}  // namespace nonneg

#endif
