// Penalties across the border: a list of lists, each a kind, numbers by name, and perhaps a graph.
#ifndef NONNEG_R_PENALTY_H
#define NONNEG_R_PENALTY_H

#include <Rcpp.h>

#include <algorithm>

#include "loss/penalty.h"

namespace nonneg {

// From a symmetric dgCMatrix.
inline std::shared_ptr<const Graph> graph_of(SEXP value) {
  if (Rf_isNull(value)) return nullptr;
  const Rcpp::S4 matrix(value);
  auto out = std::make_shared<Graph>();
  out->p = Rcpp::as<std::vector<int>>(matrix.slot("p"));
  out->index = Rcpp::as<std::vector<int>>(matrix.slot("i"));
  out->weight = Rcpp::as<std::vector<double>>(matrix.slot("x"));
  return out;
}

// `items`: how many the factor has.
inline Penalty penalty_of(SEXP value, std::ptrdiff_t items) {
  Penalty out;
  if (Rf_isNull(value)) return out;
  const Rcpp::List parts(value);
  for (R_xlen_t k = 0; k < parts.size(); ++k) {
    const Rcpp::List part(static_cast<SEXP>(parts[k]));
    const Rcpp::CharacterVector names = part.names();
    PenaltySpec spec;
    for (R_xlen_t q = 0; q < part.size(); ++q) {
      const std::string name(names[q]);
      if (name == "kind")
        spec.kind = Rcpp::as<std::string>(part[q]);
      else if (name == "graph")
        spec.graph = graph_of(part[q]);
      else
        spec.numbers[name] = Rcpp::as<double>(part[q]);
    }
    const auto size = [&] { return static_cast<std::ptrdiff_t>(spec.graph->p.size()) - 1; };
    if (spec.graph && size() != items)
      Rcpp::stop("a graph of %d items is for a factor of %d", static_cast<int>(size()),
                 static_cast<int>(items));
    if (!add_penalty(spec, out)) Rcpp::stop("the core has no penalty '%s'", spec.kind);
  }
  return out;
}

}  // namespace nonneg

#endif
