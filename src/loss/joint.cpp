// See loss/joint.h.
#include "loss/joint.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "kernel/kernels.h"
#include "loss/revive.h"

namespace nonneg {

namespace {

// Times that W and the V_i are solved for in turns. V_i follows W at the rate 1 / (1 + lambda), and nothing
// of it reads X.
constexpr int kTurns = 3;

}  // namespace

JointLoss::JointLoss(std::vector<JointData> data, std::ptrdiff_t rows, int rank, const Solver& solver,
                     const Options& options, const JointSpec& spec, const Units& units)
    : l_(rows),
      r_(rank),
      solver_(solver),
      threads_(options.threads),
      sweeps_(options.inner_sweeps > 0 ? options.inner_sweeps : solver.sweeps),
      stall_(options.stall),
      spec_(spec),
      units_(units) {
  total_rows_ = l_;
  for (JointData& d : data) {
    parts_.emplace_back();
    Part& part = parts_.back();
    const std::ptrdiff_t own = d.source->rows(), columns = d.source->cols();
    part.first_column = total_columns_;
    total_columns_ += columns;
    if (spec_.own) {
      part.first_row = total_rows_;
      total_rows_ += own;
    }
    sumsq_ += d.weight * d.sumsq;
    part.products = std::make_unique<Products>(*d.source, rank, threads_, units.X, std::move(d.row_nonzeros));
    part.M = Factor(rank, own);
    part.H = Factor(rank, columns);
    part.certificates.resize((columns + kLanes - 1) / kLanes);
    part.data = std::move(d);
  }
  find_runs();
  for (int t = 0; t < threads_; ++t) scratch_.emplace_back(r_, parts_.size());
}

double JointLoss::size() const { return std::sqrt(sumsq_); }

void JointLoss::find_runs() {
  std::vector<std::vector<int>> has(l_);
  for (std::size_t q = 0; q < parts_.size(); ++q)
    for (const std::ptrdiff_t i : parts_[q].data.rows) has[i].push_back(static_cast<int>(q));
  std::map<std::vector<int>, int> known;
  std::vector<std::ptrdiff_t> at(parts_.size(), 0);
  for (std::ptrdiff_t i = 0; i < l_; ++i) {
    if (i == 0 || has[i] != has[i - 1]) {
      const auto found = known.emplace(has[i], static_cast<int>(patterns_.size()));
      if (found.second) {
        patterns_.emplace_back();
        patterns_.back().parts = has[i];
      }
      Run run = {i, 0, found.first->second, {}};
      for (const int q : has[i]) run.local.push_back(at[q]);
      runs_.push_back(run);
    }
    ++runs_.back().count;
    for (const int q : has[i]) ++at[q];
  }
  for (std::size_t g = 0; g < runs_.size(); ++g)
    for (std::ptrdiff_t offset = 0; offset < runs_[g].count; offset += kLanes) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, runs_[g].count - offset));
      groups_.push_back({static_cast<int>(g), offset, lanes});
    }
  row_certificates_.resize(groups_.size());
  row_penalties_.resize(groups_.size());
}

void JointLoss::prepare(const Factor& W) {
  for (Part& part : parts_) {
    const std::vector<std::ptrdiff_t>& rows = part.data.rows;
    parallel(threads_for(threads_, static_cast<double>(part.M.size())), [&](const Member& me) {
      for (std::ptrdiff_t i = me.begin(part.M.count); i < me.end(part.M.count); ++i) {
        const double* shared = W.item(rows[i]);
        double* to = part.M.item(i);
        if (!spec_.own) {
          std::copy_n(shared, r_, to);
          continue;
        }
        const double* own = W.item(part.first_row + i);
        for (int k = 0; k < r_; ++k) to[k] = shared[k] + own[k];
      }
    });
    std::vector<double> A;
    gram_.compute(part.M, threads_, A);
    if (spec_.own) {
      gram_.compute(W, part.first_row, part.M.count, threads_, part.gram_V);
      for (std::size_t q = 0; q < A.size(); ++q) A[q] += spec_.lambda * part.gram_V[q];
    }
    part.for_H.set(r_, A.data(), r_, ElasticNet());
    part.products->set_W(part.M);
  }
}

HalfStep JointLoss::pass(Source&, const PassPlan& plan, const Factor& start, const Factor& before,
                         Factor& plain, Factor& next, Host& host, double deadline) {
  HalfStep out;
  const Factor& H = plan.solve ? next : start;
  const double extra = static_cast<double>(r_) * r_ * (8 + r_);
  for (Part& part : parts_) {
    const LaneStep step = {part.for_H, solver_, solver_.sweeps_of(sweeps_, plan.sweep_factor), stall_,
                           nullptr};
    const auto keep = [&](std::ptrdiff_t first, std::ptrdiff_t count) {
      std::copy_n(H.item(part.first_column + first), count * r_, part.H.item(first));
    };
    const Products::Take take = [&](const Member& me, std::ptrdiff_t first, int lanes, const double* b,
                                    std::ptrdiff_t item) {
      const std::ptrdiff_t at = part.first_column + first, values = static_cast<std::ptrdiff_t>(lanes) * r_;
      double* to = plan.solve ? plain.item(at) : nullptr;
      step(b, item, 1, lanes, start.item(at), to, plan.certify ? &part.certificates[first / kLanes] : nullptr,
           nullptr, scratch_[me.id].lanes);
      if (to && plan.beta > 0)
        kernels().extrapolate(values, to, before.item(at), plan.beta, 0.0, next.item(at));
      else if (to && next.item(at) != to)
        std::copy_n(to, values, next.item(at));
      keep(first, lanes);
    };
    const bool taken = plan.solve || plan.certify;
    if (!taken) keep(0, part.H.count);
    out.stopped = !part.products->pass(*part.data.source, taken ? &take : nullptr,
                                       plan.gather ? &part.H : nullptr, extra, host, deadline);
    if (out.stopped) return out;
    if (plan.gather) {
      gram_.compute(part.H, threads_, part.gram_H);
      host.reduce(part.products->P(), part.products->size());
      host.reduce(part.gram_H.data(), part.gram_H.size());
    }
  }
  if (plan.certify) {
    out.value = 0.5 * sumsq_;
    for (const Part& part : parts_) {
      double sums[3] = {0, 0, 0};
      for (const LaneCertificate& at : part.certificates) {
        sums[0] += at.value;
        sums[1] += at.kkt2;
        sums[2] += at.gap;
      }
      host.reduce(sums, 3);
      out.value += part.data.weight * sums[0];
      out.kkt2 += part.data.weight * sums[1];
      out.gap += part.data.weight * sums[2];
    }
    if (plan.value) out.penalty = penalty_at_start(start);
  }
  return out;
}

// lambda/2 sum_i c_i <V_i'V_i, H_i H_i'>
double JointLoss::penalty_at_start(const Factor& start) {
  if (!spec_.own) return 0;
  double out = 0;
  std::vector<double> G;
  for (const Part& part : parts_) {
    gram_.compute(start, part.first_column, part.H.count, threads_, G);
    double sum = 0;
    for (std::size_t q = 0; q < G.size(); ++q) sum += part.gram_V[q] * G[q];
    out += 0.5 * spec_.lambda * part.data.weight * sum;
  }
  return out;
}

// The problems of W and of the V_i, from the G_i.
void JointLoss::set_patterns() {
  std::vector<double> A(static_cast<std::size_t>(r_) * r_);
  for (Part& part : parts_) {
    part.d.assign(r_, 0.0);
    part.inverse.assign(r_, 0.0);
    if (!spec_.own) continue;
    for (std::size_t q = 0; q < A.size(); ++q) A[q] = (1 + spec_.lambda) * part.gram_H[q];
    part.for_V.set(r_, A.data(), r_, ElasticNet());
    for (int k = 0; k < r_; ++k) {
      part.d[k] = std::sqrt(part.data.weight * A[k + k * r_]);
      part.inverse[k] = part.d[k] > 0 ? 1 / part.d[k] : 0.0;
    }
  }
  for (Pattern& pattern : patterns_) {
    std::fill(A.begin(), A.end(), 0.0);
    for (const int q : pattern.parts)
      for (std::size_t k = 0; k < A.size(); ++k) A[k] += parts_[q].data.weight * parts_[q].gram_H[k];
    pattern.for_W.set(r_, A.data(), r_, ElasticNet());
    pattern.d.assign(r_, 0.0);
    pattern.inverse.assign(r_, 0.0);
    for (int k = 0; k < r_ && !spec_.fixed_W; ++k) {
      pattern.d[k] = std::sqrt(A[k + k * r_]);
      pattern.inverse[k] = pattern.d[k] > 0 ? 1 / pattern.d[k] : 0.0;
    }
    add_ones(pattern);
  }
}

// Sums of the rows of A, the Hessian of a row of (W, V_1, V_2, ...) in the scale of a unit diagonal.
void JointLoss::add_ones(Pattern& pattern) const {
  const std::size_t blocks = 1 + pattern.parts.size();
  pattern.ones.assign(blocks * r_, 0.0);
  for (std::size_t e = 0; e + 1 < blocks; ++e) {
    const Part& part = parts_[pattern.parts[e]];
    for (int k = 0; k < r_; ++k)
      for (int m = 0; m < r_; ++m) {
        const double g = part.data.weight * part.gram_H[m + k * r_];
        const double w = pattern.inverse[k], v = part.inverse[k];
        pattern.ones[k] += w * g * (pattern.inverse[m] + part.inverse[m]);
        pattern.ones[(e + 1) * r_ + k] += v * g * (pattern.inverse[m] + (1 + spec_.lambda) * part.inverse[m]);
      }
  }
  pattern.total = 0;
  for (const double one : pattern.ones) pattern.total += one;
}

// Rows of P_i from `row` on, one per lane.
void JointLoss::load_P(const Part& part, std::ptrdiff_t row, int lanes, double* panel) const {
  const Products& x = *part.products;
  const double* P = x.P();
  std::fill_n(panel, static_cast<std::ptrdiff_t>(kLanes) * r_, 0.0);
  for (int c = 0; c < lanes; ++c) {
    const std::ptrdiff_t i = row + c;
    const double* from = P + i / kLanes * x.group() + i % kLanes * x.item();
    for (int k = 0; k < r_; ++k) panel[k * kLanes + c] = from[k * x.value()];
  }
}

namespace {

void to_panel(int r, int lanes, const double* items, double* panel) {
  std::fill_n(panel, static_cast<std::ptrdiff_t>(kLanes) * r, 0.0);
  for (int c = 0; c < lanes; ++c)
    for (int k = 0; k < r; ++k) panel[k * kLanes + c] = items[c * r + k];
}

// out = F G for a panel F; G is symmetric.
void panel_times(int r, const double* F, const std::vector<double>& G, double* out) {
  std::fill_n(out, static_cast<std::ptrdiff_t>(kLanes) * r, 0.0);
  kernels().nt(kLanes, r, F, kLanes, G.data(), r, r, out, 0);
}

}  // namespace

// `W` null: only measures `start`.
void JointLoss::row_group(const Group& group, const Factor& start, Factor* W, int sweep_factor, Scratch& mine,
                          LaneCertificate& at, double& penalty) const {
  const Run& run = runs_[group.run];
  const Pattern& pattern = patterns_[run.pattern];
  const std::ptrdiff_t first = run.first + group.offset, size = static_cast<std::ptrdiff_t>(kLanes) * r_;
  const std::size_t count = pattern.parts.size();
  const int lanes = group.lanes, sweeps = solver_.sweeps_of(sweeps_, sweep_factor);
  to_panel(r_, lanes, start.item(first), mine.w.data());
  if (W) std::copy_n(start.item(first), static_cast<std::ptrdiff_t>(lanes) * r_, W->item(first));
  for (std::size_t e = 0; e < count; ++e) {
    const Part& part = parts_[pattern.parts[e]];
    const std::ptrdiff_t row = run.local[e] + group.offset;
    load_P(part, row, lanes, mine.p[e].data());
    if (!spec_.own) continue;
    const std::ptrdiff_t own = part.first_row + row;
    to_panel(r_, lanes, start.item(own), mine.v[e].data());
    if (W) std::copy_n(start.item(own), static_cast<std::ptrdiff_t>(lanes) * r_, W->item(own));
    panel_times(r_, mine.v[e].data(), part.gram_H, mine.t[e].data());
  }
  double* b = mine.b.data();
  const int rounds = !W ? 0 : spec_.own && !spec_.fixed_W ? kTurns : 1;
  for (int round = 0; round < rounds; ++round) {
    if (!spec_.fixed_W) {
      std::fill_n(b, size, 0.0);
      for (std::size_t e = 0; e < count; ++e) {
        const double weight = parts_[pattern.parts[e]].data.weight;
        const double *p = mine.p[e].data(), *t = mine.t[e].data();
        if (spec_.own)
          for (std::ptrdiff_t q = 0; q < size; ++q) b[q] += weight * (p[q] - t[q]);
        else
          for (std::ptrdiff_t q = 0; q < size; ++q) b[q] += weight * p[q];
      }
      const LaneStep step = {pattern.for_W, solver_, sweeps, stall_, nullptr};
      double* w = W->item(first);
      step(b, 1, kLanes, lanes, w, w, nullptr, nullptr, mine.lanes);
      to_panel(r_, lanes, w, mine.w.data());
    }
    if (!spec_.own) break;
    for (std::size_t e = 0; e < count; ++e) {
      const Part& part = parts_[pattern.parts[e]];
      double *u = mine.u[e].data(), *p = mine.p[e].data();
      panel_times(r_, mine.w.data(), part.gram_H, u);
      for (std::ptrdiff_t q = 0; q < size; ++q) b[q] = p[q] - u[q];
      const LaneStep step = {part.for_V, solver_, sweeps, stall_, nullptr};
      double* v = W->item(part.first_row + run.local[e] + group.offset);
      step(b, 1, kLanes, lanes, v, v, nullptr, nullptr, mine.lanes);
      to_panel(r_, lanes, v, mine.v[e].data());
      panel_times(r_, mine.v[e].data(), part.gram_H, mine.t[e].data());
    }
  }
  for (std::size_t e = 0; e < count; ++e)
    panel_times(r_, mine.w.data(), parts_[pattern.parts[e]].gram_H, mine.u[e].data());
  at = certify_rows(pattern, lanes, mine, penalty);
}

// Value, residual and gap of some rows of (W, V_1, V_2, ...), one problem each. The gap is that of
// kernel/lanes.h: with g = Ah - b and e = max(-g / A1), in the scale of a unit diagonal,
//   f(h) - f* <= h'g + e 1'Ah + e^2/2 1'A1.
LaneCertificate JointLoss::certify_rows(const Pattern& pattern, int lanes, Scratch& mine,
                                        double& penalty) const {
  LaneCertificate out = {0, 0, 0};
  double *g_W = mine.gradient.data(), *e = mine.e.data(), *a1h = mine.a1h.data();
  std::fill_n(g_W, static_cast<std::ptrdiff_t>(kLanes) * r_, 0.0);
  std::fill_n(e, kLanes, 0.0);
  std::fill_n(a1h, kLanes, 0.0);
  double along = 0;  // h'g
  penalty = 0;
  const auto coordinate = [&](int c, double h, double g, double d, double inverse, double one) {
    const double scaled_h = h * d, scaled_g = g * inverse;
    const double least = std::min(scaled_h, scaled_g);
    out.kkt2 += least * least;
    along += scaled_h * scaled_g;
    a1h[c] += one * scaled_h;
    if (one > 0) e[c] = std::max(e[c], -scaled_g / one);
  };
  for (std::size_t q = 0; q < pattern.parts.size(); ++q) {
    const Part& part = parts_[pattern.parts[q]];
    const double weight = part.data.weight, lambda = spec_.lambda;
    const double *p = mine.p[q].data(), *u = mine.u[q].data(), *w = mine.w.data();
    for (int k = 0; k < r_; ++k) {
      const double one = pattern.ones[(q + 1) * r_ + k];
      for (int c = 0; c < lanes; ++c) {
        const int at = k * kLanes + c;
        const double v = spec_.own ? mine.v[q][at] : 0.0, t = spec_.own ? mine.t[q][at] : 0.0;
        const double s = u[at] + t;
        const double shrunk = lambda * v * t;
        out.value += weight * ((w[at] + v) * (0.5 * s - p[at]) + (spec_.own ? 0.5 * shrunk : 0.0));
        g_W[at] += weight * (s - p[at]);
        if (!spec_.own) continue;
        penalty += 0.5 * weight * shrunk;
        coordinate(c, v, weight * (s + lambda * t - p[at]), part.d[k], part.inverse[k], one);
      }
    }
  }
  for (int k = 0; k < r_; ++k)
    for (int c = 0; c < lanes; ++c) {
      const int at = k * kLanes + c;
      coordinate(c, mine.w[at], g_W[at], pattern.d[k], pattern.inverse[k], pattern.ones[k]);
    }
  out.gap = along;
  for (int c = 0; c < lanes; ++c) out.gap += e[c] * (a1h[c] + 0.5 * e[c] * pattern.total);
  return out;
}

HalfStep JointLoss::rows(const Factor& start, Factor* W, int sweep_factor) {
  set_patterns();
  const std::ptrdiff_t groups = static_cast<std::ptrdiff_t>(groups_.size());
  const double work = static_cast<double>(total_rows_) * r_ * r_ * (W ? 8 : 2);
  Counter counter;
  parallel(threads_for(threads_, work), [&](const Member& me) {
    for (std::ptrdiff_t g; (g = counter.next++) < groups;)
      row_group(groups_[g], start, W, sweep_factor, scratch_[me.id], row_certificates_[g], row_penalties_[g]);
  });
  HalfStep out;
  double sum = 0;
  for (std::ptrdiff_t g = 0; g < groups; ++g) {
    sum += row_certificates_[g].value;
    out.kkt2 += row_certificates_[g].kkt2;
    out.gap += row_certificates_[g].gap;
    out.penalty += row_penalties_[g];
  }
  out.value = 0.5 * sumsq_ + sum;
  return out;
}

HalfStep JointLoss::update(const PassPlan& plan, const Factor& start, Factor& W, Host&, double) {
  return rows(start, &W, plan.sweep_factor);
}

HalfStep JointLoss::measure(const Factor& W, Host&) { return rows(W, nullptr, 1); }

// A component that is 0 in all data sets becomes what the worst-fitted column lacks, as in
// loss/frobenius.cpp.
int JointLoss::revive(Source&, Factor& W, Factor& H, Host& host) {
  if (!solver_.extrapolates || spec_.fixed_W) return 0;
  const std::vector<int> dead = dead_components(W, H, host);
  if (dead.empty()) return 0;
  prepare(W);
  std::vector<BadColumn> worst;
  for (std::size_t q = 0; q < parts_.size(); ++q) {
    Part& part = parts_[q];
    std::copy_n(H.item(part.first_column), part.H.size(), part.H.values.data());
    add_worst_columns(*part.data.source, static_cast<int>(q), units_.X, part.data.weight, part.M, part.H,
                      noise(), dead.size(), worst, 0, part.data.source->cols());
  }
  for (std::size_t q = 0; q < worst.size(); ++q) {
    const int k = dead[q];
    const Part& part = parts_[worst[q].part];
    const double norm = std::sqrt(std::sqrt(worst[q].gain / part.data.weight));
    for (std::ptrdiff_t i = 0; i < W.count; ++i) W.item(i)[k] = 0.0;
    for (std::ptrdiff_t j = 0; j < H.count; ++j) H.item(j)[k] = 0.0;
    for (std::ptrdiff_t i = 0; i < part.M.count; ++i)
      W.item(part.data.rows[i])[k] = worst[q].positive[i] / norm;
    H.item(part.first_column + worst[q].column)[k] = norm;
  }
  return static_cast<int>(worst.size());
}

}  // namespace nonneg
