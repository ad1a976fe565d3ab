// Plain nonnegative least squares: the half-problem for H with W = A, and, where
// A is badly conditioned, work on A itself.
#include <Rcpp.h>

#include "core/alternation.h"
#include "core/clock.h"
#include "core/driver.h"
#include "core/gram.h"
#include "core/parallel.h"
#include "core/scan.h"
#include "loss/frobenius.h"
#include "r_factor.h"
#include "r_linear.h"
#include "r_list.h"
#include "r_source.h"
#include "solver/active_set.h"

namespace {

// The host is polled after about this many seconds.
constexpr double kSecondsPerPoll = 0.1;

// The columns of another source, fewer at a time: one block of many unknowns takes long,
// and the host is polled between blocks.
class Narrow : public nonneg::Source {
 public:
  Narrow(std::unique_ptr<nonneg::Source> whole, std::ptrdiff_t width)
      : Source(whole->rows(), whole->cols()), whole_(std::move(whole)) {
    std::vector<nonneg::Block> blocks;
    for (int b = 0; b < whole_->blocks(); b += static_cast<int>(blocks.size())) {
      whole_->load(b, whole_->blocks(), blocks);
      for (nonneg::Block block : blocks)
        for (std::ptrdiff_t first = 0; first < block.columns; first += width) {
          nonneg::Block part = block;
          part.first += first;
          part.columns = std::min(width, block.columns - first);
          if (part.sparse)
            part.p += first;
          else
            part.x += first * part.ld;
          parts_.push_back(part);
        }
    }
  }
  bool sparse() const override { return whole_->sparse(); }
  int blocks() const override { return static_cast<int>(parts_.size()); }
  std::ptrdiff_t widest() const override { return whole_->widest(); }
  void load(int first, int last, std::vector<nonneg::Block>& out) override {
    out.assign(parts_.begin() + first, parts_.begin() + last);
  }

 private:
  std::unique_ptr<nonneg::Source> whole_;  // in memory: its blocks stay valid
  std::vector<nonneg::Block> parts_;
};

// Columns whose solution for k unknowns takes about a tenth of a second, in groups of lanes
// for every thread.
std::ptrdiff_t width_for(int k, int threads) {
  constexpr double kWork = 2e9;
  const double groups = kWork / nonneg::kLanes / (static_cast<double>(k) * k * (8 + k));
  return nonneg::kLanes * std::max<std::ptrdiff_t>(threads, static_cast<std::ptrdiff_t>(groups));
}

// On A = QR by the active-set method. False if interrupted.
bool solve_by_qr(const Rcpp::NumericMatrix& A, const nonneg::EntryView& B, double unit, int threads,
                 Rcpp::NumericMatrix& X, nonneg::Host& host) {
  nonneg::Matrix Q(A.nrow(), A.ncol()), R;
  std::copy(A.begin(), A.end(), Q.values.begin());
  if (!nonneg::qr(Q, R)) Rcpp::stop("no QR decomposition");
  const nonneg::Factor by_rows = nonneg::factor_of_W(R.values.data(), R.rows, R.columns);
  const int k = R.columns, rows = R.rows;
  std::vector<nonneg::ActiveSet> solvers(threads, nonneg::ActiveSet(rows, k, by_rows.values.data()));
  std::vector<std::vector<double>> scratch(threads, std::vector<double>(rows));
  double* const solution = X.begin();
  nonneg::Counter counter;
  while (counter.next < B.items) {
    const double until = nonneg::now() + kSecondsPerPoll;
    nonneg::parallel(threads, [&](const nonneg::Member& me) {
      double* c = scratch[me.id].data();
      while (nonneg::now() < until) {
        const std::ptrdiff_t j = counter.next++;
        if (j >= B.items) return;
        const std::ptrdiff_t first = B.begin(j), stored = B.stored(j);
        for (int i = 0; i < rows; ++i) {
          const double* q = Q.column(i);
          double sum = 0;
          if (B.sparse())
            for (std::ptrdiff_t s = first; s < first + stored; ++s)
              sum += q[B.index[s]] * (unit * B.value[s]);
          else
            for (std::ptrdiff_t s = 0; s < stored; ++s) sum += q[s] * (unit * B.value[first + s]);
          c[i] = sum;
        }
        double* x = solution + j * k;
        solvers[me.id].solve(c, x);
        for (int q = 0; q < k; ++q) x[q] /= unit;
      }
    });
    if (host.interrupted()) return false;
  }
  return true;
}

// The reciprocal one of A'A.
double condition_of(const nonneg::Factor& A, int threads) {
  nonneg::Matrix products(A.r, A.r);
  nonneg::Gram().compute(A, threads, products.values);
  return nonneg::reciprocal_condition(std::move(products));
}

}  // namespace

// `residual`: for a solver that stops after some sweeps, its KKT residual relative to B.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_nnls(SEXP B, const Rcpp::NumericMatrix& A, double largest, const Rcpp::List& options) {
  const int k = A.ncol();
  nonneg::Options o;
  o.threads = Rcpp::as<int>(options["threads"]);
  o.stall = 1e-12;
  if (!Rf_isNull(options["inner_sweeps"])) o.inner_sweeps = Rcpp::as<int>(options["inner_sweeps"]);
  const std::string name = Rcpp::as<std::string>(options["solver"]);
  const double unit = nonneg::unit_for(largest, nonneg::kMostUnitOfW);
  nonneg::Factor w = nonneg::factor_of_W(A);
  nonneg::RHost host(R_NilValue);

  constexpr double kWellConditioned = 1e-6;  // of A'A: leaves errors near 1e-10
  if (name == "bpp" && !(condition_of(w, o.threads) > kWellConditioned)) {
    const nonneg::EntryView columns = nonneg::entries_of(B);
    Rcpp::NumericMatrix X(k, static_cast<int>(columns.items));
    if (!solve_by_qr(A, columns, unit, o.threads, X, host)) throw Rcpp::internal::InterruptedException();
    return nonneg::list({{"X", X}, {"residual", 0.0}});
  }
  Narrow source(nonneg::make_source(B), width_for(k, o.threads));
  nonneg::Frobenius loss(source, k, *nonneg::find_solver(name.c_str()), o, {unit, 1.0, unit}, 1.0,
                         source.cols(), {});
  nonneg::Factor h(k, source.cols());
  std::fill_n(h.values.data(), h.size(), 0.0);
  if (!nonneg::project(source, loss, w, h, host)) throw Rcpp::internal::InterruptedException();
  double residual = 0;
  const nonneg::Values values = nonneg::values_of(B);
  const double size = std::sqrt(nonneg::scan_values(values.data, values.size, unit, o.threads).sumsq);
  if (name != "bpp" && size > 0) {
    const nonneg::Scaled scaled(loss.units(), w, h);
    nonneg::PassPlan measure;
    measure.certify = true;
    measure.solve = measure.gather = false;
    const nonneg::HalfStep at = loss.pass(source, measure, h, h, h, h, host, INFINITY);
    if (at.stopped) throw Rcpp::internal::InterruptedException();
    residual = std::sqrt(at.kkt2) / size;
  }
  return nonneg::list({{"X", nonneg::matrix_of_H(h)}, {"residual", residual}});
}
