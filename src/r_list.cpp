#include "r_list.h"

#include <algorithm>

namespace nonneg {

Item::Item(const char* name, SEXP value) : name(name), value(value) {}
Item::Item(const char* name, bool value) : Item(name, Rf_ScalarLogical(value)) {}
Item::Item(const char* name, int value) : Item(name, Rf_ScalarInteger(value)) {}
Item::Item(const char* name, std::ptrdiff_t value) : Item(name, static_cast<double>(value)) {}
Item::Item(const char* name, double value) : Item(name, Rf_ScalarReal(value)) {}
Item::Item(const char* name, const char* value) : Item(name, Rf_mkString(value)) {}

Item::Item(const char* name, const std::vector<bool>& values)
    : Item(name, Rf_allocVector(LGLSXP, static_cast<R_xlen_t>(values.size()))) {
  std::copy(values.begin(), values.end(), LOGICAL(value));
}

Item::Item(const char* name, const std::vector<int>& values)
    : Item(name, Rf_allocVector(INTSXP, static_cast<R_xlen_t>(values.size()))) {
  std::copy(values.begin(), values.end(), INTEGER(value));
}

Item::Item(const char* name, const std::vector<double>& values)
    : Item(name, Rf_allocVector(REALSXP, static_cast<R_xlen_t>(values.size()))) {
  std::copy(values.begin(), values.end(), REAL(value));
}

Item::Item(const char* name, const std::vector<std::string>& values)
    : Item(name, Rf_allocVector(STRSXP, static_cast<R_xlen_t>(values.size()))) {
  R_xlen_t at = 0;
  for (const std::string& one : values) SET_STRING_ELT(value, at++, Rf_mkChar(one.c_str()));
}

Rcpp::List list(std::initializer_list<Item> items) {
  Rcpp::List out(items.size());
  const Rcpp::RObject names = Rf_allocVector(STRSXP, static_cast<R_xlen_t>(items.size()));
  R_xlen_t at = 0;
  for (const Item& item : items) {
    SET_STRING_ELT(names, at, Rf_mkChar(item.name));
    SET_VECTOR_ELT(out, at++, item.value);
  }
  Rf_setAttrib(out, R_NamesSymbol, names);
  return out;
}

Rcpp::List data_frame(std::initializer_list<Item> items) {
  Rcpp::List out = list(items);
  const int rows = items.size() ? Rf_length(items.begin()->value) : 0;
  // c(NA, -n) stands for the numbers from 1 to n.
  const Rcpp::RObject numbers = Rf_allocVector(INTSXP, 2);
  INTEGER(numbers)[0] = NA_INTEGER;
  INTEGER(numbers)[1] = -rows;
  Rf_setAttrib(out, R_RowNamesSymbol, numbers);
  const Rcpp::RObject name = Rf_mkString("data.frame");
  Rf_setAttrib(out, R_ClassSymbol, name);
  return out;
}

}  // namespace nonneg
