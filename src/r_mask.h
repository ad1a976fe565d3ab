// Entries left out by classes of rows and of columns, from R: list(rows, columns, out), integer classes from
// 0 and a logical table of them. Used where they are: the caller holds the list.
#ifndef NONNEG_R_MASK_H
#define NONNEG_R_MASK_H

#include <Rcpp.h>

#include <algorithm>

#include "loss/entry_view.h"

namespace nonneg {

inline void take_mask(SEXP value, EntryView& columns) {
  if (Rf_isNull(value)) return;
  const Rcpp::List given(value);
  const SEXP rows = given["rows"], items = given["columns"], out = given["out"];
  if (TYPEOF(rows) != INTSXP || TYPEOF(items) != INTSXP || TYPEOF(out) != LGLSXP || !Rf_isMatrix(out))
    Rcpp::stop("a mask must have integer classes and a logical table");
  const auto in_range = [](SEXP v, std::ptrdiff_t length, int count) {
    const int* c = INTEGER(v);
    return Rf_xlength(v) == length && std::all_of(c, c + length, [&](int k) { return k >= 0 && k < count; });
  };
  if (!in_range(rows, columns.length, Rf_nrows(out)) || !in_range(items, columns.items, Rf_ncols(out)))
    Rcpp::stop("a mask must have one class for every row and every column");
  columns.mask = {INTEGER(rows), INTEGER(items), Rf_nrows(out), Rf_ncols(out), LOGICAL(out), 1,
                  Rf_nrows(out)};
}

}  // namespace nonneg

#endif
