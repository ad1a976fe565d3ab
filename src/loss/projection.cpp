// H for fixed W under a loss that is a sum over entries: see loss/divergence.h.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/scan.h"
#include "loss/divergence.h"

namespace nonneg {

namespace {

// A column is solved to this relative KKT residual, or in so many steps.
constexpr double kProjected = 1e-10;
constexpr int kMostSteps = 3000;
// ... or until rounding keeps it, small already, from halving in so many.
constexpr int kPatience = 100;
constexpr double kSmall = 1e-6;

// Steps of a column between two polls of the host.
constexpr int kStepsAtOnce = 10;

}  // namespace

struct Divergence::Path {
  ItemUnits units;
  double noise, size;
  double lowest = std::numeric_limits<double>::infinity(), kkt2 = lowest;  // of the best so far
  double halved = lowest;
  int steps = 0, progress = 0;  // taken, and when that brought `halved`
  bool safe = false, done = false;
  double residual() const { return size > 0 ? std::sqrt(kkt2) / size : 0.0; }
};

Divergence::Path Divergence::path_of(Listing& list, std::ptrdiff_t j) const {
  const bool zeros = !zeros_by_sums(columns_);
  const std::ptrdiff_t first = columns_.begin(j);
  double largest = least_ / units_.X;  // the true one, which no NaN is larger than
  for (std::ptrdiff_t q = 0; q < columns_.stored(j); ++q)
    largest = std::max(largest, columns_.value[first + q]);
  Path path;
  ItemUnits& units = path.units;
  units.X = unit_for(largest);
  units.least = units.X * (least_ / units_.X);
  units.floor = floor_for(units.X * largest);
  list.read(columns_, j, units.X, units.least, zeros);
  units.sum = sum_of(list, columns_.weighted());
  const double by = units.X / units_.X;
  units.penalty = scaled(penalty_on_H_.net, std::pow(by, facts_.degree - 1), std::pow(by, facts_.degree - 2));
  const double total = facts_.by_sums ? units.sum : size2_of(of_H, list, j, units.X, units.floor);
  path.noise = 1e-13 * total;
  path.size = std::sqrt(total);
  return path;
}

// One step, from h. It measures what it starts from, so that one is taken in vain at the end.
void Divergence::follow(Path& path, Scratch& mine, std::ptrdiff_t j, double* h, double* best,
                        double* next) const {
  const Task task = {true, true, false, true, path.safe, 1, 0.0};
  Measure at;
  item<double>(of_H, task, mine, j, path.units, h, next, at);
  ++path.steps;
  // Near the optimum rounding decides about the value: the residual says more.
  const double noise = path.noise + kRounding * std::fabs(at.value);
  if (at.value < path.lowest - noise || (at.value <= path.lowest + noise && at.kkt2 < path.kkt2)) {
    std::copy_n(h, r_, best);
    path.lowest = at.value;
    path.kkt2 = at.kkt2;
  }
  path.safe = at.value > path.lowest + noise;
  path.done = !(path.residual() > kProjected) || path.steps == kMostSteps;
  if (!(path.kkt2 > 0.25 * path.halved) || path.kkt2 > path.halved) {
    path.halved = path.kkt2;
    path.progress = path.steps;
  } else if (path.residual() <= kSmall && path.steps - path.progress >= kPatience) {
    path.done = true;
  }
  std::copy_n(path.safe ? best : next, r_, h);
}

bool Divergence::project(const Factor& W, Factor& H, std::vector<double>& residual, Host& host) {
  Factor scaled_W(r_, W.count), best(r_, H.count), next(r_, H.count);
  for (std::size_t q = 0; q < W.size(); ++q) scaled_W.values[q] = units_.W * W.values[q];
  set_other(of_H, scaled_W);
  std::vector<Path> paths;
  std::vector<std::ptrdiff_t> open;
  for (std::ptrdiff_t j = 0; j < H.count; ++j) {
    paths.push_back(path_of(scratch_[0].room.list, j));
    open.push_back(j);
    // One after the other: their quotient may be out of range.
    for (int k = 0; k < r_; ++k) {
      H.item(j)[k] = H.item(j)[k] * paths[j].units.X / units_.W;
      best.item(j)[k] = H.item(j)[k];
    }
  }
  const Task task = {true, true, false, true, false, 1, 0.0};
  while (!open.empty()) {
    for (std::size_t first = 0, last = 0; first < open.size(); first = last) {
      double cost = 0;
      for (; last < open.size() && cost < kWorkPerPoll; ++last)
        cost += kStepsAtOnce * work(of_H, task, open[last]);
      Counter counter;
      parallel(threads_for(threads_, cost), [&](const Member& me) {
        for (std::size_t at; (at = first + counter.next++) < last;) {
          const std::ptrdiff_t j = open[at];
          for (int step = 0; step < kStepsAtOnce && !paths[j].done; ++step)
            follow(paths[j], scratch_[me.id], j, H.item(j), best.item(j), next.item(j));
        }
      });
      if (host.interrupted()) return false;
    }
    open.erase(std::remove_if(open.begin(), open.end(), [&](std::ptrdiff_t j) { return paths[j].done; }),
               open.end());
  }
  residual.resize(H.count);
  for (std::ptrdiff_t j = 0; j < H.count; ++j) {
    residual[j] = paths[j].residual();
    for (int k = 0; k < r_; ++k) H.item(j)[k] = best.item(j)[k] * units_.W / paths[j].units.X;
  }
  return true;
}

}  // namespace nonneg
