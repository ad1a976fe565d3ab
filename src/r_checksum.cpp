// The border for checksums.
#include <Rcpp.h>

#include <cstdio>

#include "core/checksum.h"

// Of the numbers or bytes of a vector, as 16 hexadecimal digits.
// [[Rcpp::export(rng = false)]]
std::string cpp_vector_checksum(SEXP x) {
  const std::size_t n = static_cast<std::size_t>(XLENGTH(x));
  nonneg::Checksum sum;
  switch (TYPEOF(x)) {
    case RAWSXP: sum.add(RAW(x), n); break;
    case INTSXP: sum.add(INTEGER(x), n * sizeof(int)); break;
    case REALSXP: sum.add(REAL(x), n * sizeof(double)); break;
    default: Rcpp::stop("no checksum for a vector of this type");
  }
  char text[17];
  std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(sum.value()));
  return text;
}
