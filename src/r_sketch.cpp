// The border for singular vectors by a sketch, unit sqrt(V) X sqrt(U) ~ Q B', where V and U are diagonals of
// weights. Q and B have few columns; what is done with all of their rows is left to the core.
#include <Rcpp.h>

#include <cmath>

#include "core/clock.h"
#include "core/multiply.h"
#include "core/tall.h"
#include "r_factor.h"
#include "r_linear.h"
#include "r_list.h"
#include "r_source.h"

namespace {

using nonneg::Factor;
using nonneg::Matrix;

struct Sketch {
  Factor Q, B;
};

struct Late {};

Matrix gram_of(const Factor& f, int threads, nonneg::Host& host) {
  Matrix G(f.r, f.r);
  nonneg::Gram().compute(f, threads, G.values);
  host.reduce(G.values.data(), G.values.size());
  return G;
}

Factor times(const Factor& f, const Matrix& M, int threads) {
  return nonneg::times(f, M.values.data(), M.columns, threads);
}

// Cholesky's factor of the cross products makes columns orthonormal, up to rounding of the order of the
// square of their condition; once more, and nothing of that is left. Yamamoto Y, Nakatsukasa Y, Yanagisawa Y,
// Fukaya T (2015). Roundoff error analysis of the CholeskyQR2 algorithm. Electronic Transactions on Numerical
// Analysis 44, 306-326.
bool by_cholesky(Factor& f, int threads) {
  constexpr double kWorst = 1e-6;
  nonneg::Host alone;
  for (int round = 0; round < 2; ++round) {
    Matrix R = gram_of(f, threads, alone);
    if (!nonneg::cholesky(R)) return false;
    double least = R.at(0, 0), most = least;
    for (int k = 1; k < f.r; ++k) {
      least = std::min(least, R.at(k, k));
      most = std::max(most, R.at(k, k));
    }
    if (!(least > kWorst * most) || !nonneg::invert_upper(R)) return false;
    f = times(f, R, threads);
  }
  return true;
}

// Columns of the same span that are orthonormal. What depends on the others nearly is left to Householder:
// by_cholesky() that gives up leaves the span as it was.
void make_orthonormal(Factor& f, int threads) {
  if (by_cholesky(f, threads)) return;
  Matrix Q(static_cast<int>(f.count), f.r), R;
  for (int k = 0; k < f.r; ++k)
    for (std::ptrdiff_t i = 0; i < f.count; ++i) Q.column(k)[i] = f.item(i)[k];
  if (!nonneg::qr(Q, R)) Rcpp::stop("no QR decomposition");
  f = nonneg::factor_of_W(Q.values.data(), Q.rows, Q.columns);
}

// Machines may round differently: what the first one has.
void from_first(double* values, std::size_t n, nonneg::Host& host) {
  if (host.machines().alone()) return;
  if (host.machines().me > 0) std::fill_n(values, n, 0.0);
  host.reduce(values, n);
}

std::vector<double> numbers(SEXP x) {
  return Rf_isNull(x) ? std::vector<double>() : Rcpp::as<std::vector<double>>(x);
}

void scale_items(Factor& f, const std::vector<double>& by) {
  if (by.empty()) return;
  for (std::ptrdiff_t i = 0; i < f.count; ++i)
    for (int k = 0; k < f.r; ++k) f.item(i)[k] *= by[i];
}

// Algorithms 4.4 and 5.1 of Halko et al.; `roots`: of the weights.
Sketch sketch_of(SEXP x, const Rcpp::NumericMatrix& first, double unit, SEXP row_roots, SEXP column_roots,
                 int powers, double seconds, int threads, nonneg::RHost& host) {
  const std::unique_ptr<nonneg::Source> source = nonneg::make_source(x, threads);
  std::vector<std::ptrdiff_t> nonzeros;
  if (threads > 1) nonzeros = source->row_nonzeros();
  const std::vector<double> rows = numbers(row_roots), columns = numbers(column_roots);
  std::vector<double> weights = columns;
  for (double& w : weights) w *= w;
  const double deadline = nonneg::now() + seconds;
  Sketch out;
  out.Q = nonneg::factor_of_W(first);
  const auto multiply = [&](bool back, nonneg::Multiplied& to) {
    Factor weighted;
    const Factor* from = &out.Q;
    if (!rows.empty()) {
      weighted = Factor(out.Q.r, out.Q.count);
      nonneg::copy_values(out.Q, weighted);
      scale_items(weighted, rows);
      from = &weighted;
    }
    if (nonneg::multiply(*source, *from, unit, weights, back, threads, nonzeros, host, deadline, to)) return;
    if (nonneg::now() > deadline) throw Late();
    throw Rcpp::internal::InterruptedException();
  };
  for (int power = 0; power < powers; ++power) {
    nonneg::Multiplied both;
    multiply(true, both);
    out.Q = std::move(both.XXtU);
    scale_items(out.Q, rows);
    make_orthonormal(out.Q, threads);
    from_first(out.Q.values.data(), out.Q.size(), host);
  }
  nonneg::Multiplied projected;
  multiply(false, projected);
  out.B = std::move(projected.UtX);
  scale_items(out.B, columns);
  return out;
}

// The first k singular triples of Q B', from the cross products of B: what is lost by squares is below what
// counts as zero.
Rcpp::List triples(const Sketch& s, int k, int threads, nonneg::Host& host) {
  std::vector<double> values, d(k);
  Matrix vectors = gram_of(s.B, threads, host), own(vectors.rows, k);
  if (!nonneg::eigenvectors(vectors, values)) Rcpp::stop("no eigenvectors");
  for (int c = 0; c < k; ++c) {
    const int from = vectors.columns - 1 - c;
    std::copy_n(vectors.column(from), own.rows, own.column(c));
    d[c] = std::sqrt(std::max(values[from], 0.0));
  }
  from_first(own.values.data(), own.values.size(), host);
  from_first(d.data(), d.size(), host);
  Matrix scaled = own;
  for (int c = 0; c < k; ++c)
    for (int i = 0; i < scaled.rows; ++i) scaled.at(i, c) *= d[c] > 0 ? 1 / d[c] : 0;
  return nonneg::list({{"u", nonneg::matrix_of_W(times(s.Q, own, threads))},
                       {"d", d},
                       {"v", nonneg::matrix_of_W(times(s.B, scaled, threads))}});
}

}  // namespace

// `first`: columns to begin with; `powers`: how often they are multiplied by X X'. With k = 0 list(q,
// projected), with k > 0 list(u, d, v) of the first k triples; NULL if it took more than `seconds`.
// [[Rcpp::export(rng = false)]]
SEXP cpp_sketch(SEXP x, const Rcpp::NumericMatrix& first, double unit, SEXP row_roots, SEXP column_roots,
                int powers, int k, double seconds, int threads, SEXP machines = R_NilValue) {
  nonneg::RHost host(R_NilValue, machines);
  try {
    const Sketch s = sketch_of(x, first, unit, row_roots, column_roots, powers, seconds, threads, host);
    if (k > 0) return triples(s, k, threads, host);
    return nonneg::list({{"q", nonneg::matrix_of_W(s.Q)}, {"projected", nonneg::matrix_of_W(s.B)}});
  } catch (const Late&) {
    return R_NilValue;
  }
}

// list(u, d, v) of the first k singular triples of q %*% t(projected), where q is orthonormal.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_triples(const Rcpp::NumericMatrix& q, const Rcpp::NumericMatrix& projected, int k, int threads,
                       SEXP machines = R_NilValue) {
  nonneg::RHost host(R_NilValue, machines);
  return triples({nonneg::factor_of_W(q), nonneg::factor_of_W(projected)}, k, threads, host);
}

// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix cpp_orthonormal(const Rcpp::NumericMatrix& x, int threads) {
  Factor f = nonneg::factor_of_W(x);
  make_orthonormal(f, threads);
  return nonneg::matrix_of_W(f);
}
