// See loss/penalty.h.
#include "loss/penalty.h"

#include <algorithm>

#include "core/host.h"
#include "kernel/kernels.h"
#include "loss/smoothness.h"

namespace nonneg {

namespace {

void add_elastic_net(const PenaltySpec& spec, Penalty& to) {
  to.net.l1 += spec.number("l1");
  to.net.l2 += spec.number("l2");
}

}  // namespace

const std::vector<PenaltyKind>& penalty_kinds() {
  static const std::vector<PenaltyKind> all = {
      {"elastic-net", "l1 sum(F) + l2/2 |F|^2: lasso, ridge and what is between", add_elastic_net},
      {"smoothness", "strength/2 sum a_jk |F_j - F_k|^2 over neighbours j and k", add_smoothness},
  };
  return all;
}

bool add_penalty(const PenaltySpec& spec, Penalty& to) {
  for (const PenaltyKind& kind : penalty_kinds())
    if (spec.kind == kind.name) {
      kind.add(spec, to);
      return true;
    }
  return false;
}

double times(double weight, double by) {
  constexpr double kMost = 1e300;
  return weight > 0 ? std::min(weight * by, kMost) : 0.0;
}

ElasticNet scaled(const ElasticNet& net, double by_l1, double by_l2) {
  return {times(net.l1, by_l1), times(net.l2, by_l2)};
}

Penalty scaled(const Penalty& p, double by_l1, double by_l2) {
  Penalty out;
  out.net = scaled(p.net, by_l1, by_l2);
  for (const auto& coupling : p.couplings) out.couplings.push_back(coupling->scaled(by_l1, by_l2));
  return out;
}

Beside beside(const Factor& f, const Penalty& p, Host& host) {
  Beside out;
  const Machines& m = host.machines();
  if (m.alone() || p.couplings.empty()) return out;
  const std::size_t r = f.r;
  std::vector<double> ends(2 * r);
  std::copy_n(f.item(0), r, ends.data());
  std::copy_n(f.item(f.count - 1), r, ends.data() + r);
  const std::vector<double> all = gathered(host, ends.data(), ends.size());
  const auto end = [&](int machine, int which) {
    const double* from = all.data() + machine * ends.size() + which * r;
    return std::vector<double>(from, from + r);
  };
  if (m.me > 0) out.before = end(m.me - 1, 1);
  if (m.me + 1 < m.count) out.after = end(m.me + 1, 0);
  out.all = m.all(f.count);
  return out;
}

double penalty_of(const Factor& f, const Penalty& p, const Beside& others) {
  double out = 0;
  if (!p.net.none()) {
    double largest, nonzero, sum = 0, sumsq = 0;
    for (std::size_t at = 0; at < f.size(); at += 65536) {
      double s, q;
      kernels().scan(std::min<std::size_t>(65536, f.size() - at), f.values.data() + at, 1.0, &largest, &s, &q,
                     &nonzero);
      sum += s;
      sumsq += q;
    }
    out = p.net.l1 * sum + 0.5 * p.net.l2 * sumsq;
  }
  for (const auto& coupling : p.couplings) out += coupling->value(f) + coupling->value_beside(f, others);
  return out;
}

void Tangent::set(const Penalty& p, const Factor& at, const Beside& others) {
  coupled_ = !p.couplings.empty();
  if (!coupled_) return;
  if (slope_.r != at.r || slope_.count != at.count) slope_ = Factor(at.r, at.count);
  std::fill_n(slope_.values.data(), slope_.size(), 0.0);
  curvature_ = value_ = along_ = 0;
  for (const auto& coupling : p.couplings) {
    coupling->add_slope(at, slope_);
    coupling->add_slope_beside(at, others, slope_);
    curvature_ += coupling->curvature(others.all < 0 ? at.count : others.all);
    value_ += coupling->value(at) + coupling->value_beside(at, others);
  }
  for (std::size_t q = 0; q < at.size(); ++q) along_ += slope_.values[q] * at.values[q];
}

}  // namespace nonneg
