// Small problems  min 1/2 h'Ah - b'h, h >= 0, kLanes at a time: coordinate
// descent, multiplicative updates, and their certificate. A has a unit
// diagonal. Part of kernel/impl.h.

constexpr int kLaneV = kLanes / VL;               // registers per panel row
constexpr int kGroupV = kLaneV < 4 ? kLaneV : 4;  // registers worked on at once
constexpr int kChains = 8 / kGroupV;              // chains per register, to hide latency

// Entries of the A that all lanes share, and of those that each lane has of its own, from some lane on.
struct SharedA {
  const double* A;
  int r;
  explicit SharedA(const LaneProblem& p) : A(p.A), r(p.r) {}
  NN_INLINE SharedA from(int) const { return *this; }
  NN_INLINE vec at(int k, int m, int) const { return splat(A[k * r + m]); }
  NN_INLINE double entry(int k, int m) const { return A[k * r + m]; }
};
struct OwnA {
  const double* A;
  int r;
  explicit OwnA(const LaneProblem& p) : A(p.A), r(p.r) {}
  OwnA(const double* from, int rank) : A(from), r(rank) {}
  NN_INLINE OwnA from(int lane) const { return OwnA(A + lane, r); }
  NN_INLINE vec at(int k, int m, int lane) const { return load(A + (k * r + m) * kLanes + lane); }
  NN_INLINE double entry(int k, int m) const { return A[(k * r + m) * kLanes]; }
};

// out = sum_m A_km * h[m] for kGroupV registers of lanes.
template <class Matrix>
static NN_INLINE void lane_row(const Matrix& A, int k, const double* h, vec* out) {
  const int r = A.r;
  vec sum[kChains][kGroupV];
  NN_UNROLL
  for (int c = 0; c < kChains; ++c) NN_UNROLL
  for (int v = 0; v < kGroupV; ++v) sum[c][v] = vec{};
  int m = 0;
  for (; m + kChains <= r; m += kChains) NN_UNROLL
  for (int c = 0; c < kChains; ++c) {
    NN_UNROLL
    for (int v = 0; v < kGroupV; ++v)
      sum[c][v] += A.at(k, m + c, v * VL) * load(h + (m + c) * kLanes + v * VL);
  }
  for (; m < r; ++m) {
    NN_UNROLL
    for (int v = 0; v < kGroupV; ++v) sum[0][v] += A.at(k, m, v * VL) * load(h + m * kLanes + v * VL);
  }
  NN_UNROLL
  for (int v = 0; v < kGroupV; ++v) {
    out[v] = sum[0][v];
    NN_UNROLL
    for (int c = 1; c < kChains; ++c) out[v] += sum[c][v];
  }
}

// h_k <- max(0, h_k + b_k - (Ah)_k), coordinate after coordinate. Sweeps end
// early once one moves little compared with the first (Gillis & Glineur 2012),
// judged over all lanes, so that it does not depend on the width of a register.
template <class Matrix>
static void descend(const LaneProblem& p, const Matrix& A) {
  double first = 0;
  for (int sweep = 0; sweep < p.sweeps; ++sweep) {
    double total = 0;
    for (int g = 0; g < kLaneV; g += kGroupV) {
      double* h = p.h + g * VL;
      const double* b = p.b + g * VL;
      vec moved[kGroupV];
      NN_UNROLL
      for (int v = 0; v < kGroupV; ++v) moved[v] = vec{};
      for (int k = 0; k < p.r; ++k) {
        vec ah[kGroupV];
        lane_row(A.from(g * VL), k, h, ah);
        NN_UNROLL
        for (int v = 0; v < kGroupV; ++v) {
          const vec old = load(h + k * kLanes + v * VL);
          const vec now = positive_part(old + (load(b + k * kLanes + v * VL) - ah[v]));
          moved[v] += (now - old) * (now - old);
          store(h + k * kLanes + v * VL, now);
        }
      }
      NN_UNROLL
      for (int v = 0; v < kGroupV; ++v) total += hsum(moved[v]);
    }
    if (sweep == 0) first = total;
    if (total <= p.stall * p.stall * first) break;
  }
}

static void cd(const LaneProblem& p) { p.own ? descend(p, OwnA(p)) : descend(p, SharedA(p)); }

// h_k <- h_k * (b_k)+ / (Ah)_k for all k at once (Lee & Seung 2001), which minimizes their majorant with the
// penalties, l1 taken off b and l2 on the diagonal of A.
static void mu(const LaneProblem& p) {
  for (int sweep = 0; sweep < p.sweeps; ++sweep)
    for (int g = 0; g < kLaneV; g += kGroupV) {
      double* h = p.h + g * VL;
      const double* b = p.b + g * VL;
      double* ratio = p.work;
      for (int k = 0; k < p.r; ++k) {
        vec ah[kGroupV];
        lane_row(SharedA(p), k, h, ah);
        NN_UNROLL
        for (int v = 0; v < kGroupV; ++v) {
          const vec above = positive_part(load(b + k * kLanes + v * VL));
          store(ratio + (k * kGroupV + v) * VL, above / max(ah[v], splat(DBL_MIN)));
        }
      }
      for (int k = 0; k < p.r; ++k) NN_UNROLL
      for (int v = 0; v < kGroupV; ++v) {
        double* to = h + k * kLanes + v * VL;
        // A ratio may overflow where h is 0: 0 * Inf must stay 0.
        const vec now = load(to) * load(ratio + (k * kGroupV + v) * VL);
        store(to, load(to) > splat(0.0) ? now : vec{});
      }
    }
}

// A1, and 1'A1.
struct SharedSums {
  double* a1;
  double a11 = 0;
  SharedSums(const SharedA& A, double* work) : a1(work) {
    for (int k = 0; k < A.r; ++k) {
      a1[k] = 0;
      for (int m = 0; m < A.r; ++m) a1[k] += A.entry(k, m);
      a11 += a1[k];
    }
  }
  NN_INLINE vec of(int k, int) const { return splat(a1[k]); }
  NN_INLINE vec all(int) const { return splat(a11); }
};
struct OwnSums {
  double *a1, *a11;
  OwnSums(const OwnA& A, double* work) : a1(work), a11(work + A.r * kLanes) {
    for (int c = 0; c < kLanes; c += VL) {
      vec all = vec{};
      for (int k = 0; k < A.r; ++k) {
        vec sum = vec{};
        for (int m = 0; m < A.r; ++m) sum += A.at(k, m, c);
        store(a1 + k * kLanes + c, sum);
        all += sum;
      }
      store(a11 + c, all);
    }
  }
  NN_INLINE vec of(int k, int lane) const { return load(a1 + k * kLanes + lane); }
  NN_INLINE vec all(int lane) const { return load(a11 + lane); }
};

// With g = Ah - b and e = max_k (-g_k)+ / (A1)_k, h + e1 has no negative
// gradient, so weak duality bounds the distance to the optimum:
//   f(h) - f* <= h'g + e 1'Ah + e^2/2 1'A1.
template <class Matrix, class Sums>
static LaneCertificate certify_lanes(const LaneProblem& p, const Matrix& A, const Sums& sums) {
  LaneCertificate out = {0, 0, 0};
  for (int at = 0; at < kLanes; at += kGroupV * VL) {
    vec value[kGroupV], square[kGroupV], hg[kGroupV], e[kGroupV], a1h[kGroupV];
    NN_UNROLL
    for (int v = 0; v < kGroupV; ++v) value[v] = square[v] = hg[v] = e[v] = a1h[v] = vec{};
    for (int k = 0; k < p.r; ++k) {
      vec g[kGroupV];
      lane_row(A.from(at), k, p.h + at, g);
      NN_UNROLL
      for (int v = 0; v < kGroupV; ++v) {
        const vec h = load(p.h + k * kLanes + at + v * VL);
        const vec b = load(p.b + k * kLanes + at + v * VL);
        const vec a1 = sums.of(k, at + v * VL);
        g[v] -= b;
        const vec least = h < g[v] ? h : g[v];
        value[v] += h * (g[v] - b);
        square[v] += least * least;
        hg[v] += h * g[v];
        a1h[v] += a1 * h;
        e[v] = max(e[v], -g[v] / a1);  // a1 >= the unit diagonal
      }
    }
    NN_UNROLL
    for (int v = 0; v < kGroupV; ++v) {
      const vec half = splat(0.5) * sums.all(at + v * VL);
      out.value += 0.5 * hsum(value[v]);
      out.kkt2 += hsum(square[v]);
      out.gap += hsum(hg[v] + e[v] * a1h[v] + e[v] * e[v] * half);
    }
  }
  return out;
}

static LaneCertificate certify(const LaneProblem& p) {
  if (p.own) return certify_lanes(p, OwnA(p), OwnSums(OwnA(p), p.work));
  return certify_lanes(p, SharedA(p), SharedSums(SharedA(p), p.work));
}
