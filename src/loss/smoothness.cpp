// See loss/smoothness.h.
#include "loss/smoothness.h"

#include <algorithm>

namespace nonneg {

namespace {

class Smoothness : public Coupling {
 public:
  Smoothness(double strength, std::shared_ptr<const Graph> graph)
      : strength_(strength), graph_(std::move(graph)) {
    if (!graph_) return;
    std::vector<double> degree(graph_->p.size() - 1, 0.0);
    const std::ptrdiff_t items = static_cast<std::ptrdiff_t>(degree.size());
    for (std::ptrdiff_t j = 0; j < items; ++j)
      each_neighbour(items, j, [&](std::ptrdiff_t, double weight) { degree[j] += weight; });
    for (std::ptrdiff_t j = 0; j < items; ++j)
      each_neighbour(items, j,
                     [&](std::ptrdiff_t k, double) { degrees_ = std::max(degrees_, degree[j] + degree[k]); });
  }

  double value(const Factor& F) const override {
    double sum = 0;
    for (std::ptrdiff_t j = 0; j < F.count; ++j)
      each_neighbour(F.count, j, [&](std::ptrdiff_t k, double weight) {
        if (k > j) sum += weight * square(F, j, k);
      });
    return 0.5 * strength_ * sum;
  }

  void add_slope(const Factor& F, Factor& to) const override {
    for (std::ptrdiff_t j = 0; j < F.count; ++j) {
      const double* own = F.item(j);
      double* out = to.item(j);
      each_neighbour(F.count, j, [&](std::ptrdiff_t k, double weight) {
        const double* other = F.item(k);
        for (int m = 0; m < F.r; ++m) out[m] += strength_ * weight * (own[m] - other[m]);
      });
    }
  }

  // The largest eigenvalue of L is at most that of any d_j + d_k of neighbours (Anderson and Morley 1985). It
  // is no less than any degree, so that nothing on a right-hand side is negative.
  double curvature(std::ptrdiff_t items) const override {
    const double in_order = items < 2 ? 0 : std::min<double>(items, 4);
    return strength_ * (graph_ ? degrees_ : in_order);
  }

  std::shared_ptr<const Coupling> scaled(double, double by_l2) const override {
    return std::make_shared<Smoothness>(times(strength_, by_l2), graph_);
  }

 private:
  template <class Do>
  void each_neighbour(std::ptrdiff_t items, std::ptrdiff_t j, Do&& act) const {
    if (graph_) {
      for (int q = graph_->p[j]; q < graph_->p[j + 1]; ++q) act(graph_->index[q], graph_->weight[q]);
    } else {
      if (j > 0) act(j - 1, 1.0);
      if (j + 1 < items) act(j + 1, 1.0);
    }
  }
  static double square(const Factor& F, std::ptrdiff_t j, std::ptrdiff_t k) {
    double sum = 0;
    for (int m = 0; m < F.r; ++m) sum += (F.item(j)[m] - F.item(k)[m]) * (F.item(j)[m] - F.item(k)[m]);
    return sum;
  }

  const double strength_;
  const std::shared_ptr<const Graph> graph_;
  double degrees_ = 0;  // the most that two neighbours have together
};

}  // namespace

void add_smoothness(const PenaltySpec& spec, Penalty& to) {
  const double strength = spec.number("strength");
  if (strength > 0) to.couplings.push_back(std::make_shared<Smoothness>(strength, spec.graph));
}

}  // namespace nonneg
