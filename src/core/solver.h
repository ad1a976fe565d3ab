// Solvers of the small problems, by name.
#ifndef NONNEG_SOLVER_H
#define NONNEG_SOLVER_H

#include <vector>

#include "kernels.h"

namespace nonneg {

struct Solver {
  const char* name;
  const char* title;
  void (*Kernels::*solve)(const LaneProblem&);
  // The same idea for losses that are a sum over entries: null if there is none.
  void (*Kernels::*entries)(const EntryProblem&);
  bool multiplicative;
  int sweeps;          // default number of inner sweeps
  bool extrapolates;   // worth (and safe) to extrapolate over the alternation
  int auto_from_rank;  // chosen by default from this rank on; 0: never
};

const std::vector<Solver>& solvers();
// Null if there is none of that name.
const Solver* find_solver(const char* name);
// Does it solve the problems of losses other than Frobenius?
inline bool solves_entries(const Solver& s) { return s.entries || s.multiplicative; }
// The default; for other losses than Frobenius that is the first that solves them.
const Solver& default_solver(int rank, bool entries);

}  // namespace nonneg

#endif
