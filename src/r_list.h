// Lists that go to R. Those that Rcpp creates are a template for each sequence of types: they took a tenth of
// the time of compiling the border.
#ifndef NONNEG_R_LIST_H
#define NONNEG_R_LIST_H

#include <Rcpp.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

namespace nonneg {

// An element of a list, and its name.
struct Item {
  const char* name;
  Rcpp::RObject value;

  Item(const char* name, SEXP value);
  Item(const char* name, bool value);
  Item(const char* name, int value);
  Item(const char* name, std::ptrdiff_t value);
  Item(const char* name, double value);
  Item(const char* name, const char* value);
  Item(const char* name, const std::vector<bool>& values);
  Item(const char* name, const std::vector<int>& values);
  Item(const char* name, const std::vector<double>& values);
  Item(const char* name, const std::vector<std::string>& values);
};

// list(name = value, ...)
Rcpp::List list(std::initializer_list<Item>);
// data.frame(name = values, ...)
Rcpp::List data_frame(std::initializer_list<Item>);

}  // namespace nonneg

#endif
