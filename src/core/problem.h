// What there is to fit: X, a loss, a solver and options, put together into what the driver alternates on.
#ifndef NONNEG_PROBLEM_H
#define NONNEG_PROBLEM_H

#include <memory>
#include <string>
#include <vector>

#include "core/host.h"
#include "core/options.h"
#include "core/source.h"
#include "core/transpose.h"
#include "loss/divergence.h"
#include "loss/entry_loss.h"
#include "loss/loss.h"
#include "solver/solver.h"

namespace nonneg {

struct ProblemSpec {
  LossSpec loss = {"frobenius", {}};
  std::string solver;  // empty: the default
  Options options;
  bool dense = false, dense_known = false;  // is X, for defaults? Else as it is here
  double largest = 0, sumsq = 0;            // of X: its largest entry, its sum of squares
  bool only_H = false;                      // W stays as it is: X by rows is not needed, and no copy is made
  std::ptrdiff_t columns = -1;              // of all machines; -1: those of the source are all
};

// X as blocks and, if it is in memory, where it is.
struct Data {
  std::unique_ptr<Source> source;
  bool in_memory = false;
  EntryView columns;  // else its sizes, weights, and what is missing
  // Losses whose items stand alone read it by blocks: it is in a store, or spread over machines.
  bool one_read = false;
};

class Problem {
 public:
  // `largest_W`: the scale of the W that the fit starts from. `same`: a problem with this X, whose copy by
  // rows will do. Throws std::invalid_argument where loss, solver and storage do not go together.
  Problem(Data, const ProblemSpec&, int rank, double largest_W, const Problem* same = nullptr);
  // Parts of it know where others are.
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  const Options& options() const { return options_; }
  const Solver& solver() const { return *solver_; }
  const EntryLoss& entry_loss() const { return entry_loss_; }
  Source& source() { return *data_.source; }
  Loss& loss() { return *loss_; }
  bool extrapolates() const { return options_.extrapolate && solver_->extrapolates; }
  // The best H for W. `residual`: of every column that is solved by steps, its relative KKT residual. False
  // if stopped.
  bool project(Factor& W, Factor& H, std::vector<double>& residual, Host&);

 private:
  void check_mask() const;
  bool by_items() const;
  void make_entries(int rank, const Units&, const ProblemSpec&, const Problem* same);
  void make_blocks(int rank, const Units&, const ProblemSpec&, const Problem* same);

  const Options options_;
  Data data_;
  const EntryLoss entry_loss_;
  const Solver* solver_;
  std::shared_ptr<Transposed> rows_;  // for losses that need X by rows
  Singles singles_;                   // for quick arithmetic
  std::unique_ptr<Loss> loss_;
  Divergence* divergence_ = nullptr;  // the loss, if it is a sum over entries
};

}  // namespace nonneg

#endif
