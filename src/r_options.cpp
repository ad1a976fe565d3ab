// What the core offers: solvers and instruction sets.
#include <Rcpp.h>

#include <limits>

#include "kernel/kernels.h"
#include "solver/solver.h"

namespace {

double rank_or_inf(int rank) { return rank == std::numeric_limits<int>::max() ? R_PosInf : rank; }

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_registry() {
  Rcpp::CharacterVector name, title;
  Rcpp::NumericVector most_dense, most_sparse;
  Rcpp::LogicalVector extrapolates, frobenius, kullback_leibler, other;
  for (const nonneg::Solver& s : nonneg::solvers()) {
    name.push_back(s.name);
    title.push_back(s.title);
    most_dense.push_back(rank_or_inf(s.most_rank_dense));
    most_sparse.push_back(rank_or_inf(s.most_rank_sparse));
    extrapolates.push_back(s.extrapolates);
    frobenius.push_back(nonneg::solves(s, 2));
    kullback_leibler.push_back(nonneg::solves(s, 1));
    other.push_back(nonneg::solves(s, 0));
  }
  using Rcpp::_;
  return Rcpp::List::create(
      _["losses"] = Rcpp::DataFrame::create(
          _["name"] = Rcpp::CharacterVector::create("frobenius", "kullback-leibler", "itakura-saito"),
          _["beta"] = Rcpp::NumericVector::create(2, 1, 0), _["stringsAsFactors"] = false),
      _["solvers"] =
          Rcpp::DataFrame::create(_["name"] = name, _["title"] = title, _["extrapolates"] = extrapolates,
                                  _["frobenius"] = frobenius, _["kullback_leibler"] = kullback_leibler,
                                  _["beta_divergence"] = other, _["most_rank_dense"] = most_dense,
                                  _["most_rank_sparse"] = most_sparse, _["stringsAsFactors"] = false));
}

// [[Rcpp::export(rng = false)]]
Rcpp::CharacterVector cpp_isas() {
  Rcpp::CharacterVector out;
  for (const char* const* isa = nonneg::available_isas(); *isa; ++isa) out.push_back(*isa);
  return out;
}

// Returns the instruction set in use; switches to `isa` first unless it is "".
// [[Rcpp::export(rng = false)]]
std::string cpp_isa(std::string isa = "") {
  if (!isa.empty() && !nonneg::use_isa(isa.c_str())) Rcpp::stop("this machine does not run '%s'", isa);
  return nonneg::kernels().isa;
}
