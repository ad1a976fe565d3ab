# A penalty that pulls every coefficient to a given mean, strength/2 |F - mean|^2: value, slope, curvature, units.

files <- c("src/loss/prior.h" = '// Every coefficient should be near a mean:  strength/2 |F - mean|^2.
#ifndef NONNEG_PRIOR_H
#define NONNEG_PRIOR_H

#include "loss/penalty.h"

namespace nonneg {

class Prior : public Coupling {
 public:
  Prior(double strength, double mean) : strength_(strength), mean_(mean) {}
  double value(const Factor& F) const override {
    double sum = 0;
    for (std::size_t q = 0; q < F.size(); ++q) sum += (F.values[q] - mean_) * (F.values[q] - mean_);
    return 0.5 * strength_ * sum;
  }
  void add_slope(const Factor& F, Factor& to) const override {
    for (std::size_t q = 0; q < F.size(); ++q) to.values[q] += strength_ * (F.values[q] - mean_);
  }
  double curvature(std::ptrdiff_t) const override { return strength_; }
  std::shared_ptr<const Coupling> scaled(double by_l1, double by_l2) const override {
    return std::make_shared<Prior>(times(strength_, by_l2), mean_ * (by_l1 / by_l2));
  }

 private:
  const double strength_, mean_;
};

inline void add_prior(const PenaltySpec& spec, Penalty& to) {
  to.couplings.push_back(std::make_shared<Prior>(spec.number("strength"), spec.number("mean")));
}

}  // namespace nonneg

#endif
')

rows <- list(
  list(
    path = "src/loss/penalty.cpp", from = '#include "loss/smoothness.h"',
    to = '#include "loss/prior.h"\n#include "loss/smoothness.h"'
  ),
  list(
    path = "src/loss/penalty.cpp", from = "add_smoothness},",
    to = 'add_smoothness},\n      {"prior", "strength/2 |F - mean|^2", add_prior},'
  )
)

check <- quote({
  core <- asNamespace("nonneg")
  set.seed(1)
  x <- matrix(rexp(24), 4)
  # Where W is an identity matrix the best H is known.
  for (by in c(1, 2^40)) {
    for (weights in list(NULL, matrix(1, 4, 6))) {
      data <- core$nmf_data(x * by, weights = weights)
      problem <- core$fit_problem(data, 4, core$check_request(tol = 1e-9), list(W = diag(4), H = x * by), diag(4))
      problem$options$penalties_H <- list(list(kind = "prior", strength = 3, mean = 2 * by))
      fit <- core$core_fits(list(problem), list(list(W = diag(4), H = x * by)), Inf, 1)[[1]]
      stopifnot(fit$reason == "tol", all.equal(fit$H, (x * by + 3 * 2 * by) / 4, tolerance = 1e-7))
      objective <- sum((x * by - fit$H)^2) / 2 + 3 / 2 * sum((fit$H - 2 * by)^2)
      stopifnot(all.equal(fit$history$objective[nrow(fit$history)], objective))
    }
  }
  # Kullback-Leibler: 1 - x / h + 3 (h - 2) = 0.
  data <- core$nmf_data(x)
  request <- core$check_request("kl", tol = 1e-9, max_iter = 5000)
  problem <- core$fit_problem(data, 4, request, list(W = diag(4), H = x), diag(4))
  problem$options$penalties_H <- list(list(kind = "prior", strength = 3, mean = 2))
  fit <- core$core_fits(list(problem), list(list(W = diag(4), H = x)), Inf, 1)[[1]]
  stopifnot(all.equal(fit$H, (5 + sqrt(25 + 12 * x)) / 6, tolerance = 1e-6))
})

list(files = files, rows = rows, check = check)
