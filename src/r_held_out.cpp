// The border between R and the core for entries that were held out.
#include <Rcpp.h>

#include "loss/held_out.h"
#include "r_factor.h"
#include "r_mask.h"
#include "r_source.h"

// Of the entries of x, a matrix or dgCMatrix without its own rule of what is missing, that `out` names: c(sum
// of their losses, sum of their weights). A prediction counts as no larger than what is left of its row and
// column, and as no smaller than `least`. `weights`: list(entries, rows, columns), NULL for ones.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector cpp_held_out(SEXP x, const Rcpp::List& out, const Rcpp::NumericMatrix& W,
                                 const Rcpp::NumericMatrix& H, double least, const std::string& name,
                                 const std::vector<double>& parameter, const Rcpp::List& weights,
                                 int threads) {
  nonneg::EntryView view = nonneg::entries_of(x);
  nonneg::take_mask(out, view);
  const auto numbers = [](const Rcpp::List& list, const char* name, std::ptrdiff_t length) -> const double* {
    const SEXP value = list[name];
    if (Rf_isNull(value)) return nullptr;
    if (TYPEOF(value) != REALSXP || Rf_xlength(value) != length) Rcpp::stop("'%s' has the wrong size", name);
    return REAL(value);
  };
  view.across = numbers(weights, "rows", view.length);
  view.own = numbers(weights, "columns", view.items);
  if (!view.sparse()) view.weight = numbers(weights, "entries", view.length * view.items);
  const nonneg::EntryLoss loss = nonneg::make_loss({name, parameter}, view.length);
  nonneg::RHost host(R_NilValue);
  const nonneg::HeldOut found =
      nonneg::held_out_loss(view, loss, nonneg::factor_of_W(W), nonneg::factor_of_H(H), least, threads, host);
  if (found.stopped) throw Rcpp::internal::InterruptedException();
  return Rcpp::NumericVector::create(found.loss, found.weight);
}

// x, a matrix of doubles, with NA where `out` says so.
// [[Rcpp::export(rng = false)]]
SEXP cpp_with_gaps(const Rcpp::NumericMatrix& x, const Rcpp::List& out) {
  nonneg::EntryView view = nonneg::entries_of(x);
  nonneg::take_mask(out, view);
  const nonneg::Mask& mask = view.mask;
  Rcpp::NumericVector to(Rcpp::no_init(x.size()));
  DUPLICATE_ATTRIB(to, x);
  // Which entries are out is as random as can be: a choice, not a branch.
  const double gap = NA_REAL;
  for (std::ptrdiff_t j = 0; j < view.items; ++j)
    for (std::ptrdiff_t i = 0; i < view.length; ++i) {
      const double choice[2] = {gap, view.value[i + j * view.length]};
      to[i + j * view.length] = choice[mask.left(mask.position[i], mask.item[j])];
    }
  return to;
}
