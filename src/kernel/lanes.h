// Small problems  min 1/2 h'Ah - b'h, h >= 0, kLanes at a time: coordinate
// descent, multiplicative updates, and their certificate. A has a unit
// diagonal. Part of kernel/impl.h.

constexpr int kLaneV = kLanes / VL;               // registers per panel row
constexpr int kGroupV = kLaneV < 4 ? kLaneV : 4;  // registers worked on at once
constexpr int kChains = 8 / kGroupV;              // chains per register, to hide latency

// out = sum_m a[m] * h[m] for kGroupV registers of lanes.
static NN_INLINE void lane_row(int r, const double* a, const double* h, vec* out) {
  vec sum[kChains][kGroupV];
  NN_UNROLL
  for (int c = 0; c < kChains; ++c) NN_UNROLL
  for (int v = 0; v < kGroupV; ++v) sum[c][v] = vec{};
  int m = 0;
  for (; m + kChains <= r; m += kChains) NN_UNROLL
  for (int c = 0; c < kChains; ++c) {
    const vec am = splat(a[m + c]);
    NN_UNROLL
    for (int v = 0; v < kGroupV; ++v) sum[c][v] += am * load(h + (m + c) * kLanes + v * VL);
  }
  for (; m < r; ++m) {
    const vec am = splat(a[m]);
    NN_UNROLL
    for (int v = 0; v < kGroupV; ++v) sum[0][v] += am * load(h + m * kLanes + v * VL);
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
static void cd(const LaneProblem& p) {
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
        lane_row(p.r, p.A + k * p.r, h, ah);
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
        lane_row(p.r, p.A + k * p.r, h, ah);
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

// With g = Ah - b and e = max_k (-g_k)+ / (A1)_k, h + e1 has no negative
// gradient, so weak duality bounds the distance to the optimum:
//   f(h) - f* <= h'g + e 1'Ah + e^2/2 1'A1.
static LaneCertificate certify(const LaneProblem& p) {
  double* a1 = p.work;  // A1
  double a11 = 0;
  for (int k = 0; k < p.r; ++k) {
    a1[k] = 0;
    for (int m = 0; m < p.r; ++m) a1[k] += p.A[k * p.r + m];
    a11 += a1[k];
  }
  LaneCertificate out = {0, 0, 0};
  for (int at = 0; at < kLanes; at += kGroupV * VL) {
    vec value[kGroupV], square[kGroupV], hg[kGroupV], e[kGroupV], a1h[kGroupV];
    NN_UNROLL
    for (int v = 0; v < kGroupV; ++v) value[v] = square[v] = hg[v] = e[v] = a1h[v] = vec{};
    for (int k = 0; k < p.r; ++k) {
      vec g[kGroupV];
      lane_row(p.r, p.A + k * p.r, p.h + at, g);
      NN_UNROLL
      for (int v = 0; v < kGroupV; ++v) {
        const vec h = load(p.h + k * kLanes + at + v * VL);
        const vec b = load(p.b + k * kLanes + at + v * VL);
        g[v] -= b;
        const vec least = h < g[v] ? h : g[v];
        value[v] += h * (g[v] - b);
        square[v] += least * least;
        hg[v] += h * g[v];
        a1h[v] += splat(a1[k]) * h;
        e[v] = max(e[v], -g[v] / splat(a1[k]));  // a1 >= the unit diagonal
      }
    }
    NN_UNROLL
    for (int v = 0; v < kGroupV; ++v) {
      out.value += 0.5 * hsum(value[v]);
      out.kkt2 += hsum(square[v]);
      out.gap += hsum(hg[v] + e[v] * a1h[v] + e[v] * e[v] * splat(0.5 * a11));
    }
  }
  return out;
}
