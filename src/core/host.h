// What the core asks of its host, always from the calling thread.
#ifndef NONNEG_HOST_H
#define NONNEG_HOST_H

#include <cstddef>

namespace nonneg {

struct Record {  // one iteration of the history
  int iteration;
  double seconds, loss, penalty, objective, kkt;  // kkt is NaN where not measured
};

class Host {
 public:
  virtual ~Host() = default;
  // Polled several times a second: true asks to stop.
  virtual bool interrupted() { return false; }
  virtual void progress(const Record&) {}
  // Sums `n` numbers over machines, in place; every machine gets the same bits.
  virtual void reduce(double* /*values*/, std::size_t /*n*/) {}
};

}  // namespace nonneg

#endif
