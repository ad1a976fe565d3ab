// Several fits of the Frobenius loss to one dense X in one read. Their factors W lie side by side, so that
// W'X and XH' are two products of high rank, which are bound by arithmetic, where each alone is bound by
// memory. All else is each fit's own: its small problems, momentum, certificate and end. A fit that has ended
// leaves, and another one takes its place. Sums are taken in the order of a fit alone, so that bits are the
// same.
#ifndef NONNEG_FROBENIUS_STACK_H
#define NONNEG_FROBENIUS_STACK_H

#include <memory>
#include <vector>

#include "core/alternation.h"
#include "core/together.h"
#include "loss/frobenius.h"

namespace nonneg {

// Can these jobs be stacked, and is it worth it? One dense X in memory that no cache holds, the same for all.
bool worth_stacking(const std::vector<Job>&);

class FrobeniusStack {
 public:
  FrobeniusStack(Source& source, int threads);
  // As fit_together(); the losses of the jobs are of class Frobenius, over `source`.
  void fit(std::vector<Job>&, double max_seconds, Host&);

 private:
  struct Place {  // one fit in the stack
    Place(Job& job, Frobenius& loss);
    Job& job;
    Frobenius& loss;
    Scaled scaled;
    Host alone;  // on one machine
    Alternation run;
    PassPlan plan;
    const Factor* W = nullptr;  // the W of the coming pass
    std::ptrdiff_t offset = 0;  // its first column in the stack
    bool ended = false;
  };
  struct Scratch {
    Buffer items;
    std::vector<std::unique_ptr<LaneScratch>> of_rank;  // by rank
  };

  void fill(std::vector<Job>&, double deadline);
  void prepare();
  bool pass(Host&, double deadline);
  void block(const Block&, std::ptrdiff_t ahead, BlockWork&, const Member&);
  void alternate(double began);
  bool measure(std::vector<Place*>&, Host&);
  Frobenius::PassState state(Place&);
  template <class F>
  void each(F&&);

  Source& source_;
  const int threads_;
  const std::ptrdiff_t l_;
  std::ptrdiff_t rank_ = 0;
  std::size_t next_job_ = 0;
  std::vector<std::unique_ptr<Place>> places_;
  std::vector<Place*> active_;  // of the coming pass
  DenseProducts<double> products_;
  std::vector<Scratch> scratch_;
};

}  // namespace nonneg

#endif
