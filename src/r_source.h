// From an R object to a source of blocks. The R side has checked it: a double matrix, a
// dgCMatrix, a store, a list(nrow, ncol, sparse, block = function(first, last)), or a list(left, right) of
// doubles, whose product it is.
#ifndef NONNEG_R_SOURCE_H
#define NONNEG_R_SOURCE_H

#include <Rcpp.h>

#include <map>
#include <memory>
#include <vector>

#include "core/checkpoint.h"
#include "core/host.h"
#include "core/source.h"
#include "loss/divergence.h"

namespace nonneg {

// `threads`: for what a source does to its blocks.
std::unique_ptr<Source> make_source(SEXP x, int threads = 1);

// The values of X as one or several runs of numbers, for scans.
struct Values {
  const double* data;
  std::size_t size;
};
Values values_of(SEXP x);  // matrices only

// The columns of a matrix in memory, where they are.
EntryView entries_of(SEXP x);

// R as the host: interrupts are polled without a long jump; progress calls an R
// function (or NULL) with a named numeric vector.
class RHost : public Host {
 public:
  // `checkpoint`: NULL, or list(every, save, from): seconds between two, a function that takes one, and one
  // to go on from, or NULL. `machines`: NULL, or list(me, count, first, columns, sum, swap), the last two
  // functions: sum() sums a vector over them, swap(out, room, to, from) sends the doubles `out` to one and
  // returns as many from another, for which it may use the memory of `room`.
  explicit RHost(SEXP progress, SEXP machines = R_NilValue, SEXP checkpoint = R_NilValue);
  bool interrupted() override;
  void progress(const Record&) override;
  void reduce(double* values, std::size_t n) override;
  void reduce_share(std::ptrdiff_t rows, std::ptrdiff_t size, const PutRow& put, const AddRow& add) override;
  void spread_share(std::ptrdiff_t rows, std::ptrdiff_t size, double* values) override;
  bool postponed() override { return postponed_; }
  const Checkpoint* resumed() override { return from_.get(); }
  bool wants_checkpoint() override;
  void save(const Checkpoint&) override;

 private:
  // Messages of one length: what is sent and what is received. They are R's, and are used again and again.
  struct Room {
    Rcpp::NumericVector out, in;
  };
  Room& room(std::size_t length);
  // Each of the others in turn, as [to, from]: one that gets a message from here and one that sends one.
  template <class Exchange>
  void each_pair(const Exchange&) const;
  template <class Exchange>
  void each_message(std::ptrdiff_t rows, std::ptrdiff_t size, const Exchange&);
  const double* swap(Room&, int to, int from);

  Rcpp::RObject progress_, sum_, swap_;
  std::map<std::size_t, Room> rooms_;
  bool postponed_ = false;
  double last_ = 0;
  Rcpp::RObject save_;
  double every_ = 0, saved_ = 0;
  std::unique_ptr<Checkpoint> from_;
};

}  // namespace nonneg

#endif
