// The border for the features that lead components.
#include <Rcpp.h>

#include "core/leading.h"
#include "r_list.h"

namespace {

// Places from 1, a column for each component, NA where it has no more.
Rcpp::IntegerMatrix places(nonneg::Leading& leading, nonneg::Leading::By by, int most, int r) {
  Rcpp::IntegerMatrix out(most, r);
  std::fill(out.begin(), out.end(), NA_INTEGER);
  for (int k = 0; k < r; ++k) {
    int* to = out.begin() + static_cast<std::ptrdiff_t>(k) * most;
    for (const std::size_t i : leading.rows_of(k, by, most)) *to++ = static_cast<int>(i) + 1;
  }
  return out;
}

}  // namespace

// The component of each row of W, one more than there are where it has none, and the `most` first rows of
// each component by weight and by specificity.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_leading(const Rcpp::NumericMatrix& W, int most) {
  const int l = W.nrow(), r = W.ncol();
  nonneg::Leading leading(W.begin(), l, r);
  Rcpp::IntegerVector component(l);
  for (int i = 0; i < l; ++i) component[i] = leading.column_of(i) + 1;
  return nonneg::list({{"class", component},
                       {"weight", places(leading, nonneg::Leading::By::weight, most, r)},
                       {"specificity", places(leading, nonneg::Leading::By::specificity, most, r)}});
}
