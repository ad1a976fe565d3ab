// Newton steps for Kullback-Leibler: the quadratic model at h, with its whole Hessian,
// is minimized over h >= 0. An entry costs one division and r^2/2 multiply-adds, where
// coordinate descent divides once for every coordinate. Part of kernel/impl.h.
//
//   g = u + l1 + l2 h - sum_p v_p a_p x_p/q_p,    M = sum_p v_p x_p/q_p^2 a_p a_p',  and l2 I
//
// M goes in tiles of at most kTileM x kTileM coordinates, without those above the diagonal.

constexpr int kTileM = kWide ? 4 : 2;
constexpr std::ptrdiff_t kEntryChunk = 256;  // entries whose quotients stay in L1

// A tile: M(k, l) += sum_p c_p a_pk a_pl, and on the diagonal b_l += sum_p e_p a_pl, one register for
// each sum. `from_entry`: registers hold entries, or (`from_lane`) one entry of many items.
struct TileM {
  std::ptrdiff_t n;
  const double *ak, *al;
  std::ptrdiff_t ld;
  const double *c, *e;
  double* M;
  int row;    // from one k of M to the next
  double* b;  // null off the diagonal
  int next;   // from one l to the next
};

template <bool kPerLane>
static NN_INLINE vec tile_load(const double* a, std::ptrdiff_t i) {
  return kPerLane ? splat(a[i]) : load(a + i * VL);
}

template <bool kPerLane, int K, int L>
static void tile_hessian(const TileM& t) {
  constexpr int step = kPerLane ? kLanes : VL;
  const std::ptrdiff_t count = kPerLane ? t.n : t.n / VL, ld = t.ld;
  const double *ak = t.ak, *al = t.al, *c = t.c, *e = t.e;
  vec s[K][L], b[L];
  NN_UNROLL
  for (int l = 0; l < L; ++l) {
    b[l] = t.b ? load(t.b + l * t.next) : vec{};
    NN_UNROLL
    for (int k = 0; k < K; ++k) s[k][l] = load(t.M + k * t.row + l * t.next);
  }
  const bool diagonal = t.b;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const vec ci = load(c + i * step);
    vec w[L];
    NN_UNROLL
    for (int l = 0; l < L; ++l) {
      const vec a = tile_load<kPerLane>(al + l * ld, i);
      w[l] = a * ci;
      if (diagonal) b[l] += a * load(e + i * step);
    }
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      const vec a = tile_load<kPerLane>(ak + k * ld, i);
      NN_UNROLL
      for (int l = 0; l < L; ++l) s[k][l] += a * w[l];
    }
  }
  NN_UNROLL
  for (int l = 0; l < L; ++l) {
    if (diagonal) store(t.b + l * t.next, b[l]);
    NN_UNROLL
    for (int k = 0; k < K; ++k) store(t.M + k * t.row + l * t.next, s[k][l]);
  }
}

template <bool kPerLane, int K>
static void tile_of_height(const TileM& t, int L) {
  switch (L) {
    case 1: return tile_hessian<kPerLane, K, 1>(t);
    case 2: return tile_hessian<kPerLane, K, 2>(t);
    case 3: return tile_hessian<kPerLane, K, (kTileM < 3 ? 1 : 3)>(t);
    default: return tile_hessian<kPerLane, K, (kTileM < 4 ? 1 : 4)>(t);
  }
}

// All tiles; those of `t` are the sums of the first coordinate.
template <bool kPerLane>
static void all_tiles(int r, const double* A, TileM t, double* M, double* b) {
  const int count = (r + kTileM - 1) / kTileM;
  for (int i = 0; i < count; ++i)
    for (int j = 0; j <= i; ++j) {
      // Even tiles: five coordinates go as 2 + 3, not 4 + 1.
      const int k = i * r / count, l = j * r / count, K = (i + 1) * r / count - k,
                L = (j + 1) * r / count - l;
      t.ak = A + k * t.ld;
      t.al = A + l * t.ld;
      t.M = M + k * t.row + l * t.next;
      t.b = i == j ? b + l * t.next : nullptr;
      switch (K) {
        case 1: tile_of_height<kPerLane, 1>(t, L); break;
        case 2: tile_of_height<kPerLane, 2>(t, L); break;
        case 3: tile_of_height<kPerLane, (kTileM < 3 ? 1 : 3)>(t, L); break;
        default: tile_of_height<kPerLane, (kTileM < 4 ? 1 : 4)>(t, L);
      }
    }
}

// Of one item, at p.h, to lane 0 of the panel. p.work: r (r + 1) registers.
static void entries_newton_sums(const EntryProblem& p, const EntryPanel& out, double* M) {
  const int r = p.r;
  double *sums = p.work, *sums_b = sums + r * r * VL;
  std::memset(sums, 0, sizeof(double) * r * (r + 1) * VL);
  alignas(64) double e[kEntryChunk], c[kEntryChunk];
  for (std::ptrdiff_t from = 0; from < p.n; from += kEntryChunk) {
    const std::ptrdiff_t n = p.n - from < kEntryChunk ? p.n - from : kEntryChunk;
    EntryProblem chunk = p;
    chunk.n = n;
    chunk.A = p.A + from;
    chunk.q = p.q + from;
    entry_product(chunk, p.h);
    for (std::ptrdiff_t i = 0; i < n; i += VL) {
      const vec inverse = reciprocal(at_least(load(p.q + from + i), p.floor));
      vec ratio = load(p.x + from + i) * inverse;
      if (p.v) ratio *= load(p.v + from + i);
      store(e + i, ratio);
      store(c + i, ratio * inverse);
    }
    all_tiles<false>(r, p.A + from, {n, nullptr, nullptr, p.ld, c, e, nullptr, r * VL, nullptr, VL}, sums,
                     sums_b);
  }
  for (int k = 0; k < r; ++k) {
    out.above[k * kLanes] = hsum(load(sums_b + k * VL));
    for (int l = 0; l <= k; ++l)
      M[(k * r + l) * kLanes] = M[(l * r + k) * kLanes] = hsum(load(sums + (k * r + l) * VL));
    out.curve[k * kLanes] = M[k * (r + 1) * kLanes];
  }
}

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
// the old h in `from`, the slope along the step in `slope`. An item's sweeps end once one
// moves it little next to its first.
static void newton_step(const EntryPanel& p, double* M, double* from, double* slope, double* c,
                        double* size) {
  const int r = p.r;
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
// at the slopes at p.h and at what newton_step() left in `work`; `cut` tells for which lanes.
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

// p.sweeps steps, from the sums at h; whether the last one must be cut is left to the caller. A
// step that had to be cut is the last. work: (4 r + 2) kLanes numbers.
static void entries_newton(const EntryProblem& p, const EntryPanel& panel, double* M, double* work) {
  double *from = work, *slope = from + p.r * kLanes, *cut = slope + kLanes, *c = cut + kLanes,
         *size = c + p.r * kLanes;
  const auto take = [&] {
    for (int k = 0; k < p.r; ++k) p.h[k] = panel.h[k * kLanes];
  };
  for (int step = 1;; ++step) {
    newton_step(panel, M, from, slope, c, size);
    take();
    if (step == p.sweeps) return;
    entries_newton_sums(p, panel, M);
    if (!newton_cut(panel, work)) continue;
    take();
    return;
  }
}

static void lanes_newton(const EntryLanes& p, const EntryPanel& panel, double* M, double* work) {
  double *from = work, *slope = from + p.r * kLanes, *cut = slope + kLanes, *c = cut + kLanes,
         *size = c + p.r * kLanes, *kept = size + p.r * kLanes;
  bool done[kLanes] = {};
  for (int step = 1;; ++step) {
    std::memcpy(kept, p.h, sizeof(double) * p.r * kLanes);
    newton_step(panel, M, from, slope, c, size);
    for (int lane = 0; lane < kLanes; ++lane)
      for (int k = 0; done[lane] && k < p.r; ++k) p.h[k * kLanes + lane] = kept[k * kLanes + lane];
    if (step == p.sweeps) return;
    lanes_newton_sums(p, panel, M);
    if (newton_cut(panel, work))
      for (int lane = 0; lane < kLanes; ++lane) done[lane] = done[lane] || cut[lane] > 0;
  }
}
