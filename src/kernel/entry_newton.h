// Newton steps for Kullback-Leibler: the quadratic model at h, with its whole Hessian
// (kernel/entry_hessian.h), is minimized over h >= 0, for kLanes items at once. Part of kernel/impl.h.

// Of kLanes items, at p.h.
static void lanes_newton_sums(const EntryLanes& p, const EntryPanel& out, double* M) {
  lanes_product(p);
  const int r = p.r;
  double *e = p.work, *c = e + p.count * kLanes;
  for (std::ptrdiff_t i = 0; i < p.count * kLanes; i += VL) {
    const vec inverse = reciprocal(at_least(load(p.q + i), p.floor)), ratio = load(p.x + i) * inverse;
    store(e + i, ratio);
    store(c + i, ratio * inverse);
  }
  std::memset(M, 0, sizeof(double) * r * r * kLanes);
  std::memset(out.above, 0, sizeof(double) * r * kLanes);
  for (int g = 0; g < kLanes; g += VL)
    all_tiles<true>(r, p.A,
                    {p.count, nullptr, nullptr, p.ld, c + g, e + g, nullptr, r * kLanes, nullptr, kLanes},
                    M + g, out.above + g);
  for (int k = 0; k < r; ++k) {
    for (int l = k + 1; l < r; ++l)
      std::memcpy(M + (k * r + l) * kLanes, M + (l * r + k) * kLanes, sizeof(double) * kLanes);
    std::memcpy(out.curve + k * kLanes, M + k * (r + 1) * kLanes, sizeof(double) * kLanes);
  }
}

// The slope of the objective in coordinate k, at h.
static NN_INLINE vec panel_slope(const EntryPanel& p, int k, int g) {
  const int at = k * kLanes + g;
  return load(p.below + at) + p.l1 + p.l2 * load(p.h + at) - load(p.above + at);
}

// V registers of lanes at a time.
template <int V>
static void newton_sweeps(const EntryPanel& p, const double* M, const double* c, const double* size,
                          int group) {
  // The model is not worth more: twice as many sweeps save no iteration.
  constexpr int kMostSweeps = 8;
  constexpr double kEnough = 1e-2;
  const int r = p.r;
  SweepEnds<V> ends;
  double* const h = p.h + group;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    vec moved[V];
    NN_UNROLL
    for (int v = 0; v < V; ++v) moved[v] = vec{};
    for (int k = 0; k < r; ++k) {
      if (p.fixed && p.fixed[k]) continue;
      const double* row = M + static_cast<std::ptrdiff_t>(k) * r * kLanes + group;
      vec now[V];
      NN_UNROLL
      for (int v = 0; v < V; ++v) now[v] = load(c + k * kLanes + group + v * VL);
      for (int l = 0; l < r; ++l) {
        if (l == k) continue;
        NN_UNROLL
        for (int v = 0; v < V; ++v) now[v] -= load(row + l * kLanes + v * VL) * load(h + l * kLanes + v * VL);
      }
      NN_UNROLL
      for (int v = 0; v < V; ++v) {
        const vec old = load(h + k * kLanes + v * VL);
        now[v] = (ends.active[v] > vec{}) & (now[v] <= splat(DBL_MAX)) ? positive_part(now[v]) : old;
        moved[v] += load(size + k * kLanes + group + v * VL) * (now[v] - old) * (now[v] - old);
        store(h + k * kLanes + v * VL, now[v]);
      }
    }
    if (!ends.go_on(sweep, moved, kEnough * kEnough)) break;
  }
}

// h to about the minimum of the model at h, by coordinate descent on  c = M h - g  with its rows
// scaled to a unit diagonal, which is left out of M:  h_k <- max(0, c_k - (M h)_k). Changes M; keeps
// the old h in `work`, behind it the slope along the step. An item's sweeps end once one
// moves it little next to its first.
static void newton_step(const EntryPanel& p, double* M, double* work) {
  const int r = p.r;
  double *from = work, *slope = from + r * kLanes, *c = slope + 2 * kLanes, *size = c + r * kLanes;
  std::memcpy(from, p.h, sizeof(double) * r * kLanes);
  for (int k = 0; k < r; ++k)
    for (int g = 0; g < p.lanes; g += VL) {
      double* const row = M + k * r * kLanes + g;
      const vec g_k = panel_slope(p, k, g), h = load(p.h + k * kLanes + g), d = load(row + k * kLanes) + p.l2;
      const auto flat = d <= splat(DBL_MIN);
      const vec by = flat ? vec{} : 1.0 / d;
      vec sum = flat ? (g_k > vec{} ? vec{} : h) : h - by * g_k;
      for (int l = 0; l < r; ++l) {
        if (l == k) continue;
        const vec m = by * load(row + l * kLanes);
        sum += m * load(p.h + l * kLanes + g);
        store(row + l * kLanes, m);
      }
      store(c + k * kLanes + g, sum);
      store(size + k * kLanes + g, d);
    }
  if (p.lanes <= VL) {
    newton_sweeps<1>(p, M, c, size, 0);
  } else {
    for (int group = 0; group < p.lanes; group += kEntryV * VL) newton_sweeps<kEntryV>(p, M, c, size, group);
  }
  for (int g = 0; g < p.lanes; g += VL) {
    vec sum = vec{};
    for (int k = 0; k < r; ++k) {
      const int at = k * kLanes + g;
      const vec old = load(from + at), now = load(p.h + at);
      sum += (load(p.below + at) + p.l1 + p.l2 * old - load(p.above + at)) * (now - old);
    }
    store(slope + g, sum);
  }
}

// Where the slope along a step, downhill at its start, is uphill at its end by more than half as
// much, the step was too long: it ends where a secant sees no slope, at least half way. Looks
// at the slopes at p.h and at what newton_step() left in `work`; behind that it tells for which lanes.
static bool newton_cut(const EntryPanel& p, double* work) {
  const double* from = work;
  double *slope = work + p.r * kLanes, *cut = slope + kLanes;
  bool any = false;
  for (int g = 0; g < p.lanes; g += VL) {
    vec after = vec{};
    for (int k = 0; k < p.r; ++k)
      after += panel_slope(p, k, g) * (load(p.h + k * kLanes + g) - load(from + k * kLanes + g));
    const vec before = load(slope + g);
    const vec secant = before / (before - after);
    const vec turned = (before < vec{}) & (after > -0.5 * before) ? splat(1.0) : vec{};
    const vec part = turned > vec{} ? max(secant, splat(0.5)) : splat(1.0);
    for (int k = 0; k < p.r; ++k) {
      const vec start = load(from + k * kLanes + g), now = load(p.h + k * kLanes + g);
      store(p.h + k * kLanes + g, turned > vec{} ? start + part * (now - start) : now);
    }
    store(slope + g, part * before);
    store(cut + g, turned);
    any = any || hsum(turned) > 0;
  }
  return any;
}

// Steps of kLanes short items: p.sweeps of them, from the sums at h; whether the last one must be cut is left
// to the caller. A step that had to be cut is the last. work: (4 r + 2) kLanes numbers.
static void lanes_newton(const EntryLanes& p, const EntryPanel& panel, double* M, double* work) {
  const double* cut = work + (p.r + 1) * kLanes;
  double* kept = work + (3 * p.r + 2) * kLanes;
  bool done[kLanes] = {};
  for (int step = 1;; ++step) {
    std::memcpy(kept, p.h, sizeof(double) * p.r * kLanes);
    newton_step(panel, M, work);
    for (int lane = 0; lane < kLanes; ++lane)
      for (int k = 0; done[lane] && k < p.r; ++k) p.h[k * kLanes + lane] = kept[k * kLanes + lane];
    if (step == p.sweeps) return;
    lanes_newton_sums(p, panel, M);
    if (newton_cut(panel, work))
      for (int lane = 0; lane < kLanes; ++lane) done[lane] = done[lane] || cut[lane] > 0;
  }
}
