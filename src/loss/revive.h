// What gives a dead component a new life: the columns of X that are fitted worst.
#ifndef NONNEG_REVIVE_H
#define NONNEG_REVIVE_H

#include <cstddef>
#include <vector>

#include "core/factor.h"
#include "core/host.h"
#include "core/source.h"

namespace nonneg {

// The components whose values are all 0 in W, or in H.
std::vector<int> dead_components(const Factor& W, const Factor& H, Host&);

// A column of a source with the positive part of its residual, whose sum of squares is `gain`: by so much
// falls its squared error if a component of its own takes that over.
struct BadColumn {
  double gain;
  int part;  // of several sources
  std::ptrdiff_t column;
  std::vector<double> positive;
};

// Adds the columns of `source` with the largest gains above `least` to `worst`, which holds at most `most`,
// in decreasing order. Residuals are those of  scale X - W H;  the gain counts `weight` times. Up to 256
// columns, spread evenly, are looked at. Of several machines this one has those of `all` columns that begin
// at `before`.
void add_worst_columns(Source& source, int part, double scale, double weight, const Factor& W,
                       const Factor& H, double least, std::size_t most, std::vector<BadColumn>& worst,
                       std::ptrdiff_t before, std::ptrdiff_t all);

}  // namespace nonneg

#endif
