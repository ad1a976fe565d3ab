// The border between R and the core for fits, certificates and projections.
#include <Rcpp.h>

#include "core/driver.h"
#include "core/problem.h"
#include "core/together.h"
#include "loss/dispersion.h"
#include "loss/frobenius.h"
#include "r_factor.h"
#include "r_fit.h"
#include "r_list.h"
#include "r_mask.h"
#include "r_penalty.h"
#include "r_result.h"
#include "r_source.h"
#include "r_store.h"

using nonneg::Factor;
using nonneg::factor_of_H;
using nonneg::factor_of_W;
using nonneg::matrix_of_H;
using nonneg::matrix_of_W;

namespace {

// The fields of a list, each asked for once. One that is NULL, or not there, keeps the core's default; one
// that nobody asked for is an error.
class Fields {
 public:
  explicit Fields(const Rcpp::List& list) : list_(list) {}
  SEXP get(const char* name) {
    asked_.push_back(name);
    return list_.containsElementNamed(name) ? static_cast<SEXP>(list_[name]) : R_NilValue;
  }
  template <class T>
  void take(const char* name, T& to) {
    const SEXP value = get(name);
    if (!Rf_isNull(value)) to = Rcpp::as<T>(value);
  }
  void check_all_known() const {
    if (list_.size() == 0) return;
    const Rcpp::CharacterVector names = list_.names();
    for (R_xlen_t k = 0; k < names.size(); ++k) {
      const std::string name(names[k]);
      if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
        Rcpp::stop("the core has no option '%s'", name);
    }
  }

 private:
  const Rcpp::List list_;
  std::vector<std::string> asked_;
};

// Which coefficients are fixed: a logical matrix, by items.
nonneg::Fixed fixed_of(SEXP value, bool by_rows) {
  nonneg::Fixed out;
  if (Rf_isNull(value)) return out;
  const Rcpp::LogicalMatrix which(value);
  out.r = by_rows ? which.ncol() : which.nrow();
  for (int j = 0; j < (by_rows ? which.nrow() : which.ncol()); ++j)
    for (int k = 0; k < out.r; ++k) out.which.push_back((by_rows ? which(j, k) : which(k, j)) != 0);
  return out;
}

nonneg::Options options_of(Fields& fields) {
  nonneg::Options o;
  fields.take("threads", o.threads);
  fields.take("max_iter", o.max_iter);
  fields.take("tol", o.tol);
  fields.take("gap_tol", o.gap_tol);
  fields.take("max_seconds", o.max_seconds);
  fields.take("inner_sweeps", o.inner_sweeps);
  fields.take("extrapolate", o.extrapolate);
  fields.take("check_every", o.check_every);
  fields.take("mixed", o.mixed);
  fields.take("online", o.online);
  fields.take("W_from_H", o.W_from_H);
  fields.take("free_W", o.free_W);
  fields.take("upper_H", o.constraint_H.upper);
  fields.take("sum_H", o.constraint_H.sum);
  fields.take("floor", o.floor);
  o.fixed_W = fixed_of(fields.get("fixed_W"), true);
  o.fixed_H = fixed_of(fields.get("fixed_H"), false);
  return o;
}

// list(name, parameter): the second is NULL where there is none.
nonneg::LossSpec loss_of(SEXP value) {
  Fields fields{Rcpp::List(value)};
  nonneg::LossSpec out;
  fields.take("name", out.name);
  fields.take("parameter", out.parameter);
  fields.check_all_known();
  return out;
}

// Weights of entries that are stored, of rows, of columns; what is missing.
void take_weights(Fields& fields, nonneg::EntryView& columns) {
  const auto numbers = [&](const char* name, double length) -> const double* {
    const SEXP value = fields.get(name);
    if (Rf_isNull(value)) return nullptr;
    if (TYPEOF(value) != REALSXP || Rf_xlength(value) != length) Rcpp::stop("'%s' has the wrong size", name);
    return REAL(value);
  };
  fields.take("missing", columns.missing);
  fields.take("partial", columns.partial);
  // Those of entries lie as the values do in memory.
  const double stored = !columns.value     ? -1.0
                        : columns.sparse() ? static_cast<double>(columns.p[columns.items])
                                           : static_cast<double>(columns.length) * columns.items;
  columns.weight = numbers("entry_weights", stored);
  columns.across = numbers("row_weights", static_cast<double>(columns.length));
  columns.own = numbers("column_weights", static_cast<double>(columns.items));
  if (columns.sparse() && columns.weight && !columns.partial)
    Rcpp::stop("weights of a sparse matrix must say which entries there are");
}

// The one list that crosses the border, unpacked.
std::unique_ptr<nonneg::Problem> problem_of(SEXP x, const Rcpp::NumericMatrix& W, const Rcpp::List& list,
                                            const nonneg::Problem* same = nullptr, bool only_H = false) {
  Fields fields(list);
  nonneg::ProblemSpec spec;
  spec.only_H = only_H;
  spec.options = options_of(fields);
  const SEXP loss = fields.get("loss");
  if (!Rf_isNull(loss)) spec.loss = loss_of(loss);
  fields.take("solver", spec.solver);
  fields.take("largest", spec.largest);
  fields.take("sumsq", spec.sumsq);
  nonneg::Data data;
  data.source = nonneg::make_source(x, spec.options.threads);
  data.in_memory = TYPEOF(x) != VECSXP;
  if (data.in_memory) data.columns = nonneg::entries_of(x);
  const SEXP machines = fields.get("machines");
  data.one_read = nonneg::is_store(x) || (data.in_memory && !Rf_isNull(machines));
  if (!Rf_isNull(machines)) {
    spec.dense_known = true;
    spec.dense = Rcpp::as<bool>(Rcpp::List(machines)["dense"]);
    spec.columns = static_cast<std::ptrdiff_t>(Rcpp::as<double>(Rcpp::List(machines)["columns"]));
  }
  if (!data.in_memory) {
    data.columns.length = data.source->rows();
    data.columns.items = data.source->cols();
  }
  spec.options.W = nonneg::penalty_of(fields.get("penalties_W"), W.nrow());
  spec.options.H = nonneg::penalty_of(fields.get("penalties_H"), data.source->cols());
  for (const char* of_host : {"machines", "checkpoint"}) fields.get(of_host);
  double largest_W = 0;
  for (const double w : W) largest_W = std::max(largest_W, std::abs(w));
  fields.take("largest_W", largest_W);
  take_weights(fields, data.columns);
  nonneg::take_mask(fields.get("mask"), data.columns);
  fields.check_all_known();
  return std::make_unique<nonneg::Problem>(std::move(data), spec, W.ncol(), largest_W, same);
}

// What is for the host.
SEXP field_of(const Rcpp::List& options, const char* name) {
  return options.containsElementNamed(name) ? static_cast<SEXP>(options[name]) : R_NilValue;
}

Rcpp::List certificate_of(const nonneg::Certificate& c) {
  const auto known = [](double value) { return ISNAN(value) ? NA_REAL : value; };
  return nonneg::list({{"kkt", known(c.kkt)}, {"gap_W", known(c.gap_W)}, {"gap_H", known(c.gap_H)}});
}

Rcpp::List list_of(const nonneg::Result& fit, const Factor& w, const Factor& h,
                   const nonneg::Solver& solver) {
  return nonneg::list({{"W", matrix_of_W(w)},
                       {"H", matrix_of_H(h)},
                       {"history", nonneg::history_of(fit.history)},
                       {"reason", nonneg::name_of(fit.reason)},
                       {"certificate", certificate_of(fit.certificate)},
                       {"solver", solver.name},
                       {"scaled", fit.scaled}});
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_fit(SEXP x, const Rcpp::NumericMatrix& W, const Rcpp::NumericMatrix& H,
                   const Rcpp::List& options, SEXP progress) {
  const auto problem = problem_of(x, W, options);
  Factor w = factor_of_W(W), h = factor_of_H(H);
  nonneg::RHost host(progress, field_of(options, "machines"), field_of(options, "checkpoint"));
  const nonneg::Result fit = nonneg::fit(problem->source(), problem->loss(), problem->options(),
                                         problem->extrapolates(), w, h, host);
  return list_of(fit, w, h, problem->solver());
}

// Fits of several data and starts, one per thread. Elements of `xs` may be the same matrix. An element of
// the result is NULL if its fit was stopped before it began.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_fit_many(const Rcpp::List& xs, const Rcpp::List& Ws, const Rcpp::List& Hs,
                        const Rcpp::List& options, int threads, SEXP progress) {
  const int count = static_cast<int>(xs.size());
  std::vector<std::unique_ptr<nonneg::Problem>> problems;
  std::vector<nonneg::Job> jobs(count);
  double max_seconds = std::numeric_limits<double>::infinity();
  for (int k = 0; k < count; ++k) {
    const SEXP x = xs[k];
    const Rcpp::NumericMatrix W = Ws[k], H = Hs[k];
    const bool same = k > 0 && x == static_cast<SEXP>(xs[k - 1]);
    problems.push_back(problem_of(x, W, options[k], same ? problems.back().get() : nullptr));
    nonneg::Problem& problem = *problems.back();
    max_seconds = problem.options().max_seconds;
    jobs[k].source = &problem.source();
    jobs[k].data = x;
    jobs[k].loss = &problem.loss();
    jobs[k].options = problem.options();
    jobs[k].extrapolate = problem.extrapolates();
    jobs[k].W = factor_of_W(W);
    jobs[k].H = factor_of_H(H);
  }
  nonneg::RHost host(progress);
  nonneg::fit_together(jobs, threads, max_seconds, host);
  Rcpp::List out(count);
  for (int k = 0; k < count; ++k)
    if (jobs[k].done) out[k] = list_of(jobs[k].result, jobs[k].W, jobs[k].H, problems[k]->solver());
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_certify(SEXP x, const Rcpp::NumericMatrix& W, const Rcpp::NumericMatrix& H,
                       const Rcpp::List& options) {
  const auto problem = problem_of(x, W, options);
  Factor w = factor_of_W(W), h = factor_of_H(H);
  nonneg::RHost host(R_NilValue, field_of(options, "machines"));
  nonneg::Record at;
  nonneg::Certificate certificate;
  if (!nonneg::certify(problem->source(), problem->loss(), w, h, host, at, certificate))
    throw Rcpp::internal::InterruptedException();
  return nonneg::list({{"loss", at.loss},
                       {"penalty", at.penalty},
                       {"objective", at.objective},
                       {"certificate", certificate_of(certificate)}});
}

// The loss of W H.
// [[Rcpp::export(rng = false)]]
double cpp_evaluate(SEXP x, const Rcpp::NumericMatrix& W, const Rcpp::NumericMatrix& H,
                    const Rcpp::List& options) {
  const auto problem = problem_of(x, W, options, nullptr, true);
  Factor w = factor_of_W(W), h = factor_of_H(H);
  nonneg::RHost host(R_NilValue);
  double value;
  if (!nonneg::evaluate(problem->source(), problem->loss(), w, h, host, value))
    throw Rcpp::internal::InterruptedException();
  return value;
}

// H of the columns of `x` for `W`, and the relative KKT residuals of what was found by steps.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_project(SEXP x, const Rcpp::NumericMatrix& W, const Rcpp::NumericMatrix& H,
                       const Rcpp::List& options) {
  const auto problem = problem_of(x, W, options, nullptr, true);
  Factor w = factor_of_W(W), h = factor_of_H(H);
  nonneg::RHost host(R_NilValue);
  std::vector<double> residual;
  if (!problem->project(w, h, residual, host)) throw Rcpp::internal::InterruptedException();
  return nonneg::list({{"H", matrix_of_H(h)}, {"residual", residual}});
}

// The dispersion of each row of X by moments; `options`: weights and what is missing.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector cpp_dispersions(SEXP x, const Rcpp::List& options) {
  Fields fields(options);
  const auto source = nonneg::make_source(x);
  nonneg::EntryView columns;
  if (TYPEOF(x) != VECSXP) columns = nonneg::entries_of(x);
  columns.length = source->rows();
  columns.items = source->cols();
  take_weights(fields, columns);
  nonneg::RHost host(R_NilValue, fields.get("machines"));
  fields.check_all_known();
  return Rcpp::wrap(nonneg::dispersions(*source, columns, host));
}

// An interrupt, as if the user had pressed the keys now: of one that was heard where it could not be passed
// on.
// [[Rcpp::export(rng = false)]]
void cpp_interrupt() { throw Rcpp::internal::InterruptedException(); }

// Of r_fit.h.
nonneg::Options nonneg::options_from(const Rcpp::List& list, std::string& solver) {
  Fields fields(list);
  const Options out = options_of(fields);
  fields.take("solver", solver);
  fields.check_all_known();
  return out;
}

Rcpp::List nonneg::ending_of(const Result& fit, const Solver& solver) {
  return nonneg::list({{"history", history_of(fit.history)},
                       {"reason", name_of(fit.reason)},
                       {"certificate", certificate_of(fit.certificate)},
                       {"solver", solver.name},
                       {"scaled", fit.scaled}});
}

Rcpp::List nonneg::list_of(const Certificate& certificate) { return certificate_of(certificate); }
