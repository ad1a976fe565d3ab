// A loss is what the driver alternates on: one pass over X for H, an update of
// W from the statistics that the pass gathered, exact objective and certificate.
// Factors are in the units of the scaled data.
#ifndef NONNEG_LOSS_H
#define NONNEG_LOSS_H

#include "core/factor.h"
#include "core/host.h"
#include "core/source.h"
#include "loss/penalty.h"

namespace nonneg {

// The objective of a pair (W, H) and how far one half-problem (the other factor
// held fixed) is from its optimum there.
struct HalfStep {
  double value = 0;    // objective, penalties of both factors included
  double penalty = 0;  // those penalties
  double kkt2 = 0;     // squared KKT residual, in units of X
  double gap = 0;      // bound on the objective above this half-problem's optimum; NaN: not known
  bool stopped = false;
};

// Powers of two, X = W * H. They bring the largest values near 1.
struct Units {
  double X, W, H;
};

// The penalties, and the loss of zeros where WH is at its floor, may be larger than what X knows of.
constexpr double kRounding = 1e-15;

struct PassPlan {
  bool certify = false;  // measure `start` before it changes
  bool solve = true;     // otherwise next = start
  bool gather = true;    // statistics for W from `next`
  bool value = false;    // with certify: the objective at `start` as well
  bool safe = false;     // a step that cannot raise the objective
  int sweep_factor = 1;  // more sweeps, for a cold start
  double beta = 0;       // next = max(least_part * plain, plain + beta*(plain - before))
};

class OneReadLoss;

class Loss {
 public:
  virtual ~Loss() = default;
  // This loss, if it goes the way of core/one_read.h; else null.
  virtual OneReadLoss* in_one_read() { return nullptr; }
  // In those units, too.
  const Penalty& penalty_on_W() const { return penalty_on_W_; }
  const Penalty& penalty_on_H() const { return penalty_on_H_; }
  // X is read as units().X * X, W and H are theirs times the true values.
  virtual Units units() const = 0;
  // From a value of the objective in those units to the true one.
  virtual double in_true_units(double value) const = 0;
  // Bound of the objective's rounding error, but for what it is of the objective itself: kRounding.
  virtual double noise() const = 0;
  // Extrapolation leaves a coefficient at least this part of itself: a loss that is infinite
  // where WH is 0 would have to find back from there.
  virtual double least_part() const { return 0; }
  // May W be negative? Then its extrapolation has no bound.
  virtual bool free_W() const { return false; }
  // ||X|| in the units of the KKT residual.
  virtual double size() const = 0;
  // The objective of t X and t WH is t^degree times that of X and WH.
  virtual double degree() const = 0;

  virtual void prepare(const Factor& W) = 0;
  // One read of X. `before` is the last non-extrapolated H; `plain` and `next`
  // receive the new one and its extrapolation. Value, kkt2 and gap are those of
  // `start` and only set if plan asks for them.
  virtual HalfStep pass(Source&, const PassPlan&, const Factor& start, const Factor& before, Factor& plain,
                        Factor& next, Host&, double deadline) = 0;
  // The new W from the statistics of the last pass; measures it.
  virtual HalfStep update(const PassPlan&, const Factor& start, Factor& W, Host&, double deadline) = 0;
  // Measures W without changing it.
  virtual HalfStep measure(const Factor& W, Host&) = 0;
  // From now on in quick arithmetic, whose rounding errors noise() tells, or in exact. Is it quick now? (A
  // loss may have no other way than the exact one.)
  virtual bool set_quick(bool) { return false; }
  // One read of X with several updates of W, each from the columns read before, the latest ones most: a start
  // for whole passes. Nothing is measured. False if stopped; not all losses have it.
  virtual bool online(Source&, Factor& /*W*/, Factor& /*H*/, Host&, double /*deadline*/) { return true; }
  // Gives components that died (a zero column of W or row of H) a new life that
  // lowers the objective; returns how many.
  virtual int revive(Source&, Factor& /*W*/, Factor& /*H*/, Host&) { return 0; }

 protected:
  Penalty penalty_on_W_, penalty_on_H_;
};

// What one read measures: the pair that it starts from, and the one with the new H.
struct Read {
  HalfStep before, after;
  bool stopped = false;
};

struct ReadPlan {
  bool before = false;   // measure the first of them
  bool solve = true;     // otherwise H stays, and there is no second
  bool safe = false;     // a step that cannot raise the objective
  int sweep_factor = 1;  // as in PassPlan
  double beta = 0;
};

// A loss that is not quadratic, of which a read by columns gathers a model of every row of W at the W and H
// of that read. The objective of the next W is then known only when X is read again.
class OneReadLoss : public Loss {
 public:
  // For the W prepared: the new H, which is measured, its extrapolation `next`, and the models there.
  virtual Read read(Source&, const ReadPlan&, const Factor& start, const Factor& before, Factor& plain,
                    Factor& next, Host&, double deadline) = 0;
  // From these models, at the W prepared: the next W, and one whose objective for the H of the models cannot
  // be higher. Measures W; the value is that of the penalties alone.
  virtual HalfStep rows(const Factor& W, Factor& next, Factor& safe, Host&) = 0;
};

}  // namespace nonneg

#endif
