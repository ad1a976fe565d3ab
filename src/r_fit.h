// What the borders of all kinds of fits share.
#ifndef NONNEG_R_FIT_H
#define NONNEG_R_FIT_H

#include <Rcpp.h>

#include <string>

#include "core/driver.h"
#include "core/options.h"
#include "solver/solver.h"

namespace nonneg {

// Options of a fit, and the name of a solver ("" is the default), from a list that holds no others.
Options options_from(const Rcpp::List& list, std::string& solver);
// Those parts of a result that are no factors: history, reason, certificate, solver, scaled.
Rcpp::List ending_of(const Result& fit, const Solver& solver);
// kkt, gap_W, gap_H: NA where not known.
Rcpp::List list_of(const Certificate&);

}  // namespace nonneg

#endif
