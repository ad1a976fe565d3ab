// The problems of kernel/entry.h for kLanes short items at once, one per lane: all
// have the whole panel A, so that its entries are loaded once for all of them.
// Value k of lane c is at [k * kLanes + c]. Part of kernel/impl.h.

constexpr int kEntryV = kLanes / VL < 4 ? kLanes / VL : 4;  // registers worked on at once

// When the sweeps of items in lanes end: each with one that moves it less than a part of its first. From then
// on it moves no more, so that it ends as it would alone.
template <int V>
struct SweepEnds {
  vec first[V], active[V];
  SweepEnds() {
    NN_UNROLL
    for (int v = 0; v < V; ++v) {
      first[v] = vec{};
      active[v] = splat(1.0);
    }
  }
  // After a sweep: is there an item that goes on?
  NN_INLINE bool go_on(int sweep, const vec* moved, double least) {
    bool any = false;
    NN_UNROLL
    for (int v = 0; v < V; ++v) {
      if (sweep == 0) first[v] = moved[v];
      active[v] = moved[v] > least * first[v] ? active[v] : vec{};
      any = any || hsum(active[v]) > 0;
    }
    return any;
  }
};

static void lanes_product(const EntryLanes& p) {
  for (int g = 0; g < kLanes; g += kEntryV * VL)
    for (std::ptrdiff_t i = 0; i < p.count; ++i) {
      vec q[kEntryV];
      NN_UNROLL
      for (int v = 0; v < kEntryV; ++v) q[v] = vec{};
      for (int k = 0; k < p.r; ++k) {
        const vec a = splat(p.A[k * p.ld + i]);
        NN_UNROLL
        for (int v = 0; v < kEntryV; ++v) q[v] += a * load(p.h + k * kLanes + g + v * VL);
      }
      NN_UNROLL
      for (int v = 0; v < kEntryV; ++v) store(p.q + i * kLanes + g + v * VL, q[v]);
    }
}

template <class Loss>
static void lanes_gradient_of(const EntryLanes& p, const Loss& loss, const EntryPanel& out) {
  lanes_product(p);
  for (int g = 0; g < kLanes; g += VL)
    for (std::ptrdiff_t i = 0; i < p.count; ++i) {
      const std::ptrdiff_t at = i * kLanes + g;
      const Terms t =
          loss(load(p.x + at), at_least(load(p.q + at), p.floor), parameters_at<Loss>(p.parameters, at));
      store(p.work + at, t.above);
      if (!Loss::kBySums) store(p.work + p.count * kLanes + at, t.below);
      store(p.work + 2 * p.count * kLanes + at, Loss::kConvex ? t.curve : max(t.curve, 0.25 * t.bound));
    }
  const double *e1 = p.work, *e0 = e1 + p.count * kLanes, *e2 = e0 + p.count * kLanes;
  for (int k = 0; k < p.r; ++k)
    for (int g = 0; g < kLanes; g += kEntryV * VL) {
      vec above[kEntryV], below[kEntryV], curve[kEntryV];
      NN_UNROLL
      for (int v = 0; v < kEntryV; ++v) above[v] = below[v] = curve[v] = vec{};
      for (std::ptrdiff_t i = 0; i < p.count; ++i) {
        const vec a = splat(p.A[k * p.ld + i]), aa = a * a;
        NN_UNROLL
        for (int v = 0; v < kEntryV; ++v) {
          const std::ptrdiff_t at = i * kLanes + g + v * VL;
          above[v] += a * load(e1 + at);
          if (!Loss::kBySums) below[v] += a * load(e0 + at);
          curve[v] += aa * load(e2 + at);
        }
      }
      NN_UNROLL
      for (int v = 0; v < kEntryV; ++v) {
        const std::ptrdiff_t at = k * kLanes + g + v * VL;
        store(out.above + at, above[v]);
        store(out.below + at, below[v] + splat(p.u[k]));
        store(out.curve + at, curve[v]);
      }
    }
}

// The step of one coordinate, as in entry_cd.
static NN_INLINE vec lane_newton(vec old, vec above, vec below, vec curve, vec bound, vec growth, vec share,
                                 double reach, double l2) {
  const vec g = below - above, c = max(curve, 0.25 * bound) + l2;
  vec by = c > splat(DBL_MIN) ? -g / c : (g > vec{} ? -old : vec{});
  for (int v = 0; v < VL; ++v)
    if (g[v] < 0 && growth[v] > 0) by[v] = -2 * g[v] / (c[v] + std::sqrt(c[v] * c[v] - 4 * growth[v] * g[v]));
  const vec ratio = above / max(below, splat(DBL_MIN)), shrunk = old * ratio * ratio;
  const vec near = old - reach / share, least = near < shrunk ? near : shrunk;
  vec now = positive_part(old + by);
  now = (g > vec{}) & (least > now) ? least : now;
  return now <= splat(DBL_MAX) ? now : old;
}

template <class Loss>
static void lanes_cd_of(const EntryLanes& p, const Loss& loss) {
  lanes_product(p);
  const std::ptrdiff_t count = p.count;
  const double *const x = p.x, *const s = p.parameters;
  double* const all_q = p.q;
  const double floor = p.floor, reach = loss.reach();
  for (int group = 0; group < kLanes; group += kEntryV * VL) {
    SweepEnds<kEntryV> ends;
    vec step[kEntryV];
    NN_UNROLL
    for (int v = 0; v < kEntryV; ++v) step[v] = vec{};
    const double* last = p.A;
    for (int sweep = 0; sweep < p.sweeps; ++sweep) {
      vec moved[kEntryV];
      NN_UNROLL
      for (int v = 0; v < kEntryV; ++v) moved[v] = vec{};
      for (int k = 0; k < p.r; ++k) {
        const double* a = p.A + k * p.ld;
        vec above[kEntryV], below[kEntryV], curve[kEntryV], bound[kEntryV], growth[kEntryV], share[kEntryV];
        NN_UNROLL
        for (int v = 0; v < kEntryV; ++v)
          above[v] = below[v] = curve[v] = bound[v] = growth[v] = share[v] = vec{};
        for (std::ptrdiff_t i = 0; i < count; ++i) {
          const vec at = splat(a[i]), before = splat(last[i]);
          NN_UNROLL
          for (int v = 0; v < kEntryV; ++v) {
            const std::ptrdiff_t place = i * kLanes + group + v * VL;
            double* to = all_q + place;
            const vec q = load(to) + step[v] * before;
            store(to, q);
            const vec here = load(x + place);
            const Terms t = loss(here, at_least(q, floor), parameters_at<Loss>(s, place));
            above[v] += at * t.above;
            below[v] += at * t.below;
            curve[v] += at * at * t.curve;
            bound[v] += at * at * t.bound;
            growth[v] += at * at * at * t.growth;
            share[v] = here > vec{} ? max(share[v], at * t.inverse) : share[v];
          }
        }
        NN_UNROLL
        for (int v = 0; v < kEntryV; ++v) {
          double* h = p.h + k * kLanes + group + v * VL;
          const vec old = load(h), push = below[v] + splat(p.u[k] + p.l1) + p.l2 * old;
          const vec next =
              lane_newton(old, above[v], push, curve[v], bound[v], growth[v], share[v], reach, p.l2);
          const vec now = ends.active[v] > vec{} ? next : old;
          step[v] = now - old;
          moved[v] += (max(curve[v], 0.25 * bound[v]) + p.l2) * step[v] * step[v];
          store(h, now);
        }
        last = a;
      }
      if (!ends.go_on(sweep, moved, p.stall * p.stall)) break;
    }
  }
}

// At the last gradient.
template <class Loss>
static void lanes_value_of(const EntryLanes& p, const Loss& loss, double* out) {
  for (int g = 0; g < kLanes; g += VL) {
    vec sum = vec{};
    for (std::ptrdiff_t i = 0; i < p.count; ++i) {
      const std::ptrdiff_t at = i * kLanes + g;
      const vec x = load(p.x + at), q = at_least(load(p.q + at), p.floor);
      // With sums the gradient left x/q, whose logarithm needs no division.
      sum += Loss::kBySums ? x * vlog(max(load(p.work + at), splat(DBL_MIN))) - x + q
                           : loss.value(x, q, parameters_at<Loss>(p.parameters, at));
    }
    store(out + g, sum);
  }
}

// For each lane: is there an entry x > 0 with q below part * x?
static bool lanes_lost(const EntryLanes& p, double part, double* out) {
  bool any = false;
  for (int g = 0; g < kLanes; g += VL) {
    vec lost = vec{};
    for (std::ptrdiff_t i = 0; i < p.count; ++i) {
      const std::ptrdiff_t at = i * kLanes + g;
      const vec x = load(p.x + at);
      lost = (x > vec{}) & (load(p.q + at) < part * x) ? splat(1.0) : lost;
    }
    store(out + g, lost);
    for (int lane = g; hsum(lost) > 0 && lane < g + VL; ++lane) {
      bool reached = false;  // what nothing reaches is not counted
      for (std::ptrdiff_t i = 0; out[lane] > 0 && !reached && i < p.count; ++i) {
        const std::ptrdiff_t at = i * kLanes + lane;
        reached = p.x[at] > 0 && p.q[at] < part * p.x[at] && entry_reached(p.A, p.ld, p.r, nullptr, i);
      }
      out[lane] = reached;
      any = any || reached;
    }
  }
  return any;
}
