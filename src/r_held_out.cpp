// The border between R and the core for entries that were held out.
#include <RcppArmadillo.h>

#include "loss/held_out.h"
#include "r_factor.h"
#include "r_mask.h"
#include "r_source.h"

// Of the entries of x, a matrix or dgCMatrix without its own rule of what is missing, that `out` names: c(sum
// of their losses, sum of their weights). A prediction counts as no larger than those of `top`, list(rows,
// columns), and no smaller than `least`. `weights`: list(entries, rows, columns), NULL for ones.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector cpp_held_out(SEXP x, Rcpp::List out, const arma::mat& W, const arma::mat& H,
                                 Rcpp::List top, double least, std::string name,
                                 std::vector<double> parameter, Rcpp::List weights, int threads) {
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
  const nonneg::PredictionBounds bounds = {numbers(top, "rows", view.length),
                                           numbers(top, "columns", view.items), least};
  const nonneg::EntryLoss loss = nonneg::make_loss({name, parameter}, view.length);
  nonneg::RHost host(R_NilValue);
  const nonneg::HeldOut found = nonneg::held_out_loss(view, loss, nonneg::factor_of_W(W),
                                                      nonneg::factor_of_H(H), bounds, threads, host);
  if (found.stopped) throw Rcpp::internal::InterruptedException();
  return Rcpp::NumericVector::create(found.loss, found.weight);
}
