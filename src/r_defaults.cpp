// The defaults of the core, for texts in R that name one.
#include <Rcpp.h>

#include "core/options.h"
#include "r_list.h"

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_defaults() {
  const nonneg::Options o;
  return nonneg::list({{"max_iter", o.max_iter},
                       {"tol", o.tol},
                       {"gap_tol", o.gap_tol},
                       {"fall_tol", o.fall_tol},
                       {"check_every", o.check_every},
                       {"max_seconds", o.max_seconds},
                       {"extrapolate", o.extrapolate}});
}
