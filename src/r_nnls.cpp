// Plain nonnegative least squares: the half-problem for H with W = A, and, where
// A is badly conditioned, work on A itself.
#include <RcppArmadillo.h>

#include "core/driver.h"
#include "core/frobenius.h"
#include "core/scan.h"
#include "r_factor.h"
#include "r_source.h"

namespace {

// Least squares on columns `support` of A by QR. False if they are dependent.
bool least_squares(const arma::mat& A, const arma::uvec& support, const arma::vec& b, arma::vec& z) {
  constexpr double kDependent = 1e-14;
  arma::mat Q, R;
  if (!arma::qr_econ(Q, R, A.cols(support))) return false;
  const arma::vec diagonal = arma::abs(R.diag());
  if (diagonal.n_elem < support.n_elem || diagonal.min() <= kDependent * diagonal.max()) return false;
  z = arma::solve(arma::trimatu(R), Q.t() * b);
  return z.is_finite();
}

// Lawson and Hanson (1974) on A by QR:
// the normal equations lose accuracy with the square of A's condition number,
// this with the number itself.
void active_set(const arma::mat& A, const arma::vec& b, double* out) {
  const arma::uword k = A.n_cols;
  arma::vec x(k, arma::fill::zeros), z;
  std::vector<int> state(k, 0);  // 1 passive, 0 active, -1 banned until x moves
  const double noise = 1e-13 * arma::norm(b);
  const auto support = [&] {
    std::vector<arma::uword> list;
    for (arma::uword q = 0; q < k; ++q)
      if (state[q] == 1) list.push_back(q);
    return arma::uvec(list);
  };
  for (arma::uword step = 0; step < 10 * k + 20; ++step) {
    const arma::vec g = A.t() * (b - A * x);
    arma::sword enter = -1;
    for (arma::uword q = 0; q < k; ++q)
      if (state[q] == 0 && g[q] > noise && (enter < 0 || g[q] > g[enter])) enter = q;
    if (enter < 0) break;
    state[enter] = 1;
    bool moved = false;
    for (;;) {
      const arma::uvec F = support();
      if (F.is_empty()) break;
      if (!least_squares(A, F, b, z)) {
        state[enter] = -1;
        x[enter] = 0;
        continue;
      }
      double part = 1;
      arma::sword stop = -1;
      for (arma::uword q = 0; q < F.n_elem; ++q)
        if (z[q] <= 0) {
          const double most = x[F[q]] > 0 ? x[F[q]] / (x[F[q]] - z[q]) : 0;
          if (stop < 0 || most < part) {
            part = most;
            stop = q;
          }
        }
      for (arma::uword q = 0; q < F.n_elem; ++q) {
        const double next = x[F[q]] + part * (z[q] - x[F[q]]);
        if (static_cast<arma::sword>(q) != stop && next > 0) {
          moved = moved || next != x[F[q]];
          x[F[q]] = next;
        } else {
          x[F[q]] = 0;
          state[F[q]] = static_cast<arma::sword>(F[q]) == enter ? -1 : 0;
        }
      }
      if (stop < 0) break;
    }
    if (moved)
      for (arma::uword q = 0; q < k; ++q)
        if (state[q] < 0 && static_cast<arma::sword>(q) != enter) state[q] = 0;
  }
  std::copy(x.begin(), x.end(), out);
}

arma::vec column_of(SEXP B, std::ptrdiff_t j, std::ptrdiff_t rows) {
  const nonneg::Values values = nonneg::values_of(B);
  const Rcpp::RObject object(B);
  if (!object.isS4()) return arma::vec(values.data + j * rows, rows);
  arma::vec b(rows, arma::fill::zeros);
  const int* p = INTEGER(object.slot("p"));
  const int* row = INTEGER(object.slot("i"));
  for (int q = p[j]; q < p[j + 1]; ++q) b[row[q]] = values.data[q];
  return b;
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix cpp_nnls(SEXP B, const arma::mat& A, double largest, Rcpp::List options) {
  nonneg::Options o;
  o.threads = Rcpp::as<int>(options["threads"]);
  o.stall = 1e-12;
  if (!Rf_isNull(options["inner_sweeps"])) o.inner_sweeps = Rcpp::as<int>(options["inner_sweeps"]);
  const std::string name = Rcpp::as<std::string>(options["solver"]);
  const nonneg::Solver* solver = nonneg::find_solver(name.c_str());
  const std::unique_ptr<nonneg::Source> source = nonneg::make_source(B);
  const double unit = nonneg::unit_for(largest);
  nonneg::Frobenius loss(*source, static_cast<int>(A.n_cols), *solver, o, {unit, 1.0, unit}, 1.0, {});
  nonneg::Factor w = nonneg::factor_of_W(A), h(w.r, source->cols());
  std::fill_n(h.values.data(), h.size(), 0.0);
  nonneg::RHost host(R_NilValue);
  if (!nonneg::project(*source, loss, w, h, host)) Rcpp::stop("interrupted");
  Rcpp::NumericMatrix X = nonneg::matrix_of_H(h);

  constexpr double kWellConditioned = 1e-6;  // of A'A: leaves errors near 1e-10
  if (name != "bpp" || arma::rcond(A.t() * A) > kWellConditioned) return X;
  for (int j = 0; j < X.ncol(); ++j) {
    active_set(A, unit * column_of(B, j, A.n_rows), &X(0, j));
    for (arma::uword q = 0; q < A.n_cols; ++q) X(q, j) /= unit;
    if (j % 64 == 0) Rcpp::checkUserInterrupt();
  }
  return X;
}
