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
        if (k > j) sum += weight * square(F.r, F.item(j), F.item(k));
      });
    return 0.5 * strength_ * sum;
  }
  // Neighbours in order: one pair at each seam, which is of the machine behind it.
  double value_beside(const Factor& F, const Beside& others) const override {
    if (graph_ || others.before.empty()) return 0;
    return 0.5 * strength_ * square(F.r, others.before.data(), F.item(0));
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

  void add_slope_beside(const Factor& F, const Beside& others, Factor& to) const override {
    if (graph_) return;
    const auto add = [&](std::ptrdiff_t j, const std::vector<double>& other) {
      for (std::size_t m = 0; m < other.size(); ++m) to.item(j)[m] += strength_ * (F.item(j)[m] - other[m]);
    };
    add(0, others.before);
    add(F.count - 1, others.after);
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
  static double square(int r, const double* one, const double* other) {
    double sum = 0;
    for (int m = 0; m < r; ++m) sum += (one[m] - other[m]) * (one[m] - other[m]);
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
