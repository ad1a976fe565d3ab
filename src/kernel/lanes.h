// Small problems  min 1/2 h'Ah - b'h, h >= 0, kLanes at a time: coordinate
// descent and its certificate. A has a unit
// diagonal. Part of kernel/impl.h.

constexpr int kLaneV = kLanes / VL;              // registers per panel row
constexpr int kPairV = kLaneV < 2 ? kLaneV : 2;  // ... worked on at once
constexpr int kTogether = 8 / kPairV;            // rows of A worked on at once

// Entries of the A that all lanes share. (Those that have one each are in kernel/lanes_own.h.)
struct SharedA {
  const number* A;
  int r;
  explicit SharedA(const LaneProblemOf<number>& p) : A(p.A), r(p.r) {}
  NN_INLINE SharedA from(int) const { return *this; }
  NN_INLINE vec at(int k, int m, int) const { return splat(A[k * r + m]); }
  NN_INLINE number entry(int k, int m) const { return A[k * r + m]; }
};
// out[i] = (Ah)_{k+i} for K rows: a number of h that is read serves them all, and there are enough sums to
// hide the latency. What comes last is h before k, which coordinate descent has moved just now: the processor
// has the rest of the sums ready by then.
template <int K, class Matrix>
static NN_INLINE void lane_rows(const Matrix& A, const number* h, int k, vec out[K][kPairV]) {
  NN_UNROLL
  for (int i = 0; i < K; ++i) NN_UNROLL
  for (int v = 0; v < kPairV; ++v) out[i][v] = vec{};
  const auto add = [&](int m) NN_INLINED {
    vec hm[kPairV];
    NN_UNROLL
    for (int v = 0; v < kPairV; ++v) hm[v] = load(h + m * kLanes + v * VL);
    NN_UNROLL
    for (int i = 0; i < K; ++i) NN_UNROLL
    for (int v = 0; v < kPairV; ++v) out[i][v] += A.at(k + i, m, v * VL) * hm[v];
  };
  for (int m = k; m < A.r; ++m) add(m);
  for (int m = 0; m < k; ++m) add(m);
}

// call(Rows<K>, k) for all coordinates, as many together as there are.
template <int K>
struct Rows {
  static constexpr int count = K;
};
template <class Call>
static NN_INLINE void each_rows(int r, const Call& call) {
  int k = 0;
  for (; k + kTogether <= r; k += kTogether) call(Rows<kTogether>(), k);
  for (; k < r; ++k) call(Rows<1>(), k);
}

// h_k <- max(0, h_k + b_k - (Ah)_k), coordinate after coordinate. Sweeps end
// early once one moves little compared with the first (Gillis & Glineur 2012),
// judged over all lanes, so that it does not depend on the width of a register.
template <class Matrix>
static void descend(const LaneProblemOf<number>& p, const Matrix& A) {
  vec none = vec{};
  NN_KEEP(none);  // or else GCC compares and masks, which takes longer than a maximum
  double first = 0;
  for (int sweep = 0; sweep < p.sweeps; ++sweep) {
    double total = 0;
    for (int g = 0; g < kLaneV; g += kPairV) {
      const Matrix here = A.from(g * VL);
      number* h = p.h + g * VL;
      const number* b = p.b + g * VL;
      vec moved[kPairV];
      NN_UNROLL
      for (int v = 0; v < kPairV; ++v) moved[v] = vec{};
      each_rows(p.r, [&](auto rows, int k) NN_INLINED {
        constexpr int K = decltype(rows)::count;
        vec ah[K][kPairV], step[K][kPairV];
        lane_rows<K>(here, h, k, ah);
        NN_UNROLL
        for (int i = 0; i < K; ++i) NN_UNROLL
        for (int v = 0; v < kPairV; ++v) {
          number* at = h + (k + i) * kLanes + v * VL;
          const vec old = load(at);
          vec now = old + (load(b + (k + i) * kLanes + v * VL) - ah[i][v]);
          NN_UNROLL
          for (int j = 0; j < i; ++j) now -= here.at(k + i, k + j, v * VL) * step[j][v];
          now = max(now, none);
          step[i][v] = now - old;
          moved[v] += step[i][v] * step[i][v];
          store(at, now);
        }
      });
      NN_UNROLL
      for (int v = 0; v < kPairV; ++v) total += hsum(moved[v]);
    }
    if (sweep == 0) first = total;
    if (total <= p.stall * p.stall * first) break;
  }
}
static void cd_shared(const LaneProblemOf<number>& p) { descend(p, SharedA(p)); }

// A1 of a symmetric A, by columns, a sum in each lane; 1 / A1, which is at most 1, as the diagonal is one;
// and 1'A1.
struct SharedSums {
  number *a1, *over;
  double a11 = 0;
  SharedSums(const SharedA& A, number* work) : a1(work), over(work + A.r) {
    int m = 0;
    for (; m + VL <= A.r; m += VL) {
      vec sum = vec{};
      for (int k = 0; k < A.r; ++k) sum += load(A.A + k * A.r + m);
      store(a1 + m, sum);
    }
    for (; m < A.r; ++m) {
      a1[m] = 0;
      for (int k = 0; k < A.r; ++k) a1[m] += A.entry(k, m);
    }
    for (int k = 0; k < A.r; ++k) {
      a11 += a1[k];
      over[k] = 1 / a1[k];
    }
  }
  NN_INLINE vec of(int k, int) const { return splat(a1[k]); }
  NN_INLINE vec inverse(int k, int) const { return splat(over[k]); }
  NN_INLINE vec all(int) const { return splat(a11); }
};

// With g = Ah - b and e = max_k (-g_k)+ / (A1)_k, h + e1 has no negative
// gradient, so weak duality bounds the distance to the optimum:
//   f(h) - f* <= h'g + e 1'Ah + e^2/2 1'A1.
template <class Matrix, class Sums>
static LaneCertificate certify_lanes(const LaneProblemOf<number>& p, const Matrix& A, const Sums& sums) {
  LaneCertificate out = {0, 0, 0};
  for (int at = 0; at < kLanes; at += kPairV * VL) {
    vec square[kPairV], hg[kPairV], e[kPairV], a1h[kPairV];
    doubles value[kPairV];
    NN_UNROLL
    for (int v = 0; v < kPairV; ++v) {
      square[v] = hg[v] = e[v] = a1h[v] = vec{};
      value[v] = doubles{};
    }
    each_rows(p.r, [&](auto rows, int k) NN_INLINED {
      constexpr int K = decltype(rows)::count;
      vec g[K][kPairV], here[kPairV];
      lane_rows<K>(A.from(at), p.h + at, k, g);
      NN_UNROLL
      for (int v = 0; v < kPairV; ++v) here[v] = vec{};
      NN_UNROLL
      for (int i = 0; i < K; ++i) NN_UNROLL
      for (int v = 0; v < kPairV; ++v) {
        const int lane = at + v * VL;
        const vec h = load(p.h + (k + i) * kLanes + lane), b = load(p.b + (k + i) * kLanes + lane);
        const vec slope = g[i][v] - b, least = h < slope ? h : slope;
        here[v] += h * (slope - b);
        square[v] += least * least;
        hg[v] += h * slope;
        a1h[v] += sums.of(k + i, lane) * h;
        e[v] = max(e[v], -slope * sums.inverse(k + i, lane));
      }
      // The objective is made of this: not more of it than a few numbers is summed up in singles.
      NN_UNROLL
      for (int v = 0; v < kPairV; ++v) value[v] += both_halves(here[v]);
    });
    NN_UNROLL
    for (int v = 0; v < kPairV; ++v) {
      const vec half_a11 = splat(0.5) * sums.all(at + v * VL);
      out.value += 0.5 * NN_ISA::hsum(value[v]);
      out.kkt2 += hsum(square[v]);
      out.gap += hsum(hg[v] + e[v] * a1h[v] + e[v] * e[v] * half_a11);
    }
  }
  return out;
}
static LaneCertificate certify_shared(const LaneProblemOf<number>& p) {
  const SharedA A(p);
  return certify_lanes(p, A, SharedSums(A, p.work));
}
