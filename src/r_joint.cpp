// The border for joint factorizations.
#include <Rcpp.h>

#include "core/driver.h"
#include "core/scan.h"
#include "loss/joint.h"
#include "r_factor.h"
#include "r_fit.h"
#include "r_list.h"
#include "r_source.h"

using nonneg::Factor;

namespace {

// `about`: list(lambda, own, fixed_W, largest, weights, sumsq), the last two with one number per data set.
struct Joint {
  nonneg::Options options;
  const nonneg::Solver* solver = nullptr;
  std::unique_ptr<nonneg::JointLoss> loss;
  Factor W, H;

  Joint(const Rcpp::List& xs, const Rcpp::List& rows, const Rcpp::NumericMatrix& shared,
        const Rcpp::List& own, const Rcpp::List& Hs, const Rcpp::List& about, const Rcpp::List& list) {
    std::string name;
    options = nonneg::options_from(list, name);
    const int rank = shared.ncol();
    nonneg::JointSpec spec;
    spec.lambda = Rcpp::as<double>(about["lambda"]);
    spec.own = Rcpp::as<bool>(about["own"]);
    spec.fixed_W = Rcpp::as<bool>(about["fixed_W"]);
    const Rcpp::NumericVector weights = about["weights"], sumsq = about["sumsq"];

    const double unit = nonneg::unit_for(Rcpp::as<double>(about["largest"]), nonneg::kMostUnitOfW);
    const double unit_W = nonneg::unit_for(*std::max_element(shared.begin(), shared.end()));
    const nonneg::Units units = {unit, unit_W, unit / unit_W};
    std::vector<nonneg::JointData> data(xs.size());
    bool dense = true;
    for (R_xlen_t q = 0; q < xs.size(); ++q) {
      nonneg::JointData& d = data[q];
      const SEXP x = xs[q];
      d.source = nonneg::make_source(x, options.threads);
      dense = dense && !d.source->sparse();
      d.weight = weights[q];
      const nonneg::Values values = TYPEOF(x) == VECSXP ? nonneg::Values{nullptr, 0} : nonneg::values_of(x);
      d.sumsq = nonneg::scaled_sumsq(sumsq[q], values.data, values.size, unit, options.threads);
      const Rcpp::IntegerVector which = rows[q];
      d.rows.assign(which.begin(), which.end());
      if (options.threads > 1) d.row_nonzeros = d.source->row_nonzeros();
    }
    nonneg::LossFacts quadratic;
    quadratic.quadratic = true;
    solver =
        name.empty() ? &nonneg::default_solver(rank, quadratic, dense) : nonneg::find_solver(name.c_str());
    if (!solver || !solver->solve) Rcpp::stop("no solver of the name '%s'", name);
    loss = std::make_unique<nonneg::JointLoss>(std::move(data), shared.nrow(), rank, *solver, options, spec,
                                               units);
    stack(shared, own, Hs, rank);
  }

  // W, V_1, V_2, ... row by row, and H_1, H_2, ... column by column.
  void stack(const Rcpp::NumericMatrix& shared, const Rcpp::List& own, const Rcpp::List& Hs, int rank) {
    W = Factor(rank, loss->rows_of_W());
    H = Factor(rank, loss->columns_of_H());
    double* to = add(nonneg::factor_of_W(shared), W.values.data());
    for (R_xlen_t q = 0; q < own.size(); ++q)
      to = add(nonneg::factor_of_W(Rcpp::NumericMatrix(static_cast<SEXP>(own[q]))), to);
    to = H.values.data();
    for (R_xlen_t q = 0; q < Hs.size(); ++q)
      to = add(nonneg::factor_of_H(Rcpp::NumericMatrix(static_cast<SEXP>(Hs[q]))), to);
  }
  static double* add(const Factor& from, double* to) {
    return std::copy_n(from.values.data(), from.size(), to);
  }
  static Factor take(const Factor& from, std::ptrdiff_t& first, std::ptrdiff_t count) {
    Factor out(from.r, count);
    std::copy_n(from.item(first), out.size(), out.values.data());
    first += count;
    return out;
  }

  // list(W, V, H)
  Rcpp::List factors(const Rcpp::List& own, const Rcpp::List& Hs, std::ptrdiff_t rows) const {
    std::ptrdiff_t row = 0, column = 0;
    const Rcpp::NumericMatrix shared = nonneg::matrix_of_W(take(W, row, rows));
    Rcpp::List V(own.size()), each(Hs.size());
    for (R_xlen_t q = 0; q < own.size(); ++q)
      V[q] = nonneg::matrix_of_W(take(W, row, Rcpp::as<Rcpp::NumericMatrix>(own[q]).nrow()));
    for (R_xlen_t q = 0; q < Hs.size(); ++q)
      each[q] = nonneg::matrix_of_H(take(H, column, Rcpp::as<Rcpp::NumericMatrix>(Hs[q]).ncol()));
    return nonneg::list({{"W", shared}, {"V", V}, {"H", each}});
  }
};

}  // namespace

// `xs`: the data sets; `rows`: of each, the numbers, from 0, of the rows of W that it has. `V`: empty where
// all is shared.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_joint_fit(const Rcpp::List& xs, const Rcpp::List& rows, const Rcpp::NumericMatrix& W,
                         const Rcpp::List& V, const Rcpp::List& H, const Rcpp::List& about,
                         const Rcpp::List& options, SEXP progress) {
  Joint joint(xs, rows, W, V, H, about, options);
  nonneg::RHost host(progress);
  const nonneg::Result fit =
      nonneg::fit(joint.loss->first_source(), *joint.loss, joint.options,
                  joint.options.extrapolate && joint.solver->extrapolates, joint.W, joint.H, host);
  Rcpp::List out = joint.factors(V, H, W.nrow());
  const Rcpp::List ending = nonneg::ending_of(fit, *joint.solver);
  const Rcpp::CharacterVector names = ending.names();
  for (R_xlen_t q = 0; q < ending.size(); ++q) out[std::string(names[q])] = ending[q];
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_joint_certify(const Rcpp::List& xs, const Rcpp::List& rows, const Rcpp::NumericMatrix& W,
                             const Rcpp::List& V, const Rcpp::List& H, const Rcpp::List& about,
                             const Rcpp::List& options) {
  Joint joint(xs, rows, W, V, H, about, options);
  nonneg::RHost host(R_NilValue);
  nonneg::Record at;
  nonneg::Certificate certificate;
  if (!nonneg::certify(joint.loss->first_source(), *joint.loss, joint.W, joint.H, host, at, certificate))
    throw Rcpp::internal::InterruptedException();
  return nonneg::list({{"loss", at.loss},
                       {"penalty", at.penalty},
                       {"objective", at.objective},
                       {"certificate", nonneg::list_of(certificate)}});
}

// The best H for W and V, each data set for itself.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_joint_project(const Rcpp::List& xs, const Rcpp::List& rows, const Rcpp::NumericMatrix& W,
                             const Rcpp::List& V, const Rcpp::List& H, const Rcpp::List& about,
                             const Rcpp::List& options) {
  Joint joint(xs, rows, W, V, H, about, options);
  nonneg::RHost host(R_NilValue);
  if (!nonneg::project(joint.loss->first_source(), *joint.loss, joint.W, joint.H, host))
    throw Rcpp::internal::InterruptedException();
  return joint.factors(V, H, W.nrow())["H"];
}
