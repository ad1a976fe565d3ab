// Sparse kernels: one column's nonzeros against the rows of a factor or of P,
// each a run of whole units of contiguous numbers. Part of kernel/impl.h.

constexpr int kUnitV = kLineV;                            // registers per unit
constexpr int kNumbers = unit<number>;                    // ... and numbers
constexpr int kMaxUnits = kWide ? 8 : (kLineV == 2 ? 4 : 2);  // units held in registers at once
constexpr std::ptrdiff_t kAhead = 16;                     // nonzeros between prefetch and use

template <int U>
static std::ptrdiff_t sparse_tn_units(const SparseRun<number>& run, const number* before, number* out, bool last) {
  constexpr int V = U * kUnitV;
  const std::ptrdiff_t to = run.to, stop = run.stop, known = run.known, ld = run.ld;
  const int* row = run.row;
  const number *value = run.value, *F = run.F;
  vec even[V], odd[V];  // two chains hide the latency of the multiply-add
  NN_UNROLL
  for (int v = 0; v < V; ++v) {
    even[v] = before ? load(before + v * VL) : vec{};
    odd[v] = before ? load(before + ld + v * VL) : vec{};
  }
  std::ptrdiff_t p = run.from;
  for (; p + 1 < to && row[p] < stop; p += 2) {
    const number* f0 = F + row[p] * ld;
    const number* f1 = F + row[p + 1] * ld;
    if (p + kAhead + 1 < known) {
      NN_UNROLL
      for (int u = 0; u < U; ++u) {
        NN_PREFETCH(F + row[p + kAhead] * ld + u * kNumbers);
        NN_PREFETCH(F + row[p + kAhead + 1] * ld + u * kNumbers);
      }
    }
    const vec x0 = splat(value[p]), x1 = splat(value[p + 1]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) {
      even[v] += x0 * load(f0 + v * VL);
      odd[v] += x1 * load(f1 + v * VL);
    }
  }
  if (p + 1 == to && row[p] < stop) {
    const number* f = F + row[p] * ld;
    const vec x = splat(value[p]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) even[v] += x * load(f + v * VL);
    ++p;
  }
  NN_UNROLL
  for (int v = 0; v < V; ++v) {
    store(out + v * VL, last ? even[v] + odd[v] : even[v]);
    if (!last) store(out + ld + v * VL, odd[v]);
  }
  return p;
}

// Loads run ahead of the stores here, so that prefetches only pay where P is far away.
template <int U>
static std::ptrdiff_t sparse_nt_units(const SparseRun<number>& run, const number* y, number* P) {
  constexpr int V = U * kUnitV;
  // Locals: what is stored might be these fields, as far as the compiler knows.
  const std::ptrdiff_t to = run.to, stop = run.stop, known = run.known, ld = run.ld;
  const int* row = run.row;
  const number* value = run.value;
  vec h[V];
  NN_UNROLL
  for (int v = 0; v < V; ++v) h[v] = load(y + v * VL);
  std::ptrdiff_t p = run.from;
  for (; p < to && row[p] < stop; ++p) {
    if (p + kAhead < known) {
      NN_UNROLL
      for (int u = 0; u < U; ++u) NN_PREFETCH(P + row[p + kAhead] * ld + u * kNumbers);
    }
    number* sum = P + row[p] * ld;
    const vec x = splat(value[p]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) store(sum + v * VL, load(sum + v * VL) + x * h[v]);
  }
  return p;
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

static std::ptrdiff_t sparse_tn(const SparseRun<number>& run, const number* before, number* out, bool last) {
  std::ptrdiff_t end = run.from;
  for (int u = 0; u < run.units; u += kMaxUnits) {
    const int here = run.units - u < kMaxUnits ? run.units - u : kMaxUnits;
    SparseRun<number> part = run;
    part.F += u * kNumbers;
#define NN_CALL(U) \
  end = sparse_tn_units<U>(part, before ? before + u * kNumbers : nullptr, out + u * kNumbers, last)
    NN_WITH_UNITS(here, NN_CALL)
#undef NN_CALL
  }
  return end;
}

static std::ptrdiff_t sparse_nt(const SparseRun<number>& run, const number* y, number* P) {
  std::ptrdiff_t end = run.from;
  for (int u = 0; u < run.units; u += kMaxUnits) {
    const int here = run.units - u < kMaxUnits ? run.units - u : kMaxUnits;
#define NN_CALL(U) end = sparse_nt_units<U>(run, y + u * kNumbers, P + u * kNumbers)
    NN_WITH_UNITS(here, NN_CALL)
#undef NN_CALL
  }
  return end;
}

#undef NN_WITH_UNITS
