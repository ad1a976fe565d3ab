// See solver/active_set.h.
#include "solver/active_set.h"

#include <algorithm>
#include <cmath>

namespace nonneg {

namespace {

// A column depends on those in use if no more than this part of it is left.
constexpr double kDependent = 1e-14;

enum : char { kOpen, kUsed, kBanned };

}  // namespace

ActiveSet::ActiveSet(int rows, int k, const double* T)
    : rows_(rows),
      k_(k),
      given_(T),
      T_(static_cast<std::size_t>(rows) * k),
      closed_(k),
      z_(k),
      slope_(k),
      sums_(k),
      u_(rows) {
  used_.reserve(k);
}

// Prepares the reflection that makes `column` the next of the triangle. Returns the
// value that it would take if it entered, 0 if it depends on the others.
double ActiveSet::reflection(int column, const double* c) {
  const int size = static_cast<int>(used_.size());
  double square = 0, along = 0;
  for (int i = size; i < rows_; ++i) {
    u_[i] = T_[static_cast<std::size_t>(i) * k_ + column];
    square += u_[i] * u_[i];
  }
  const double norm = std::sqrt(square);
  if (!(norm > kDependent)) return 0;
  const double diagonal = u_[size] > 0 ? -norm : norm;
  beta_ = 1 / (norm * (norm + std::fabs(u_[size])));
  u_[size] -= diagonal;
  for (int i = size; i < rows_; ++i) along += u_[i] * c[i];
  return (c[size] - beta_ * along * u_[size]) / diagonal;
}

// Applies it.
void ActiveSet::enter(int column, double* c) {
  const int size = static_cast<int>(used_.size());
  double along = 0;
  std::fill(sums_.begin(), sums_.end(), 0.0);
  double* sums = sums_.data();
  for (int i = size; i < rows_; ++i) {
    const double* row = T_.data() + static_cast<std::size_t>(i) * k_;
    const double u = u_[i];
    along += u * c[i];
    for (int q = 0; q < k_; ++q) sums[q] += u * row[q];
  }
  for (int i = size; i < rows_; ++i) {
    double* row = T_.data() + static_cast<std::size_t>(i) * k_;
    const double u = beta_ * u_[i];
    c[i] -= u * along;
    for (int q = 0; q < k_; ++q) row[q] -= u * sums[q];
    if (i > size) row[column] = 0;
  }
  used_.push_back(column);
  closed_[column] = kUsed;
}

// Rotations make a triangle again of what is left without the column at `position`.
void ActiveSet::leave(int position, double* c) {
  closed_[used_[position]] = kOpen;
  used_.erase(used_.begin() + position);
  for (int i = position; i < static_cast<int>(used_.size()); ++i) {
    double* upper = T_.data() + static_cast<std::size_t>(i) * k_;
    double* lower = upper + k_;
    const double a = upper[used_[i]], b = lower[used_[i]];
    const double norm = std::hypot(a, b);
    const double cosine = norm > 0 ? a / norm : 1, sine = norm > 0 ? b / norm : 0;
    for (int q = 0; q < k_; ++q) {
      const double above = upper[q], below = lower[q];
      upper[q] = cosine * above + sine * below;
      lower[q] = cosine * below - sine * above;
    }
    lower[used_[i]] = 0;
    const double above = c[i], below = c[i + 1];
    c[i] = cosine * above + sine * below;
    c[i + 1] = cosine * below - sine * above;
  }
}

// Moves x to the least-squares solution on the columns in use; those that would become
// negative on the way leave. False if `entered` is one of them.
bool ActiveSet::settle(int entered, double* c, double* x) {
  bool stayed = true;
  for (;;) {
    const int size = static_cast<int>(used_.size());
    double part = 1;
    int stop = -1;
    for (int i = size - 1; i >= 0; --i) {
      const double* row = T_.data() + static_cast<std::size_t>(i) * k_;
      double sum = c[i];
      for (int q = i + 1; q < size; ++q) sum -= row[used_[q]] * z_[q];
      z_[i] = sum / row[used_[i]];
      if (z_[i] > 0) continue;
      const double at = x[used_[i]];
      const double most = at > 0 ? at / (at - z_[i]) : 0;
      if (stop < 0 || most < part) {
        part = most;
        stop = i;
      }
    }
    for (int i = size - 1; i >= 0; --i) {
      double& at = x[used_[i]];
      at += part * (z_[i] - at);
      if (i != stop && at > 0) continue;
      at = 0;
      if (used_[i] == entered) stayed = false;
      leave(i, c);
    }
    if (stop < 0) return stayed;
  }
}

void ActiveSet::solve(double* c, double* x) {
  std::copy(given_, given_ + T_.size(), T_.begin());
  used_.clear();
  std::fill(closed_.begin(), closed_.end(), kOpen);
  std::fill(x, x + k_, 0.0);
  // Rounding errors may make it go round and round.
  for (int step = 0; step < 10 * k_ + 20 && static_cast<int>(used_.size()) < rows_; ++step) {
    std::fill(slope_.begin(), slope_.end(), 0.0);
    for (int i = static_cast<int>(used_.size()); i < rows_; ++i) {
      const double* row = T_.data() + static_cast<std::size_t>(i) * k_;
      for (int q = 0; q < k_; ++q) slope_[q] += c[i] * row[q];
    }
    int best;
    for (;;) {
      best = -1;
      for (int q = 0; q < k_; ++q)
        if (closed_[q] == kOpen && slope_[q] > 0 && (best < 0 || slope_[q] > slope_[best])) best = q;
      // What is below rounding errors of the slope has none.
      if (best < 0 || reflection(best, c) > 0) break;
      slope_[best] = 0;
    }
    if (best < 0) return;
    enter(best, c);
    if (settle(best, c, x)) {
      std::replace(closed_.begin(), closed_.end(), static_cast<char>(kBanned), static_cast<char>(kOpen));
    } else {
      closed_[best] = kBanned;  // until another has entered
    }
  }
}

}  // namespace nonneg
