// Solvers of the small problems, by name.
#ifndef NONNEG_SOLVER_H
#define NONNEG_SOLVER_H

#include <vector>

#include "kernel/kernels.h"

namespace nonneg {

struct Solver {
  const char* name = "";
  const char* title = "";
  void (*Kernels::*solve)(const LaneProblem&) = nullptr;  // for the Frobenius loss; null: not for it
  bool own = false;                                       // ... and does it take lanes that have an A each?
  // The same in numbers of half the length; null: there is none.
  void (*LaneKernels<float>::*quick)(const LaneProblemOf<float>&) = nullptr;
  // The same idea for losses that are a sum over entries, item by item and in lanes: null if there is none.
  void (*LossKernels::*entries)(const EntryProblem&) = nullptr;
  void (*LossKernels::*lanes)(const EntryLanes&) = nullptr;
  bool multiplicative = false;
  bool newton = false;       // for losses whose zeros come in by sums: Kullback-Leibler
  int sweeps = 1;            // default number of inner sweeps over quadratic problems: cheap next to a pass
  int entry_sweeps = 1;      // ... and over entries, each as much work as a pass
  bool extrapolates = true;  // worth (and safe) to extrapolate over the alternation
  // Sweeps where `most` are asked for and a cold start deserves `factor` times that: those of updates that
  // are compared by their number are not added to.
  int sweeps_of(int most, int factor) const { return multiplicative ? most : most * factor; }
  // The default for the Frobenius loss up to this rank; 0: never.
  int most_rank_dense = 0, most_rank_sparse = 0;
};

const std::vector<Solver>& solvers();
// Null if there is none of that name.
const Solver* find_solver(const char* name);
// Is it for this loss?
inline bool solves(const Solver& s, const LossFacts& loss) {
  if (loss.quadratic) return s.solve;
  return s.entries || s.multiplicative || (s.newton && loss.by_sums);
}
// The measured best; `dense`: every entry of X is stored.
const Solver& default_solver(int rank, const LossFacts&, bool dense);

}  // namespace nonneg

#endif
