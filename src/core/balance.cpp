// See core/balance.h.
#include "core/balance.h"

#include <algorithm>
#include <cmath>

namespace nonneg {

namespace {

// A start within a factor of this of the best split is left as it is.
constexpr double kNear = 16;

// What the penalty of component k is made of:  linear t + square t^2  once it is multiplied by t.
struct Parts {
  double linear = 0, square = 0;
  bool any() const { return linear > 0 || square > 0; }
};

// `others` that are beside it.
Parts parts_of(const Factor& f, int k, const Penalty& p, const Beside& others = Beside()) {
  Factor alone(1, f.count);
  double sum = 0, sumsq = 0;
  for (std::ptrdiff_t j = 0; j < f.count; ++j) {
    const double value = alone.item(j)[0] = f.item(j)[k];
    sum += value;
    sumsq += value * value;
  }
  Parts out = {p.net.l1 * sum, 0.5 * p.net.l2 * sumsq};
  Beside own;
  if (!others.before.empty()) own.before = {others.before[k]};
  if (!others.after.empty()) own.after = {others.after[k]};
  for (const auto& coupling : p.couplings)
    out.square += coupling->value(alone) + coupling->value_beside(alone, own);
  return out;
}

// The root of the slope by log t of  W(t) + H(1/t), which increases.
double best_split(const Parts& W, const Parts& H) {
  double low = -1000, high = 1000;
  for (int step = 0; step < 60; ++step) {
    const double t = std::exp2(0.5 * (low + high)), inverse = 1 / t;
    const double slope = W.linear * t + 2 * W.square * t * t,
                 against = H.linear * inverse + 2 * H.square * inverse * inverse;
    (slope > against ? high : low) = 0.5 * (low + high);
  }
  return std::exp2(std::round(0.5 * (low + high)));
}

}  // namespace

void balance(const Loss& loss, const Options& options, Factor& W, Factor& H, Host& host) {
  const Penalty &on_W = loss.penalty_on_W(), &on_H = loss.penalty_on_H();
  if (on_W.none() || on_H.none() || !options.fixed_W.none() || !options.fixed_H.none()) return;
  const Beside others = beside(H, on_H, host);
  for (int k = 0; k < W.r; ++k) {
    const Parts of_W = parts_of(W, k, on_W);
    Parts of_H = parts_of(H, k, on_H, others);
    of_H.linear = sum_of_all(host, of_H.linear);
    of_H.square = sum_of_all(host, of_H.square);
    if (!of_W.any() || !of_H.any()) continue;
    const double t = best_split(of_W, of_H);
    if (t <= kNear && t >= 1 / kNear) continue;
    for (std::ptrdiff_t i = 0; i < W.count; ++i) W.item(i)[k] *= t;
    for (std::ptrdiff_t j = 0; j < H.count; ++j) H.item(j)[k] /= t;
  }
}

}  // namespace nonneg
