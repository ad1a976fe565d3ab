// Coordinate descent for Kullback-Leibler, two coordinates at a time, for kLanes short items at once: see
// kernel/entry_pairs.h. Part of kernel/impl.h.

static vec lane_cut(const EntryLanes& p, int at, const double* const* a, const vec* step) {
  vec most = splat(kMostTaken);
  for (std::ptrdiff_t i = 0; i < p.count; ++i) {
    const vec q = at_least(load(p.q + i * kLanes + at), p.floor);
    const vec taken = -(step[0] * splat(a[0][i]) + step[1] * splat(a[1][i])) / q;
    most = (load(p.x + i * kLanes + at) > vec{}) & (taken > most) ? taken : most;
  }
  return kMostTaken / most;
}

// One pair of coordinates, in groups of V registers.
template <int K, int V>
static NN_INLINE void lane_pair(const EntryLanes& p, int k, int group, const double* const* last,
                                vec (*step)[V], const vec* active, vec* moved) {
  const std::ptrdiff_t count = p.count;
  const double *a0 = p.A + k * p.ld, *a1 = a0 + (K - 1) * p.ld, *last0 = last[0], *last1 = last[1];
  const double* const x = p.x + group;
  double* const all_q = p.q + group;
  const double floor = p.floor;
  vec above[2][V], curve[2][V], both[V];
  NN_UNROLL
  for (int v = 0; v < V; ++v) above[0][v] = above[1][v] = curve[0][v] = curve[1][v] = both[v] = vec{};
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const vec first = splat(a0[i]), second = splat(a1[i]), before0 = splat(last0[i]),
              before1 = splat(last1[i]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) {
      double* to = all_q + i * kLanes + v * VL;
      const vec q = load(to) + step[0][v] * before0 + step[1][v] * before1;
      store(to, q);
      const vec inverse = reciprocal(at_least(q, floor)), ratio = load(x + i * kLanes + v * VL) * inverse;
      const vec by = ratio * inverse, by_first = first * by;
      above[0][v] += first * ratio;
      curve[0][v] += first * by_first;
      if (K == 2) {
        above[1][v] += second * ratio;
        curve[1][v] += second * second * by;
        both[v] += second * by_first;
      }
    }
  }
  NN_UNROLL
  for (int v = 0; v < V; ++v) {
    PairModel<vec> model;
    vec now[2];
    model.across = both[v];
    for (int q = 0; q < 2; ++q) {
      const int at = k + (q < K ? q : 0);
      model.h[q] = load(p.h + at * kLanes + group + v * VL);
      model.c[q] = curve[q][v] + p.l2;
      model.g[q] = splat(p.u[at] + p.l1) + p.l2 * model.h[q] - above[q][v];
    }
    if (K == 2) {
      model.step(now);
    } else {
      model.step_alone(now);
      now[1] = model.h[1];
    }
    for (int q = 0; q < 2; ++q) now[q] = active[v] > vec{} ? now[q] : model.h[q];
    const auto risky = may_take(now, model.h);
    if (hsum(risky ? splat(1.0) : vec{}) > 0) {
      const double* a[2] = {a0, a1};
      const vec whole[2] = {now[0] - model.h[0], now[1] - model.h[1]};
      const vec cut = lane_cut(p, group + v * VL, a, whole);
      for (int q = 0; q < 2; ++q) now[q] = cut < splat(1.0) ? model.h[q] + cut * whole[q] : now[q];
    }
    for (int q = 0; q < 2; ++q) step[q][v] = now[q] - model.h[q];
    for (int q = 0; q < K; ++q) {
      store(p.h + (k + q) * kLanes + group + v * VL, now[q]);
      moved[v] += model.c[q] * step[q][v] * step[q][v];
    }
    moved[v] += 2.0 * model.across * step[0][v] * step[1][v];
  }
}

static void lanes_cd_pairs(const EntryLanes& p) {
  constexpr int V = kEntryV < 2 ? kEntryV : 2;
  lanes_product(p);
  for (int group = 0; group < kLanes; group += V * VL) {
    SweepEnds<V> ends;
    vec step[2][V];
    NN_UNROLL
    for (int v = 0; v < V; ++v) step[0][v] = step[1][v] = vec{};
    const double* last[2] = {p.A, p.A};
    for (int sweep = 0; sweep < p.sweeps; ++sweep) {
      vec moved[V];
      NN_UNROLL
      for (int v = 0; v < V; ++v) moved[v] = vec{};
      for (int k = 0; k < p.r; k += 2) {
        if (k + 1 < p.r)
          lane_pair<2, V>(p, k, group, last, step, ends.active, moved);
        else
          lane_pair<1, V>(p, k, group, last, step, ends.active, moved);
        last[0] = p.A + k * p.ld;
        if (k + 1 < p.r) last[1] = last[0] + p.ld;
      }
      if (!ends.go_on(sweep, moved, p.stall * p.stall)) break;
    }
  }
}
