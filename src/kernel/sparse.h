// Sparse kernels: one column's nonzeros against the rows of a factor or of P,
// each a run of whole units of contiguous numbers. Part of kernel/impl.h.

constexpr int kUnitV = kUnit / VL;                        // registers per unit
constexpr int kMaxUnits = kWide ? 8 : (VL == 4 ? 4 : 2);  // units held in registers at once
constexpr std::ptrdiff_t kAhead = 16;                     // nonzeros between prefetch and use

template <int U>
static void sparse_tn_units(std::ptrdiff_t nnz, std::ptrdiff_t known, const int* row, const double* value,
                            const double* F, std::ptrdiff_t ld, double* out) {
  constexpr int V = U * kUnitV;
  vec even[V], odd[V];  // two chains hide the latency of the multiply-add
  NN_UNROLL
  for (int v = 0; v < V; ++v) even[v] = odd[v] = vec{};
  std::ptrdiff_t p = 0;
  for (; p + 1 < nnz; p += 2) {
    const double* f0 = F + row[p] * ld;
    const double* f1 = F + row[p + 1] * ld;
    if (p + kAhead + 1 < known) {
      NN_UNROLL
      for (int u = 0; u < U; ++u) {
        NN_PREFETCH(F + row[p + kAhead] * ld + u * kUnit);
        NN_PREFETCH(F + row[p + kAhead + 1] * ld + u * kUnit);
      }
    }
    const vec x0 = splat(value[p]), x1 = splat(value[p + 1]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) {
      even[v] += x0 * load(f0 + v * VL);
      odd[v] += x1 * load(f1 + v * VL);
    }
  }
  if (p < nnz) {
    const double* f = F + row[p] * ld;
    const vec x = splat(value[p]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) even[v] += x * load(f + v * VL);
  }
  NN_UNROLL
  for (int v = 0; v < V; ++v) store(out + v * VL, even[v] + odd[v]);
}

// Loads run ahead of the stores here, so that prefetches only pay where P is far away.
template <int U>
static void sparse_nt_units(std::ptrdiff_t nnz, const int* row, const double* value, const double* y,
                            double* P, std::ptrdiff_t ld, bool far) {
  constexpr int V = U * kUnitV;
  vec h[V];
  NN_UNROLL
  for (int v = 0; v < V; ++v) h[v] = load(y + v * VL);
  for (std::ptrdiff_t p = 0; p < nnz; ++p) {
    if (far && p + kAhead < nnz) {
      NN_UNROLL
      for (int u = 0; u < U; ++u) NN_PREFETCH(P + row[p + kAhead] * ld + u * kUnit);
    }
    double* to = P + row[p] * ld;
    const vec x = splat(value[p]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) store(to + v * VL, load(to + v * VL) + x * h[v]);
  }
}

// Calls f.run<U>() with U = units, a compile-time constant up to kMaxUnits.
#define NN_WITH_UNITS(units, CALL)                 \
  switch (units) {                                 \
    case 1: CALL(1); break;                        \
    case 2: CALL(2); break;                        \
    case 3: CALL((kMaxUnits < 3 ? 1 : 3)); break;  \
    case 4: CALL((kMaxUnits < 4 ? 1 : 4)); break;  \
    case 5: CALL((kMaxUnits < 5 ? 1 : 5)); break;  \
    case 6: CALL((kMaxUnits < 6 ? 1 : 6)); break;  \
    case 7: CALL((kMaxUnits < 7 ? 1 : 7)); break;  \
    default: CALL((kMaxUnits < 8 ? 1 : 8)); break; \
  }

static void sparse_tn(std::ptrdiff_t nnz, std::ptrdiff_t known, const int* row, const double* value,
                      const double* F, std::ptrdiff_t ld, int units, double* out) {
  for (int u = 0; u < units; u += kMaxUnits) {
    const int here = units - u < kMaxUnits ? units - u : kMaxUnits;
#define NN_CALL(U) sparse_tn_units<U>(nnz, known, row, value, F + u * kUnit, ld, out + u * kUnit)
    NN_WITH_UNITS(here, NN_CALL)
#undef NN_CALL
  }
}

static void sparse_nt(std::ptrdiff_t nnz, const int* row, const double* value, const double* y, int units,
                      double* P, std::ptrdiff_t ld, bool far) {
  for (int u = 0; u < units; u += kMaxUnits) {
    const int here = units - u < kMaxUnits ? units - u : kMaxUnits;
#define NN_CALL(U) sparse_nt_units<U>(nnz, row, value, y + u * kUnit, P + u * kUnit, ld, far)
    NN_WITH_UNITS(here, NN_CALL)
#undef NN_CALL
  }
}

#undef NN_WITH_UNITS
