// U'X and X(X'U) in one read of X, for the singular vectors of the starts.
#ifndef NONNEG_MULTIPLY_H
#define NONNEG_MULTIPLY_H

#include <vector>

#include "core/factor.h"
#include "core/host.h"
#include "core/source.h"

namespace nonneg {

struct Multiplied {
  Factor UtX;   // items are columns: unit U'X
  Factor XXtU;  // items are rows: unit^2 X V X'U
};

// `unit` is a power of four that brings X near 1. V is the diagonal of `column_weights`; empty: ones. Without
// `back` only the first product is made. False if stopped.
bool multiply(Source&, const Factor& U, double unit, const std::vector<double>& column_weights, bool back,
              int threads, std::vector<std::ptrdiff_t> row_nonzeros, Host&, double deadline, Multiplied&);

}  // namespace nonneg

#endif
