// What the core asks of its host, always from the calling thread.
//
// A fit may be that of several machines, each with some columns of X and of H, all with the same W. What is a
// sum over columns is reduced. The rows of W are divided: each machine gets the sums for its share of them,
// solves for these rows, and spreads them. Nothing is decided by one machine alone, since the others would
// wait for it for ever: a decision is made from numbers that are the same on all.
#ifndef NONNEG_HOST_H
#define NONNEG_HOST_H

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace nonneg {

// It is polled after about this many multiply-adds, 0.1 s or less.
constexpr double kWorkPerPoll = 1e9;

struct Record {  // one iteration of the history
  int iteration;
  double seconds, loss, penalty, objective, kkt;  // kkt is NaN where not measured
};

// Neighbours among rows, [first, last).
struct Range {
  std::ptrdiff_t first, last;
  std::ptrdiff_t size() const { return last - first; }
};

// Rows are dealt out to machines in whole groups of so many, as they are solved.
constexpr std::ptrdiff_t kRowsOfShare = 16;

// Where the columns of this machine are among all.
struct Machines {
  int me = 0, count = 1;
  std::ptrdiff_t first = 0;     // columns before
  std::ptrdiff_t columns = -1;  // of all; -1: there are no others
  bool alone() const { return count == 1; }
  std::ptrdiff_t all(std::ptrdiff_t mine) const { return columns < 0 ? mine : columns; }
  // The share of machine k in `rows` rows, and that of this one.
  Range share(int k, std::ptrdiff_t rows) const {
    const std::ptrdiff_t groups = (rows + kRowsOfShare - 1) / kRowsOfShare;
    return {std::min(rows, groups * k / count * kRowsOfShare),
            std::min(rows, groups * (k + 1) / count * kRowsOfShare)};
  }
  Range own(std::ptrdiff_t rows) const { return share(me, rows); }
  std::ptrdiff_t largest_share(std::ptrdiff_t rows) const {
    const std::ptrdiff_t groups = (rows + kRowsOfShare - 1) / kRowsOfShare;
    return (groups + count - 1) / count * kRowsOfShare;
  }
};

struct Checkpoint;  // core/checkpoint.h

class Host {
 public:
  virtual ~Host() = default;
  // Polled several times a second: true asks to stop. Never true where there are other machines.
  virtual bool interrupted() { return false; }
  virtual void progress(const Record&) {}
  // Sums `n` numbers over machines, in place; every machine gets the same bits.
  virtual void reduce(double* /*values*/, std::size_t /*n*/) {}
  // Sums over machines of `size` numbers for each of `rows` rows, only those of this machine's share. put()
  // writes what there is of a row of another machine's share, add() adds what another machine has of a row of
  // its own.
  typedef std::function<void(std::ptrdiff_t row, double* to)> PutRow;
  typedef std::function<void(std::ptrdiff_t row, const double* from)> AddRow;
  virtual void reduce_share(std::ptrdiff_t /*rows*/, std::ptrdiff_t /*size*/, const PutRow&, const AddRow&) {}
  // Every machine's share of `rows` rows of `size` numbers, one after the other, to all, in place.
  virtual void spread_share(std::ptrdiff_t /*rows*/, std::ptrdiff_t /*size*/, double* /*values*/) {}
  // Was this machine interrupted, which interrupted() did not say because of the others?
  virtual bool postponed() { return false; }
  // Where a fit that was killed goes on; null: it begins. Asked between iterations: is it time to save one?
  virtual const Checkpoint* resumed() { return nullptr; }
  virtual bool wants_checkpoint() { return false; }
  virtual void save(const Checkpoint&) {}
  const Machines& machines() const { return machines_; }

 protected:
  Machines machines_;
};

// `count` numbers of every machine, one after the other.
inline std::vector<double> gathered(Host& host, const double* mine, std::size_t count) {
  const Machines& m = host.machines();
  std::vector<double> out(m.count * count, 0.0);
  for (std::size_t q = 0; q < count; ++q) out[m.me * count + q] = mine[q];
  if (!m.alone()) host.reduce(out.data(), out.size());
  return out;
}

inline double sum_of_all(Host& host, double mine) {
  if (!host.machines().alone()) host.reduce(&mine, 1);
  return mine;
}

}  // namespace nonneg

#endif
