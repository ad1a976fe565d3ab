// What a fit is asked to do; each default is written here and nowhere else.
#ifndef NONNEG_OPTIONS_H
#define NONNEG_OPTIONS_H

#include <limits>

#include "core/constraint.h"
#include "core/fixed.h"
#include "loss/penalty.h"

namespace nonneg {

struct Options {
  Penalty W, H;
  int threads = 1;
  int max_iter = 500;
  double tol = 1e-4;       // on the relative KKT residual
  double gap_tol = 0.01;   // on the duality gaps relative to the objective
  double fall_tol = 1e-3;  // on what the objective loses of itself per iteration
  double max_seconds = std::numeric_limits<double>::infinity();
  int inner_sweeps = 0;  // 0: the solver's own
  double stall = 0.1;    // inner sweeps end when one moves this part of the first
  bool extrapolate = true;
  bool mixed = false;       // most of the fit in quick arithmetic, where the loss has some
  bool online = false;      // several updates of W within a first read of X
  bool W_from_H = false;    // start by solving for W, whose start is of no interest
  Fixed fixed_W, fixed_H;   // coefficients that keep their start
  bool free_W = false;      // W may be negative (Frobenius loss of complete data)
  Constraint constraint_H;  // of every item of H (Frobenius loss of complete data)
  double floor = 0;         // values of X below it count as it (losses other than Frobenius)
  int check_every = 5;      // iterations between certificates near the tolerance
};

}  // namespace nonneg

#endif
