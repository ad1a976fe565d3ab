// A loss by name and parameter, as the core knows it: what its entries cost, and the facts that follow. The
// losses are in loss/terms/.
#ifndef NONNEG_ENTRY_LOSS_H
#define NONNEG_ENTRY_LOSS_H

#include <string>
#include <vector>

#include "kernel/kernels.h"

namespace nonneg {

// As it crosses the border. No parameter: the loss has none.
struct LossSpec {
  std::string name;
  std::vector<double> parameter;  // one number, or one for each row of X
};

struct EntryLoss {
  int id;  // its place in the registry
  std::vector<double> parameter;
  LossFacts facts;

  const LossKernels& kernels() const { return nonneg::kernels().losses[id]; }
  const LossRow& row() const { return kernels().row; }
  bool by_row() const { return row().by_row; }
  // Of all entries, if it is one number.
  double of_all() const { return parameter.empty() ? 0.0 : parameter[0]; }
};

// Every loss by its row, in order.
std::vector<const LossRow*> loss_rows();

// By name or synonym, in any case; throws std::invalid_argument if there is none, or if the parameter is not
// one of this loss. `rows` of X: how many parameters by row there are, if more than one. A beta-divergence
// that has a name is the loss of that name.
EntryLoss make_loss(const LossSpec&, std::ptrdiff_t rows);

}  // namespace nonneg

#endif
