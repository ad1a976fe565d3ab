// What the core offers: losses, solvers, defaults and instruction sets.
#include <Rcpp.h>

#include <limits>

#include "kernel/cache.h"
#include "kernel/kernels.h"
#include "loss/entry_loss.h"
#include "r_list.h"
#include "solver/solver.h"

namespace {

double rank_or_inf(int rank) { return rank == std::numeric_limits<int>::max() ? R_PosInf : rank; }

Rcpp::List losses() {
  std::vector<std::string> name, synonyms, title, parameter;
  std::vector<double> least, most;
  std::vector<bool> by_row;
  for (const nonneg::LossRow* row : nonneg::loss_rows()) {
    name.push_back(row->name);
    synonyms.push_back(row->synonyms);
    title.push_back(row->title);
    parameter.push_back(row->parameter);
    least.push_back(row->least);
    most.push_back(row->most);
    by_row.push_back(row->by_row);
  }
  return nonneg::data_frame({{"name", name},
                             {"synonyms", synonyms},
                             {"title", title},
                             {"parameter", parameter},
                             {"least", least},
                             {"most", most},
                             {"by_row", by_row}});
}

Rcpp::List solvers() {
  std::vector<std::string> name, title;
  std::vector<double> most_dense, most_sparse;
  std::vector<bool> extrapolates, frobenius, kullback_leibler, other;
  nonneg::LossFacts quadratic, by_sums;
  quadratic.quadratic = by_sums.by_sums = true;
  for (const nonneg::Solver& s : nonneg::solvers()) {
    name.push_back(s.name);
    title.push_back(s.title);
    most_dense.push_back(rank_or_inf(s.most_rank_dense));
    most_sparse.push_back(rank_or_inf(s.most_rank_sparse));
    extrapolates.push_back(s.extrapolates);
    frobenius.push_back(nonneg::solves(s, quadratic));
    kullback_leibler.push_back(nonneg::solves(s, by_sums));
    other.push_back(nonneg::solves(s, nonneg::LossFacts()));
  }
  return nonneg::data_frame({{"name", name},
                             {"title", title},
                             {"extrapolates", extrapolates},
                             {"frobenius", frobenius},
                             {"kullback_leibler", kullback_leibler},
                             {"other", other},
                             {"most_rank_dense", most_dense},
                             {"most_rank_sparse", most_sparse}});
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_registry() { return nonneg::list({{"losses", losses()}, {"solvers", solvers()}}); }

// A loss as the core knows it: its name, its parameter as far as it still has one, facts, and the solvers for
// it. `rows` of X: how many parameters there are if they are by row.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_loss(const std::string& name, const Rcpp::NumericVector& parameter, double rows) {
  const nonneg::EntryLoss loss =
      nonneg::make_loss({name, Rcpp::as<std::vector<double>>(parameter)}, static_cast<std::ptrdiff_t>(rows));
  std::vector<std::string> able;
  for (const nonneg::Solver& s : nonneg::solvers())
    if (nonneg::solves(s, loss.facts)) able.push_back(s.name);
  const nonneg::LossFacts& f = loss.facts;
  return nonneg::list({{"name", loss.row().name},
                       {"parameter", loss.parameter},
                       {"degree", f.degree},
                       {"beta", ISNAN(f.beta) ? NA_REAL : f.beta},
                       {"zeros", f.zeros},
                       {"steep", f.steep},
                       {"convex", f.convex},
                       {"quadratic", f.quadratic},
                       {"by_sums", f.by_sums},
                       {"solvers", able}});
}

// d(x, q) of single entries, with the limits where one is 0. `parameter`: none, one number, or one for each.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector cpp_loss_values(const Rcpp::NumericVector& x, const Rcpp::NumericVector& q,
                                    const std::string& name, const Rcpp::NumericVector& parameter) {
  const nonneg::EntryLoss loss =
      nonneg::make_loss({name, Rcpp::as<std::vector<double>>(parameter)}, parameter.size());
  const R_xlen_t n = x.size();
  std::vector<double> each(n, loss.of_all());
  if (loss.parameter.size() > 1) each = loss.parameter;
  if (q.size() != n || static_cast<R_xlen_t>(each.size()) != n) Rcpp::stop("entries do not match");
  Rcpp::NumericVector out(n);
  loss.kernels().values(n, x.begin(), q.begin(), each.data(), out.begin());
  for (R_xlen_t i = 0; i < n; ++i)
    if (ISNAN(x[i]) || ISNAN(q[i])) out[i] = NA_REAL;
  return out;
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

// Bytes of the second cache that the core works for; works for `bytes` first unless that is NA (0: as the
// machine says).
// [[Rcpp::export(rng = false)]]
double cpp_cache(double bytes = NA_REAL) {
  if (!ISNAN(bytes)) nonneg::use_second_cache(static_cast<std::size_t>(bytes));
  return static_cast<double>(nonneg::second_cache());
}
