// What a fit tells R besides its factors.
#ifndef NONNEG_R_RESULT_H
#define NONNEG_R_RESULT_H

#include <Rcpp.h>

#include <vector>

#include "core/stop.h"
#include "r_list.h"

namespace nonneg {

inline Rcpp::List history_of(const std::vector<Record>& records) {
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
  return nonneg::data_frame({{"iteration", iteration},
                             {"seconds", seconds},
                             {"loss", loss},
                             {"penalty", penalty},
                             {"objective", objective},
                             {"kkt", kkt}});
}

inline const char* name_of(Reason reason) {
  switch (reason) {
    case Reason::tol: return "tol";
    case Reason::max_iter: return "max_iter";
    case Reason::max_seconds: return "max_seconds";
    default: return "interrupt";
  }
}

}  // namespace nonneg

#endif
