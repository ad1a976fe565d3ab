// The border for symmetric factorizations.
#include <Rcpp.h>

#include <limits>

#include "core/scan.h"
#include "loss/symmetric.h"
#include "r_factor.h"
#include "r_list.h"
#include "r_result.h"
#include "r_source.h"

namespace {

nonneg::Options options_of(const Rcpp::List& list) {
  nonneg::Options o;
  o.threads = Rcpp::as<int>(list["threads"]);
  o.max_iter = Rcpp::as<int>(list["max_iter"]);
  o.tol = Rcpp::as<double>(list["tol"]);
  o.max_seconds = Rcpp::as<double>(list["max_seconds"]);
  return o;
}

}  // namespace

// `S`: symmetric. `largest`: the largest magnitude of its entries. `diagonal`: does it count?
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_symmetric(SEXP S, const Rcpp::NumericMatrix& H, double largest, bool diagonal,
                         const Rcpp::List& options, SEXP progress) {
  const nonneg::EntryView view = nonneg::entries_of(S);
  const nonneg::Options o = options_of(options);
  nonneg::Factor h = nonneg::factor_of_H(H);
  nonneg::RHost host(progress);
  nonneg::Symmetric problem(view, h.r, o, nonneg::unit_for(largest, nonneg::kMostUnitOfW), diagonal);
  const nonneg::Result fit = problem.fit(h, host);
  return nonneg::list({{"H", nonneg::matrix_of_H(h)},
                       {"history", nonneg::history_of(fit.history)},
                       {"reason", nonneg::name_of(fit.reason)},
                       {"kkt", fit.certificate.kkt},
                       {"scaled", fit.scaled}});
}

// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector cpp_symmetric_certify(SEXP S, const Rcpp::NumericMatrix& H, double largest, bool diagonal,
                                          int threads) {
  const nonneg::EntryView view = nonneg::entries_of(S);
  nonneg::Options o;
  o.threads = threads;
  nonneg::Factor h = nonneg::factor_of_H(H);
  nonneg::RHost host(R_NilValue);
  nonneg::Record at;
  nonneg::Symmetric problem(view, h.r, o, nonneg::unit_for(largest, nonneg::kMostUnitOfW), diagonal);
  problem.certify(h, host, at);
  if (std::isnan(at.kkt)) throw Rcpp::internal::InterruptedException();
  return Rcpp::NumericVector::create(Rcpp::_["objective"] = at.objective, Rcpp::_["kkt"] = at.kkt);
}

// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector cpp_quartic_minimum(const Rcpp::NumericVector& a, const Rcpp::NumericVector& b) {
  Rcpp::NumericVector out(a.size());
  for (R_xlen_t i = 0; i < a.size(); ++i) out[i] = nonneg::quartic_minimum(a[i], b[i]);
  return out;
}
