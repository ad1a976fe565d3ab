// Stores across the border: a list of class "nmf_store", which R has checked.
#ifndef NONNEG_R_STORE_H
#define NONNEG_R_STORE_H

#include <Rcpp.h>

#include "core/store.h"

namespace nonneg {

inline bool is_store(SEXP x) { return TYPEOF(x) == VECSXP && Rf_inherits(x, "nmf_store"); }
StoreSpec store_spec(SEXP x);

}  // namespace nonneg

#endif
