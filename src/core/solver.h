// Solvers of the small problems, by name. A solver sees (A, b), never X.
#ifndef NONNEG_SOLVER_H
#define NONNEG_SOLVER_H

#include <vector>

#include "kernels.h"

namespace nonneg {

struct Solver {
  const char* name;
  const char* title;
  void (*Kernels::*solve)(const LaneProblem&);
  int sweeps;          // default number of inner sweeps
  bool extrapolates;   // worth (and safe) to extrapolate over the alternation
  int auto_from_rank;  // chosen by default from this rank on; 0: never
};

const std::vector<Solver>& solvers();
// Null if there is none of that name.
const Solver* find_solver(const char* name);
const Solver& default_solver(int rank);

}  // namespace nonneg

#endif
