// Items of a loss that is a sum over entries, d(x_p, q_p) with q = Ah: one column of H, or one row of W,
// against the panel A of what multiplies it, stored coordinate by coordinate. Of numbers of either length, as
// load() takes them: sums over entries are made of those, and end in doubles. Part of kernel/impl.h.

typedef EntryProblemOf<number> EntryProblem;

// Sums of numbers of half the length go on in doubles after so many entries.
constexpr std::ptrdiff_t kEntryRun = sizeof(number) < sizeof(double) ? 4096 : PTRDIFF_MAX;

static NN_INLINE vec at_least(vec q, double floor) { return max(q, splat(floor)); }

// The parameters of entries, where the loss has them by rows of X.
template <class Loss, class Parameter>
static NN_INLINE vec parameters_at(const Parameter* parameters, std::ptrdiff_t i) {
  if constexpr (Loss::kByRow) return load(parameters + i);
  return vec{};
}

// q = A h, or q += A h, for K coordinates.
template <int K>
static void entry_product_of(const EntryProblem& p, const number* A, const double* h, bool add) {
  const std::ptrdiff_t n = p.n, ld = p.ld;
  number* const to = p.q;
  vec by[K];
  NN_UNROLL
  for (int k = 0; k < K; ++k) by[k] = splat(h[k]);
  for (std::ptrdiff_t i = 0; i < n; i += VL) {
    vec q = add ? load(to + i) : vec{};
    NN_UNROLL
    for (int k = 0; k < K; ++k) q += by[k] * load(A + k * ld + i);
    store(to + i, q);
  }
}

static void entry_product(const EntryProblem& p, const double* h) {
  for (int k = 0; k < p.r; k += 4) {
    const number* A = p.A + k * p.ld;
    switch (p.r - k) {
      case 1: entry_product_of<1>(p, A, h + k, k > 0); break;
      case 2: entry_product_of<2>(p, A, h + k, k > 0); break;
      case 3: entry_product_of<3>(p, A, h + k, k > 0); break;
      default: entry_product_of<4>(p, A, h + k, k > 0);
    }
  }
}

// Of losses that may not be convex: coordinate after coordinate, a Newton step cut at 0,
//   h_k <- max(0, h_k - g_k / c_k),  g_k = u_k + sum_p v_p a_pk d'(x_p, q_p) + l1 + l2 h_k.
// The step of the last coordinate is added to q while the next one's sums are taken.
template <bool kWeighted, class Loss>
static void entry_cd(const EntryProblem& p, const Loss& loss) {
  // Copies, since the stores to q might change p for all that the compiler knows.
  const std::ptrdiff_t n = p.n;
  const number *x = p.x, *v = p.v;
  const double* s = p.parameters;
  number* const to = p.q;
  const double floor = p.floor, reach = loss.reach();
  double first = 0, step = 0;
  const number* last = p.A;
  entry_product(p, p.h);
  for (int sweep = 0; sweep < p.sweeps; ++sweep) {
    double moved = 0;
    for (int k = 0; k < p.r; ++k) {
      if (p.fixed && p.fixed[k]) continue;
      const number* a = p.A + k * p.ld;
      vec above = vec{}, below = vec{}, curve = vec{}, bound = vec{}, growth = vec{}, share = vec{};
      const vec by = splat(step);
      for (std::ptrdiff_t i = 0; i < n; i += VL) {
        const vec at = load(a + i), q = load(to + i) + by * load(last + i);
        store(to + i, q);
        const vec here = load(x + i);
        const Terms t = loss(here, at_least(q, floor), parameters_at<Loss>(s, i));
        const vec by_v = kWeighted ? at * load(v + i) : at;
        above += by_v * t.above;
        below += by_v * t.below;
        curve += by_v * at * t.curve;
        bound += by_v * at * t.bound;
        growth += by_v * at * at * t.growth;
        share = here > vec{} ? max(share, at * t.inverse) : share;
      }
      const double old = p.h[k], pull = hsum(above);
      const double push = hsum(below) + p.u[k] + p.l1 + p.l2 * old;
      const double g = push - pull;
      // Where d is concave the true curvature says little.
      const double least_curve = 0.25 * hsum(bound);
      double c = hsum(curve);
      c = (c > least_curve ? c : least_curve) + p.l2;
      double by_newton = c > DBL_MIN ? -g / c : (g > 0 ? -old : 0.0);
      // A long step up meets a larger curvature: the root of g + ct + et^2.
      const double e = hsum(growth);
      if (g < 0 && e > 0) by_newton = -2 * g / (c + std::sqrt(c * c - 4 * e * g));
      double now = old + by_newton;
      now = now > 0 ? now : 0.0;
      // ... and a long step down may leave x > 0 without a reconstruction: unless it takes
      // little of each, it is not longer than two multiplicative ones.
      if (g > 0) {
        double most = 0;
        for (int c = 0; c < VL; ++c) most = share[c] > most ? share[c] : most;
        const double shrunk = old * (pull / push) * (pull / push), near = old - reach / most;
        const double least = near < shrunk ? near : shrunk;
        now = now > least ? now : least;
      }
      if (!(now <= DBL_MAX)) now = old;
      p.h[k] = now;
      step = now - old;
      last = a;
      moved += c * step * step;
    }
    if (sweep == 0) first = moved;
    if (moved <= p.stall * p.stall * first) break;
  }
}

// For every coordinate, at h: above and below (without penalties), curvature.
template <bool kWeighted, class Loss>
static void entry_gradient(const EntryProblem& p, const Loss& loss, const EntryPanel& out) {
  entry_product(p, p.h);
  const std::ptrdiff_t n = p.n;
  const number *x = p.x, *q = p.q, *weight = p.v;
  const double *s = p.parameters, floor = p.floor;
  number* e1 = p.work;
  number* e0 = e1 + n;
  number* e2 = e0 + n;
  for (std::ptrdiff_t i = 0; i < n; i += VL) {
    const Terms t = loss(load(x + i), at_least(load(q + i), floor), parameters_at<Loss>(s, i));
    const vec v = kWeighted ? load(weight + i) : splat(1.0);
    store(e1 + i, v * t.above);
    if (!Loss::kBySums) store(e0 + i, v * t.below);
    store(e2 + i, v * (Loss::kConvex ? t.curve : max(t.curve, splat(0.25) * t.bound)));
  }
  for (int k = 0; k < p.r; ++k) {
    const number* a = p.A + k * p.ld;
    double sums[3] = {0, 0, 0};
    for (std::ptrdiff_t from = 0, to; from < n; from = to) {
      to = n - from > kEntryRun ? from + kEntryRun : n;
      vec above = vec{}, below = vec{}, curve = vec{};
      for (std::ptrdiff_t i = from; i < to; i += VL) {
        const vec at = load(a + i);
        above += at * load(e1 + i);
        if (!Loss::kBySums) below += at * load(e0 + i);
        curve += at * at * load(e2 + i);
      }
      sums[0] += hsum(above);
      sums[1] += hsum(below);
      sums[2] += hsum(curve);
    }
    out.above[k * kLanes] = sums[0];
    out.below[k * kLanes] = sums[1] + p.u[k];
    out.curve[k * kLanes] = sums[2];
  }
}

// out_k = sum_p v_p a_pk
static void entries_sums(const EntryProblem& p, double* out) {
  for (int k = 0; k < p.r; ++k) {
    const number* a = p.A + k * p.ld;
    vec sum = vec{};
    for (std::ptrdiff_t i = 0; i < p.n; i += VL) sum += p.v ? load(a + i) * load(p.v + i) : load(a + i);
    out[k] = hsum(sum);
  }
}

// sum_p v_p q_p
static double entries_reconstructed(const EntryProblem& p) {
  double all = 0;
  for (std::ptrdiff_t from = 0, to; from < p.n; from = to) {
    to = p.n - from > kEntryRun ? from + kEntryRun : p.n;
    vec sum = vec{};
    for (std::ptrdiff_t i = from; i < to; i += VL) sum += p.v ? load(p.q + i) * load(p.v + i) : load(p.q + i);
    all += hsum(sum);
  }
  return all;
}

// Does a coordinate that is free reach entry i?
static bool entry_reached(const number* A, std::ptrdiff_t ld, int r, const unsigned char* fixed,
                          std::ptrdiff_t i) {
  for (int k = 0; k < r; ++k)
    if (A[k * ld + i] > 0 && !(fixed && fixed[k])) return true;
  return false;
}

// How many entries x > 0 have q below part * x, at the q of the last gradient; all of
// those x > 0 go to `positive`. What nothing reaches counts in neither.
static double entries_lost(const EntryProblem& p, double part, double* positive) {
  vec lost = vec{}, all = vec{};
  const vec one = splat(1.0);
  for (std::ptrdiff_t i = 0; i < p.n; i += VL) {
    const vec x = load(p.x + i);
    all += x > vec{} ? one : vec{};
    lost += (x > vec{}) & (load(p.q + i) < splat(part) * x) ? one : vec{};
  }
  *positive = hsum(all);
  double count = hsum(lost);
  for (std::ptrdiff_t i = 0; count > 0 && i < p.n; ++i) {
    if (!(p.x[i] > 0 && p.q[i] < part * p.x[i]) || entry_reached(p.A, p.ld, p.r, p.fixed, i)) continue;
    --count;
    --*positive;
  }
  return count;
}

// sum_p v_p d(x_p, q_p) over the entries listed, with q = p.q already computed; 0 log 0 = 0.
template <class Loss>
static double entry_value(const EntryProblem& p, const Loss& loss) {
  double all = 0;
  for (std::ptrdiff_t from = 0, to; from < p.count; from = to) {
    to = p.count - from > kEntryRun ? from + kEntryRun : p.count;
    vec sum = vec{};
    for (std::ptrdiff_t i = from; i < to; i += VL) {
      vec d =
          loss.value(load(p.x + i), at_least(load(p.q + i), p.floor), parameters_at<Loss>(p.parameters, i));
      if (p.v) d *= load(p.v + i);
      if (i + VL > p.count)
        for (int v = 0; v < VL; ++v)
          if (i + v >= p.count) d[v] = 0;
      sum += d;
    }
    all += hsum(sum);
  }
  return all;
}
