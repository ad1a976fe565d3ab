// The defaults of the core, for texts in R that name one.
#include <Rcpp.h>

#include "core/options.h"

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_defaults() {
  const nonneg::Options o;
  using Rcpp::_;
  return Rcpp::List::create(_["max_iter"] = o.max_iter, _["tol"] = o.tol, _["gap_tol"] = o.gap_tol,
                            _["fall_tol"] = o.fall_tol, _["check_every"] = o.check_every,
                            _["max_seconds"] = o.max_seconds, _["extrapolate"] = o.extrapolate);
}
