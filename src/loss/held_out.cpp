// See loss/held_out.h.
#include "loss/held_out.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"

namespace nonneg {

namespace {

// The host is polled after about this many multiply-adds.
constexpr double kHeldOutPerPoll = 3e8;

struct Scratch {
  std::vector<double> value;  // of an item of a sparse X, zeros and all
  std::vector<double> x, q, parameter, weight, loss;
  std::vector<int> at;
};

// For each class of items the positions that are out, in order.
std::vector<std::vector<int>> positions_out(const EntryView& X) {
  std::vector<std::vector<int>> out(X.mask.items);
  for (int k = 0; k < X.mask.items; ++k)
    for (std::ptrdiff_t i = 0; i < X.length; ++i)
      if (!X.mask.left(X.mask.position[i], k)) out[k].push_back(static_cast<int>(i));
  return out;
}

// The largest entries that are left of each position and of each item; 0 where there is none.
struct Largest {
  std::vector<double> position, item;
  explicit Largest(const EntryView& X) : position(X.length, 0.0), item(X.items, 0.0) {
    for (std::ptrdiff_t j = 0; j < X.items; ++j) {
      if (!(X.own_weight(j) > 0)) continue;
      const std::ptrdiff_t first = X.begin(j), stored = X.stored(j);
      for (std::ptrdiff_t q = 0; q < stored; ++q) {
        const std::ptrdiff_t i = X.sparse() ? X.index[first + q] : q;
        const double value = X.value[first + q];  // not larger than anything if it is NaN
        if (!(value > position[i] || value > item[j])) continue;
        if (!X.mask.left(X.mask.position[i], X.mask.item[j]) || !(X.across_weight(i) > 0)) continue;
        position[i] = std::max(position[i], value);
        item[j] = std::max(item[j], value);
      }
    }
  }
};

}  // namespace

HeldOut held_out_loss(const EntryView& X, const EntryLoss& loss, const Factor& W, const Factor& H,
                      double least, int threads, Host& host) {
  const Largest largest(X);
  const std::vector<std::vector<int>> positions = positions_out(X);
  std::vector<Scratch> scratch(threads);
  for (Scratch& s : scratch) {
    if (X.sparse()) s.value.assign(X.length, 0.0);
    for (auto* v : {&s.x, &s.q, &s.parameter, &s.weight, &s.loss}) v->resize(X.length);
    s.at.resize(X.length);
  }
  std::vector<HeldOut> items(X.items);
  const bool by_row = loss.parameter.size() > 1;

  const auto one = [&](std::ptrdiff_t j, Scratch& s) {
    const std::ptrdiff_t first = X.begin(j), stored = X.stored(j);
    const double* value = X.value + first;
    if (X.sparse()) {
      for (std::ptrdiff_t q = 0; q < stored; ++q) s.value[X.index[first + q]] = value[q];
      value = s.value.data();
    }
    // Those that are there and count.
    std::ptrdiff_t count = 0;
    for (const int i : positions[X.mask.item[j]]) {
      const double v = X.own_weight(j) * X.across_weight(i) * (X.weight ? X.weight[first + i] : 1.0);
      if (std::isnan(value[i]) || !(v > 0)) continue;
      const double *w = W.item(i), *h = H.item(j);
      double q = 0;
      for (int k = 0; k < W.r; ++k) q += w[k] * h[k];
      s.x[count] = value[i];
      s.q[count] = std::max(least, std::min({q, largest.position[i], largest.item[j]}));
      s.parameter[count] = by_row ? loss.parameter[i] : loss.of_all();
      s.weight[count++] = v;
    }
    loss.kernels().values(count, s.x.data(), s.q.data(), s.parameter.data(), s.loss.data());
    for (std::ptrdiff_t e = 0; e < count; ++e) {
      items[j].loss += s.weight[e] * s.loss[e];
      items[j].weight += s.weight[e];
    }
    if (X.sparse())
      for (std::ptrdiff_t q = 0; q < stored; ++q) s.value[X.index[first + q]] = 0.0;
  };

  HeldOut total;
  for (std::ptrdiff_t from = 0, to = 0; from < X.items; from = to) {
    double cost = 0;
    for (; to < X.items && cost < kHeldOutPerPoll; ++to)
      cost += static_cast<double>(positions[X.mask.item[to]].size()) * (W.r + 40);
    Counter counter;
    parallel(threads_for(threads, cost), [&](const Member& me) {
      for (std::ptrdiff_t j; (j = from + counter.next++) < to;) one(j, scratch[me.id]);
    });
    total.stopped = host.interrupted();
    if (total.stopped) return total;
  }
  for (const HeldOut& item : items) {
    total.loss += item.loss;
    total.weight += item.weight;
  }
  return total;
}

}  // namespace nonneg
