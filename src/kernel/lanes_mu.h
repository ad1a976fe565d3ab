// Multiplicative updates of small problems, kLanes at a time. Part of kernel/impl.h.

// h_k <- h_k * (b_k)+ / (Ah)_k for all k at once (Lee & Seung 2001), which minimizes their majorant with the
// penalties, l1 taken off b and l2 on the diagonal of A.
static void mu(const LaneProblemOf<number>& p) {
  for (int sweep = 0; sweep < p.sweeps; ++sweep)
    for (int g = 0; g < kLaneV; g += kPairV) {
      number* h = p.h + g * VL;
      const number* b = p.b + g * VL;
      number* ratio = p.work;
      each_rows(p.r, [&](auto rows, int k) NN_INLINED {
        constexpr int K = decltype(rows)::count;
        vec ah[K][kPairV];
        lane_rows<K>(SharedA(p), h, k, ah);
        NN_UNROLL
        for (int i = 0; i < K; ++i) NN_UNROLL
        for (int v = 0; v < kPairV; ++v) {
          const vec above = positive_part(load(b + (k + i) * kLanes + v * VL));
          store(ratio + ((k + i) * kPairV + v) * VL, above / max(ah[i][v], splat(kTiny)));
        }
      });
      for (int k = 0; k < p.r; ++k) NN_UNROLL
      for (int v = 0; v < kPairV; ++v) {
        number* to = h + k * kLanes + v * VL;
        // A ratio may overflow where h is 0: 0 * Inf must stay 0.
        const vec now = load(to) * load(ratio + (k * kPairV + v) * VL);
        store(to, load(to) > vec{} ? now : vec{});
      }
    }
}
