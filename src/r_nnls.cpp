// Plain nonnegative least squares: the half-problem for H with W = A.
#include <RcppArmadillo.h>

#include "core/driver.h"
#include "core/frobenius.h"
#include "core/scan.h"
#include "r_factor.h"
#include "r_source.h"

namespace {

// The normal equations lose accuracy with the square of A's condition number.
// On the support F found, one step x_F += (A_F'A_F)^-1 A_F'(b - Ax), with the
// residual taken from A and b themselves, wins most of it back.
void refine(const arma::mat& A, const arma::mat& gram, const arma::vec& b, arma::vec x_of,
            Rcpp::NumericMatrix& X, int j) {
  const arma::uvec support = arma::find(x_of > 0);
  if (support.is_empty()) return;
  const arma::vec residual = b - A * x_of;
  const arma::vec c = A.cols(support).t() * residual;
  arma::vec step;
  if (!arma::solve(step, gram.submat(support, support), c, arma::solve_opts::no_approx)) return;
  const arma::vec better = x_of.elem(support) + step;
  if (better.min() <= 0) return;
  if (arma::norm(b - A.cols(support) * better) > arma::norm(residual)) return;
  for (arma::uword q = 0; q < support.n_elem; ++q) X(support[q], j) = better[q];
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix cpp_nnls(SEXP B, const arma::mat& A, double largest, Rcpp::List options) {
  nonneg::Options o;
  o.threads = Rcpp::as<int>(options["threads"]);
  if (!Rf_isNull(options["inner_sweeps"])) o.inner_sweeps = Rcpp::as<int>(options["inner_sweeps"]);
  const nonneg::Solver* solver = nonneg::find_solver(Rcpp::as<std::string>(options["solver"]).c_str());
  const std::unique_ptr<nonneg::Source> source = nonneg::make_source(B);
  nonneg::Frobenius loss(*source, static_cast<int>(A.n_cols), *solver, o, nonneg::unit_for(largest), 1.0, {});
  nonneg::Factor w = nonneg::factor_of_W(A), h(w.r, source->cols());
  std::fill_n(h.values.data(), h.size(), 0.0);
  nonneg::RHost host(R_NilValue);
  if (!nonneg::project(*source, loss, w, h, 1, host)) Rcpp::stop("interrupted");
  Rcpp::NumericMatrix X = nonneg::matrix_of_H(h);

  constexpr double kWellConditioned = 1e-6;
  const arma::mat gram = A.t() * A;
  if (gram.has_nan() || arma::rcond(gram) > kWellConditioned) return X;
  const nonneg::Values values = nonneg::values_of(B);
  const Rcpp::RObject object(B);
  for (int j = 0; j < X.ncol(); ++j) {
    arma::vec b(A.n_rows, arma::fill::zeros);
    if (object.isS4()) {
      const Rcpp::IntegerVector p = object.slot("p"), row = object.slot("i");
      for (int q = p[j]; q < p[j + 1]; ++q) b[row[q]] = values.data[q];
    } else {
      std::copy_n(values.data + static_cast<std::size_t>(j) * A.n_rows, A.n_rows, b.begin());
    }
    refine(A, gram, b, arma::vec(&X(0, j), A.n_cols), X, j);
  }
  return X;
}
