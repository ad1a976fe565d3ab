// Coordinate descent for Kullback-Leibler, two coordinates at a time: they share the division and the pass
// over the entries, and their 2 x 2 Hessian makes a better step than one after the other. The
// rest is as in kernel/entry.h. Part of kernel/impl.h.

// Newton's model of two coordinates, or of kLanes problems of two,
//   g'd + 1/2 d'Cd  over h + d >= 0,  where C >= 0 in every entry.
// T is double or vec. Without branches: which of the cases it is no processor foresees.
template <class T>
struct PairModel {
  T g[2], c[2], across, h[2];

  NN_INLINE T alone(int k, T slope) const {
    const T zero = T{}, by = c[k] > zero + DBL_MIN ? -slope / c[k] : (slope > zero ? -h[k] : zero);
    return by > -h[k] ? by : -h[k];
  }
  NN_INLINE T value(const T* d) const {
    return d[0] * (g[0] + 0.5 * c[0] * d[0] + across * d[1]) + d[1] * (g[1] + 0.5 * c[1] * d[1]);
  }
  NN_INLINE void minimize(T* d) const {
    const T square = c[0] * c[1], det = square - across * across;
    // Inside, unless that needs a coordinate below 0; then one of the two is 0.
    const T inside[2] = {(across * g[1] - c[1] * g[0]) / det, (across * g[0] - c[0] * g[1]) / det};
    const T first[2] = {-h[0], alone(1, g[1] - across * h[0])};
    const T second[2] = {alone(0, g[0] - across * h[1]), -h[1]};
    // Nearly a single coordinate: one after the other.
    const T one = alone(0, g[0]), turn[2] = {one, alone(1, g[1] + across * one)};
    const auto by_first = value(first) < value(second);
    const auto is_inside = (inside[0] >= -h[0]) & (inside[1] >= -h[1]);
    const auto is_pair = det > 1e-3 * square;
    NN_UNROLL
    for (int k = 0; k < 2; ++k) {
      const T edge = by_first ? first[k] : second[k], best = is_inside ? inside[k] : edge;
      d[k] = is_pair ? best : turn[k];
    }
  }
  // What h becomes.
  NN_INLINE void step(T* now) const {
    T d[2];
    minimize(d);
    finish(d, now, 2);
  }
  NN_INLINE void step_alone(T* now) const {
    const T d[1] = {alone(0, g[0])};
    finish(d, now, 1);
  }

 private:
  NN_INLINE void finish(const T* d, T* now, int count) const {
    const T zero = T{};
    for (int k = 0; k < count; ++k) {
      const T to = h[k] + d[k], positive = to > zero ? to : zero;
      now[k] = positive <= zero + DBL_MAX ? positive : h[k];
    }
  }
};

// q += step_0 last_0 + step_1 last_1, and with it, for K coordinates,
//   pull_k = sum_p v_p a_pk x_p / q_p,  C_kl = sum_p v_p a_pk a_pl x_p / q_p^2.
template <bool kWeighted, int K>
static NN_INLINE void entry_pair_sums(const EntryProblem& p, const number* const* a,
                                      const number* const* last, const double* step, double* pull,
                                      PairModel<double>& model) {
  const std::ptrdiff_t n = p.n;
  const number *x = p.x, *v = p.v, *a0 = a[0], *a1 = a[1], *last0 = last[0], *last1 = last[1];
  number* const q = p.q;
  const double floor = p.floor;
  const vec by0 = splat(step[0]), by1 = splat(step[1]);
  vec above0 = vec{}, above1 = vec{}, curve0 = vec{}, curve1 = vec{}, both = vec{};
  for (std::ptrdiff_t i = 0; i < n; i += VL) {
    const vec at = load(q + i) + by0 * load(last0 + i) + by1 * load(last1 + i);
    store(q + i, at);
    const vec inverse = reciprocal(at_least(at, floor));
    const vec ratio = (kWeighted ? load(x + i) * load(v + i) : load(x + i)) * inverse;
    const vec curve = ratio * inverse, first = load(a0 + i), by_first = first * curve;
    above0 += first * ratio;
    curve0 += first * by_first;
    if (K == 2) {
      const vec second = load(a1 + i);
      above1 += second * ratio;
      curve1 += second * second * curve;
      both += second * by_first;
    }
  }
  pull[0] = hsum(above0);
  pull[1] = hsum(above1);
  model.c[0] = hsum(curve0) + p.l2;
  model.c[1] = hsum(curve1) + p.l2;
  model.across = hsum(both);
}

// A step that leaves an entry x > 0 next to no reconstruction makes the sums that follow huge, and what is
// left of q rounding error. This is the most of any such q that a step may take, and a coordinate that
// keeps more than the rest cannot take it.
constexpr double kMostTaken = 0.9, kMayTake = 0.2;

template <class T>
static NN_INLINE auto may_take(const T* now, const T* before) -> decltype(now[0] < before[0]) {
  return (now[0] < kMayTake * before[0]) | (now[1] < kMayTake * before[1]);
}

// By what a step is cut for that, at the q before it.
static double entry_cut(const EntryProblem& p, const number* const* a, const double* step) {
  const vec by0 = splat(step[0]), by1 = splat(step[1]);
  vec most = vec{};
  for (std::ptrdiff_t i = 0; i < p.n; i += VL) {
    const vec taken = -(by0 * load(a[0] + i) + by1 * load(a[1] + i)) / at_least(load(p.q + i), p.floor);
    most = (load(p.x + i) > vec{}) & (taken > most) ? taken : most;
  }
  double worst = kMostTaken;
  for (int v = 0; v < VL; ++v) worst = most[v] > worst ? most[v] : worst;
  return kMostTaken / worst;
}

static NN_INLINE int next_free(const EntryProblem& p, int k) {
  while (p.fixed && k < p.r && p.fixed[k]) ++k;
  return k;
}

// The step of the last pair is added to q while the next one's sums are taken.
template <bool kWeighted>
static void entry_cd_pairs(const EntryProblem& p) {
  double first = 0, step[2] = {0, 0};
  const number* last[2] = {p.A, p.A};
  entry_product(p, p.h);
  for (int sweep = 0; sweep < p.sweeps; ++sweep) {
    double moved = 0;
    for (int k = next_free(p, 0); k < p.r;) {
      const int other = next_free(p, k + 1), K = other < p.r ? 2 : 1, at[2] = {k, K == 2 ? other : k};
      const number* a[2] = {p.A + at[0] * p.ld, p.A + at[1] * p.ld};
      PairModel<double> model;
      double pull[2], now[2];
      if (K == 2)
        entry_pair_sums<kWeighted, 2>(p, a, last, step, pull, model);
      else
        entry_pair_sums<kWeighted, 1>(p, a, last, step, pull, model);
      for (int q = 0; q < 2; ++q) {
        model.h[q] = p.h[at[q]];
        model.g[q] = p.u[at[q]] + p.l1 + p.l2 * model.h[q] - pull[q];
      }
      if (K == 2) {
        model.step(now);
      } else {
        model.step_alone(now);
        now[1] = model.h[1];
      }
      for (int q = 0; q < 2; ++q) step[q] = now[q] - model.h[q];
      if (may_take(now, model.h)) {
        const double cut = entry_cut(p, a, step);
        for (int q = 0; q < 2 && cut < 1; ++q) step[q] = (now[q] = model.h[q] + cut * step[q]) - model.h[q];
      }
      for (int q = 0; q < K; ++q) {
        p.h[at[q]] = now[q];
        last[q] = a[q];
        moved += model.c[q] * step[q] * step[q];
      }
      moved += 2 * model.across * step[0] * step[1];
      k = K == 2 ? next_free(p, other + 1) : p.r;
    }
    if (sweep == 0) first = moved;
    if (moved <= p.stall * p.stall * first) break;
  }
}
