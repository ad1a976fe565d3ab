// The border for products with X.
#include <Rcpp.h>

#include "core/clock.h"
#include "core/gram.h"
#include "core/multiply.h"
#include "r_factor.h"
#include "r_list.h"
#include "r_source.h"

// unit U'X and, with `back`, unit^2 X V X'U in one read of X, where V is the diagonal of `weights` (NULL:
// ones). For R NULL if that took more than `seconds`.
// [[Rcpp::export(rng = false)]]
SEXP cpp_multiply(SEXP x, const Rcpp::NumericMatrix& U, double unit, SEXP weights, bool back, double seconds,
                  int threads) {
  const std::unique_ptr<nonneg::Source> source = nonneg::make_source(x, threads);
  std::vector<std::ptrdiff_t> rows;
  if (threads > 1) rows = source->row_nonzeros();
  std::vector<double> column_weights;
  if (!Rf_isNull(weights)) column_weights = Rcpp::as<std::vector<double>>(weights);
  nonneg::RHost host(R_NilValue);
  nonneg::Multiplied out;
  const double deadline = nonneg::now() + seconds;
  if (!nonneg::multiply(*source, nonneg::factor_of_W(U), unit, column_weights, back, threads, std::move(rows),
                        host, deadline, out)) {
    if (nonneg::now() > deadline) return R_NilValue;
    throw Rcpp::internal::InterruptedException();
  }
  Rcpp::List result = nonneg::list({{"UtX", nonneg::matrix_of_H(out.UtX)}, {"XXtU", R_NilValue}});
  if (back) result["XXtU"] = nonneg::matrix_of_W(out.XXtU);
  return result;
}

// The cross products of the columns of a dense x (`wide`: of its rows).
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix cpp_gram(const Rcpp::NumericMatrix& x, bool wide) {
  const nonneg::Factor f = wide ? nonneg::factor_of_H(x) : nonneg::factor_of_W(x);
  std::vector<double> out;
  nonneg::Gram().compute(f, 1, out);
  return Rcpp::NumericMatrix(f.r, f.r, out.begin());
}
