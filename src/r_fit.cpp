// The border between R and the core for fits, certificates and projections.
#include <RcppArmadillo.h>

#include "core/driver.h"
#include "core/scan.h"
#include "core/together.h"
#include "core/transpose.h"
#include "loss/divergence.h"
#include "loss/frobenius.h"
#include "loss/weighted.h"
#include "r_factor.h"
#include "r_source.h"

using nonneg::Factor;
using nonneg::factor_of_H;
using nonneg::factor_of_W;
using nonneg::matrix_of_H;
using nonneg::matrix_of_W;

namespace {

// A field that is NULL keeps the core's default.
template <class T>
void take(const Rcpp::List& from, const char* name, T& to) {
  if (!from.containsElementNamed(name)) return;
  SEXP value = from[name];
  if (!Rf_isNull(value)) to = Rcpp::as<T>(value);
}

nonneg::Options options_of(const Rcpp::List& list) {
  nonneg::Options o;
  take(list, "l1_W", o.W.l1);
  take(list, "l2_W", o.W.l2);
  take(list, "l1_H", o.H.l1);
  take(list, "l2_H", o.H.l2);
  take(list, "threads", o.threads);
  take(list, "max_iter", o.max_iter);
  take(list, "tol", o.tol);
  take(list, "gap_tol", o.gap_tol);
  take(list, "max_seconds", o.max_seconds);
  take(list, "inner_sweeps", o.inner_sweeps);
  take(list, "extrapolate", o.extrapolate);
  take(list, "check_every", o.check_every);
  take(list, "W_from_H", o.W_from_H);
  take(list, "floor", o.floor);
  return o;
}

// Marks of held coefficients: a logical matrix, by items.
nonneg::Held held_of(const Rcpp::List& list, const char* name, bool by_rows) {
  nonneg::Held out;
  if (!list.containsElementNamed(name) || Rf_isNull(list[name])) return out;
  const Rcpp::LogicalMatrix mark(static_cast<SEXP>(list[name]));
  out.r = by_rows ? mark.ncol() : mark.nrow();
  for (int j = 0; j < (by_rows ? mark.nrow() : mark.ncol()); ++j)
    for (int k = 0; k < out.r; ++k) out.mark.push_back((by_rows ? mark(j, k) : mark(k, j)) != 0);
  return out;
}

// Weights of entries that are stored, of rows, of columns; what is missing.
void take_weights(const Rcpp::List& list, nonneg::EntryView& columns) {
  const auto numbers = [&](const char* name, double length) -> const double* {
    if (!list.containsElementNamed(name) || Rf_isNull(list[name])) return nullptr;
    const SEXP value = list[name];
    if (TYPEOF(value) != REALSXP || Rf_xlength(value) != length) Rcpp::stop("'%s' has the wrong size", name);
    return REAL(value);
  };
  take(list, "missing", columns.missing);
  take(list, "partial", columns.partial);
  const double stored =
      static_cast<double>(columns.sparse() ? columns.p[columns.items] : columns.length * columns.items);
  columns.weight = numbers("entry_weights", stored);
  columns.across = numbers("row_weights", static_cast<double>(columns.length));
  columns.own = numbers("column_weights", static_cast<double>(columns.items));
  if (columns.sparse() && columns.weight && !columns.partial)
    Rcpp::stop("weights of a sparse matrix must say which entries there are");
}

// Entries left out by classes of rows and of columns. Only losses that take sums of the other factor can do
// with it.
void take_mask(const Rcpp::List& list, bool entries, nonneg::EntryView& columns) {
  if (!list.containsElementNamed("mask") || Rf_isNull(list["mask"])) return;
  const Rcpp::List given(static_cast<SEXP>(list["mask"]));
  // Used where they are: `list` holds them.
  if (TYPEOF(given["rows"]) != INTSXP || TYPEOF(given["columns"]) != INTSXP || TYPEOF(given["out"]) != LGLSXP)
    Rcpp::stop("a mask must have integer classes and a logical table");
  const Rcpp::IntegerVector rows(static_cast<SEXP>(given["rows"]));
  const Rcpp::IntegerVector items(static_cast<SEXP>(given["columns"]));
  const Rcpp::LogicalMatrix out(static_cast<SEXP>(given["out"]));
  const auto in_range = [](const Rcpp::IntegerVector& v, std::ptrdiff_t length, int count) {
    return v.size() == length && std::all_of(v.begin(), v.end(), [&](int c) { return c >= 0 && c < count; });
  };
  if (!in_range(rows, columns.length, out.nrow()) || !in_range(items, columns.items, out.ncol()))
    Rcpp::stop("a mask must have one class for every row and every column");
  if (columns.partial || columns.weight || columns.missing || (entries && !columns.sparse()))
    Rcpp::stop("a mask is not for data of this kind");
  columns.mask = {rows.begin(), items.begin(), out.nrow(), out.ncol(), out.begin(), 1, out.nrow()};
}

struct Problem {
  nonneg::Options options;
  const nonneg::Solver* solver;
  std::unique_ptr<nonneg::Source> source;
  std::shared_ptr<nonneg::Transposed> rows;  // for losses that need X by rows
  std::unique_ptr<nonneg::Loss> loss;
  nonneg::Divergence* divergence = nullptr;  // the loss, if it is a sum over entries

  // `largest` and `sumsq` of X are known from its scan. The sum of squares of the
  // scaled X is taken anew only where the plain one is out of range. The scale of
  // W is that of the W given. `same`: a problem with this X, whose copy by rows will do.
  Problem(SEXP x, const arma::mat& W, const Rcpp::List& list, const Problem* same = nullptr)
      : options(options_of(list)) {
    const int rank = static_cast<int>(W.n_cols);
    std::string name;
    take(list, "solver", name);
    double beta = 2;
    take(list, "beta", beta);
    const bool entries = beta != 2;
    options.held_W = held_of(list, "held_W", true);
    options.held_H = held_of(list, "held_H", false);
    solver = name.empty() ? &nonneg::default_solver(rank, beta, TYPEOF(x) == REALSXP)
                          : nonneg::find_solver(name.c_str());
    if (!solver) Rcpp::stop("no solver of the name '%s'", name);
    if (!nonneg::solves(*solver, beta)) Rcpp::stop("solver '%s' is not for this loss", name);
    source = nonneg::make_source(x);
    const double unit = nonneg::unit_for(Rcpp::as<double>(list["largest"]),
                                         entries ? nonneg::kMostUnit : nonneg::kMostUnitOfW);
    const double unit_W = nonneg::unit_for(W.max());
    const nonneg::Units units = {unit, unit_W, unit / unit_W};
    if (TYPEOF(x) != VECSXP) {
      nonneg::EntryView columns = nonneg::entries_of(x);
      take_weights(list, columns);
      take_mask(list, entries, columns);
      const bool incomplete = columns.missing || columns.partial || columns.weighted() || columns.mask;
      if (same && same->rows)
        rows = same->rows;
      else if (entries || incomplete)
        rows = std::make_shared<nonneg::Transposed>(columns);
      if (entries && columns.mask && beta != 1) Rcpp::stop("a mask is not for this loss");
      if (entries)
        loss.reset(divergence =
                       new nonneg::Divergence(columns, rows->view(), beta, rank, *solver, options, units));
      else if (incomplete)
        loss =
            std::make_unique<nonneg::WeightedFrobenius>(columns, rows->view(), rank, *solver, options, units);
      if (loss) return;
    } else if (entries) {
      Rcpp::stop("blocks are for the Frobenius loss");
    }
    double sumsq = Rcpp::as<double>(list["sumsq"]);
    if (sumsq > 1e-280 && sumsq < 1e280) {
      sumsq = sumsq * unit * unit;
    } else if (TYPEOF(x) != VECSXP) {
      const nonneg::Values v = nonneg::values_of(x);
      sumsq = nonneg::scan_values(v.data, v.size, unit, options.threads).sumsq;
    }
    std::vector<std::ptrdiff_t> nonzeros;
    if (options.threads > 1) nonzeros = nonneg::cumulated_row_nonzeros(x);
    loss = std::make_unique<nonneg::Frobenius>(*source, rank, *solver, options, units, sumsq,
                                               std::move(nonzeros));
  }
};

Rcpp::List certificate_of(const nonneg::Certificate& c) {
  using Rcpp::_;
  const auto known = [](double value) { return ISNAN(value) ? NA_REAL : value; };
  return Rcpp::List::create(_["kkt"] = known(c.kkt), _["gap_W"] = known(c.gap_W),
                            _["gap_H"] = known(c.gap_H));
}

Rcpp::DataFrame history_of(const std::vector<nonneg::Record>& records) {
  const int n = static_cast<int>(records.size());
  Rcpp::IntegerVector iteration(n);
  Rcpp::NumericVector seconds(n), loss(n), penalty(n), objective(n), kkt(n);
  for (int i = 0; i < n; ++i) {
    iteration[i] = records[i].iteration;
    seconds[i] = records[i].seconds;
    loss[i] = records[i].loss;
    penalty[i] = records[i].penalty;
    objective[i] = records[i].objective;
    kkt[i] = ISNAN(records[i].kkt) ? NA_REAL : records[i].kkt;
  }
  using Rcpp::_;
  return Rcpp::DataFrame::create(_["iteration"] = iteration, _["seconds"] = seconds, _["loss"] = loss,
                                 _["penalty"] = penalty, _["objective"] = objective, _["kkt"] = kkt);
}

const char* name_of(nonneg::Reason reason) {
  switch (reason) {
    case nonneg::Reason::tol: return "tol";
    case nonneg::Reason::max_iter: return "max_iter";
    case nonneg::Reason::max_seconds: return "max_seconds";
    default: return "interrupt";
  }
}

Rcpp::List list_of(const nonneg::Result& fit, const Factor& w, const Factor& h,
                   const nonneg::Solver& solver) {
  using Rcpp::_;
  return Rcpp::List::create(_["W"] = matrix_of_W(w), _["H"] = matrix_of_H(h),
                            _["history"] = history_of(fit.history), _["reason"] = name_of(fit.reason),
                            _["certificate"] = certificate_of(fit.certificate), _["solver"] = solver.name,
                            _["scaled"] = fit.scaled);
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_fit(SEXP x, const arma::mat& W, const arma::mat& H, Rcpp::List options, SEXP progress) {
  Problem problem(x, W, options);
  Factor w = factor_of_W(W), h = factor_of_H(H);
  nonneg::RHost host(progress);
  const nonneg::Result fit =
      nonneg::fit(*problem.source, *problem.loss, problem.options,
                  problem.options.extrapolate && problem.solver->extrapolates, w, h, host);
  return list_of(fit, w, h, *problem.solver);
}

// Fits of several data and starts, one per thread. Elements of `xs` may be the same matrix. An element of
// the result is NULL if its fit was stopped before it began.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_fit_many(Rcpp::List xs, Rcpp::List Ws, Rcpp::List Hs, Rcpp::List options, int threads,
                        SEXP progress) {
  const int count = static_cast<int>(xs.size());
  std::vector<std::unique_ptr<Problem>> problems;
  std::vector<nonneg::Job> jobs(count);
  double max_seconds = std::numeric_limits<double>::infinity();
  for (int k = 0; k < count; ++k) {
    const SEXP x = xs[k];
    const arma::mat W = Rcpp::as<arma::mat>(Ws[k]), H = Rcpp::as<arma::mat>(Hs[k]);
    const bool same = k > 0 && x == static_cast<SEXP>(xs[k - 1]);
    problems.push_back(std::make_unique<Problem>(x, W, options[k], same ? problems.back().get() : nullptr));
    Problem& problem = *problems.back();
    max_seconds = problem.options.max_seconds;
    jobs[k].source = problem.source.get();
    jobs[k].data = x;
    jobs[k].loss = problem.loss.get();
    jobs[k].options = problem.options;
    jobs[k].extrapolate = problem.options.extrapolate && problem.solver->extrapolates;
    jobs[k].W = factor_of_W(W);
    jobs[k].H = factor_of_H(H);
  }
  nonneg::RHost host(progress);
  nonneg::fit_together(jobs, threads, max_seconds, host);
  Rcpp::List out(count);
  for (int k = 0; k < count; ++k)
    if (jobs[k].done) out[k] = list_of(jobs[k].result, jobs[k].W, jobs[k].H, *problems[k]->solver);
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_certify(SEXP x, const arma::mat& W, const arma::mat& H, Rcpp::List options) {
  Problem problem(x, W, options);
  Factor w = factor_of_W(W), h = factor_of_H(H);
  nonneg::RHost host(R_NilValue);
  nonneg::Record at;
  nonneg::Certificate certificate;
  if (!nonneg::certify(*problem.source, *problem.loss, w, h, host, at, certificate))
    throw Rcpp::internal::InterruptedException();
  using Rcpp::_;
  return Rcpp::List::create(_["loss"] = at.loss, _["penalty"] = at.penalty, _["objective"] = at.objective,
                            _["certificate"] = certificate_of(certificate));
}

// H of the columns of `x` for `W`, and the relative KKT residuals of what was found by steps.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_project(SEXP x, const arma::mat& W, const arma::mat& H, Rcpp::List options) {
  Problem problem(x, W, options);
  Factor w = factor_of_W(W), h = factor_of_H(H);
  nonneg::RHost host(R_NilValue);
  std::vector<double> residual;
  const bool done = problem.divergence ? problem.divergence->project(w, h, residual, host)
                                       : nonneg::project(*problem.source, *problem.loss, w, h, host);
  if (!done) throw Rcpp::internal::InterruptedException();
  using Rcpp::_;
  return Rcpp::List::create(_["H"] = matrix_of_H(h), _["residual"] = residual);
}

// An interrupt, as if the user had pressed the keys now: of one that was heard where it could not be passed
// on.
// [[Rcpp::export(rng = false)]]
void cpp_interrupt() { throw Rcpp::internal::InterruptedException(); }
