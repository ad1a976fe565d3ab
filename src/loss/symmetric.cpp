// See loss/symmetric.h.
#include "loss/symmetric.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/clock.h"
#include "core/parallel.h"

namespace nonneg {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Multiply-adds between two looks at the host.
constexpr double kWorkPerLook = 5e7;

}  // namespace

// The largest real root of x^3 + a x + b, by Cardano's formulas, and one Newton step: other stationary points
// are no minima over x >= 0, but for 0.
double quartic_minimum(double a, double b) {
  const double half = 0.5 * b, third = a / 3.0;
  const double discriminant = half * half + third * third * third;
  double x;
  if (discriminant > 0) {
    if (b >= 0) return 0;  // the only real root is not positive
    const double root = std::sqrt(discriminant);
    // Of the two cube roots the one without cancellation.
    const double u = std::cbrt(-half + root);
    x = u - third / u;
  } else if (a < 0) {
    const double size = std::sqrt(-third);
    const double cosine = std::max(-1.0, std::min(1.0, -half / (size * size * size)));
    x = 2.0 * size * std::cos(std::acos(cosine) / 3.0);
  } else {
    return 0;  // a = b = 0
  }
  const double slope = 3.0 * x * x + a;
  if (slope > 0) x -= (x * (x * x + a) + b) / slope;
  if (!(x > 0)) return 0;
  return x * (x * (0.25 * x * x + 0.5 * a) + b) < 0 ? x : 0.0;
}

Symmetric::Symmetric(const EntryView& S, int rank, const Options& options, double unit, bool diagonal)
    : S_(S), r_(rank), options_(options), unit_(unit), diagonal_(diagonal), sums_(rank) {
  for (std::ptrdiff_t j = 0; j < S.items; ++j) {
    double sum = 0;
    for (std::ptrdiff_t q = S.begin(j); q < S.begin(j) + S.stored(j); ++q) {
      const std::ptrdiff_t i = S.sparse() ? S.index[q] : q - S.begin(j);
      const double v = unit_ * S.value[q];
      if (diagonal_ || i != j) sum += v * v;
    }
    sumsq_ += sum;
  }
}

double Symmetric::item_times_H(const Factor& H, std::ptrdiff_t j, double* sums) const {
  std::fill_n(sums, r_, 0.0);
  const std::ptrdiff_t first = S_.begin(j), stored = S_.stored(j);
  const double* value = S_.value + first;
  double own = 0;
  if (S_.sparse()) {
    const int* index = S_.index + first;
    for (std::ptrdiff_t q = 0; q < stored; ++q) {
      const double v = unit_ * value[q];
      if (index[q] == j) own = v;
      const double* h = H.item(index[q]);
      for (int k = 0; k < r_; ++k) sums[k] += v * h[k];
    }
  } else {
    own = unit_ * value[j];
    for (std::ptrdiff_t i = 0; i < stored; ++i) {
      const double v = unit_ * value[i];
      const double* h = H.item(i);
      for (int k = 0; k < r_; ++k) sums[k] += v * h[k];
    }
  }
  return own;
}

double Symmetric::column(Factor& H, std::ptrdiff_t j) {
  double* sums = sums_.data();
  const double own = item_times_H(H, j, sums);
  double* h = H.item(j);
  double norm = 0, fall = 0;
  for (int k = 0; k < r_; ++k) norm += h[k] * h[k];
  for (int k = 0; k < r_; ++k) {
    double* row = G_.data() + static_cast<std::ptrdiff_t>(k) * r_;
    const double x = h[k];
    double others = 0;
    for (int m = 0; m < r_; ++m) others += h[m] * row[m];
    const double rest = norm - x * x;
    const double b = others - x * row[k] - x * rest - (sums[k] - own * x);
    double a = row[k] - x * x, to;
    if (diagonal_) {
      a += rest - own;
      to = quartic_minimum(a, b);
      fall += x * (x * (0.25 * x * x + 0.5 * a) + b) - to * (to * (0.25 * to * to + 0.5 * a) + b);
    } else {
      to = b < 0 && a > 0 ? -b / a : 0.0;
      fall += x * (0.5 * a * x + b) - to * (0.5 * a * to + b);
    }
    if (to == x) continue;
    const double step = to - x;
    for (int m = 0; m < r_; ++m) {
      if (m == k) continue;
      row[m] += step * h[m];
      G_[static_cast<std::ptrdiff_t>(m) * r_ + k] = row[m];
    }
    row[k] = std::max(0.0, row[k] + to * to - x * x);
    norm = std::max(0.0, rest) + to * to;
    h[k] = to;
  }
  return fall;
}

bool Symmetric::sweep(Factor& H, Host& host, double deadline, double& fall) {
  FlushToZero guard;
  // Anew, so that rounding errors of the updates do not add up.
  gram_.compute(H, options_.threads, G_);
  fall = 0;
  double work = 0;
  for (std::ptrdiff_t j = 0; j < H.count; ++j) {
    fall += column(H, j);
    work += static_cast<double>(r_) * (S_.stored(j) + 2 * r_);
    if (work < kWorkPerLook) continue;
    work = 0;
    if (host.interrupted() || now() > deadline) return false;
  }
  return true;
}

bool Symmetric::measure(const Factor& H, Host& host, double& objective, double& kkt) {
  gram_.compute(H, options_.threads, G_);
  const std::ptrdiff_t n = H.count;
  std::vector<double> inner(n), least(n), fourth(n);
  const double each = static_cast<double>(r_) * (S_.stored(0) + r_) + 1;
  const std::ptrdiff_t batch = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(kWorkPerLook / each));
  for (std::ptrdiff_t first = 0; first < n; first += batch) {
    const std::ptrdiff_t last = std::min(n, first + batch);
    Counter counter;
    parallel(threads_for(options_.threads, each * (last - first)), [&](const Member&) {
      std::vector<double> sums(r_);
      constexpr std::ptrdiff_t kGrab = 16;
      for (std::ptrdiff_t at; (at = first + kGrab * counter.next++) < last;)
        for (std::ptrdiff_t j = at; j < std::min(last, at + kGrab); ++j) {
          const double own = item_times_H(H, j, sums.data());
          const double* h = H.item(j);
          double norm = 0;
          for (int k = 0; k < r_; ++k) norm += h[k] * h[k];
          inner[j] = least[j] = 0;
          fourth[j] = norm * norm;
          for (int k = 0; k < r_; ++k) {
            const double* row = G_.data() + static_cast<std::ptrdiff_t>(k) * r_;
            double slope = -sums[k];
            for (int m = 0; m < r_; ++m) slope += row[m] * h[m];
            if (!diagonal_) slope -= (norm - own) * h[k];
            inner[j] += h[k] * (diagonal_ ? sums[k] : sums[k] - own * h[k]);
            const double size = std::sqrt(row[k]);
            const double step = size > 0 ? std::min(h[k] * size, slope / size) : 0.0;
            least[j] += step * step;
          }
        }
    });
    if (host.interrupted()) return false;
  }
  double squares = 0, product = 0, kkt2 = 0;
  for (std::size_t q = 0; q < G_.size(); ++q) squares += G_[q] * G_[q];
  for (std::ptrdiff_t j = 0; j < n; ++j) {
    product += inner[j];
    kkt2 += least[j];
    if (!diagonal_) squares -= fourth[j];
  }
  objective = std::max(0.0, 0.5 * (sumsq_ - 2 * product + squares));
  kkt = sumsq_ > 0 ? std::sqrt(2 * kkt2 / sumsq_) : 0.0;
  return true;
}

Record Symmetric::record(int iteration, double seconds, double objective) const {
  const double value = objective / unit_ / unit_;
  return {iteration, seconds, value, 0.0, value, kNaN};
}

Result Symmetric::fit(Factor& H, Host& host) {
  const double began = now(), deadline = began + options_.max_seconds;
  Result out;
  const double root = std::sqrt(unit_);
  scale(H, root);
  double objective = 0, kkt = 0;
  if (!measure(H, host, objective, kkt)) {
    out.reason = Reason::interrupt;
    scale(H, 1.0 / root);
    return out;
  }
  out.history.push_back(record(0, 0.0, objective));
  out.history.back().kkt = kkt;
  const double noise = 1e-14 * sumsq_;
  for (int iteration = 1; iteration <= options_.max_iter; ++iteration) {
    double fall = 0;
    const bool whole = sweep(H, host, deadline, fall);
    const double next = std::max(0.0, objective - 2 * fall);
    out.fall.add(objective, next, 0.1 * noise);
    objective = next;
    out.history.push_back(record(iteration, now() - began, objective));
    host.progress(out.history.back());
    if (!whole || now() > deadline) {
      out.reason = now() > deadline ? Reason::max_seconds : Reason::interrupt;
      break;
    }
    // A read of S that changes nothing: not after every sweep.
    const bool falls = out.fall.most() > options_.fall_tol;
    const bool exact = objective <= std::max(noise, 0.5 * options_.tol * options_.tol * sumsq_);
    if ((falls && !exact) || iteration % options_.check_every != 0) continue;
    if (!measure(H, host, objective, kkt)) {
      out.reason = Reason::interrupt;
      break;
    }
    Record& at = out.history.back();
    at = record(iteration, at.seconds, objective);
    at.kkt = kkt;
    if (kkt <= options_.tol) {
      out.reason = Reason::tol;
      break;
    }
  }
  Record& end = out.history.back();
  if (std::isnan(end.kkt) && out.reason != Reason::interrupt && measure(H, host, objective, kkt)) {
    end = record(end.iteration, end.seconds, objective);
    end.kkt = kkt;
    if (out.reason == Reason::max_iter && kkt <= options_.tol && out.fall.most() <= options_.fall_tol)
      out.reason = Reason::tol;
  }
  out.certificate.kkt = end.kkt;
  out.scaled = objective;
  scale(H, 1.0 / root);
  return out;
}

Certificate Symmetric::certify(Factor& H, Host& host, Record& at) {
  const double root = std::sqrt(unit_);
  scale(H, root);
  double objective = kNaN, kkt = kNaN;
  measure(H, host, objective, kkt);
  scale(H, 1.0 / root);
  at = record(0, 0.0, objective);
  at.kkt = kkt;
  return {kkt, kNaN, kNaN};
}

}  // namespace nonneg
