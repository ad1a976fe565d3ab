// Sparse kernels: one column's nonzeros against the rows of a factor or of P,
// each a run of whole units of contiguous numbers. Part of kernel/impl.h.

constexpr int kUnitV = kLineV;                                // registers per unit
constexpr int kNumbers = unit<number>;                        // ... and numbers
constexpr int kMaxUnits = kWide ? 8 : (kLineV == 2 ? 4 : 2);  // units held in registers at once

// What is left of a row beyond its whole units: T numbers, none to half a unit.
template <int T>
struct Rest {
  typedef number type __attribute__((vector_size((T ? T : 4) * sizeof(number))));
  typedef number loose
      __attribute__((vector_size((T ? T : 4) * sizeof(number)), aligned(sizeof(number)), may_alias));
  type v;
  NN_INLINE void clear() { v = type{}; }
  NN_INLINE void load(const number* p) { v = *reinterpret_cast<const loose*>(p); }
  NN_INLINE void store(number* p) const { *reinterpret_cast<loose*>(p) = v; }
  // += x * p[...]
  NN_INLINE void add(number x, const number* p) { v += x * *reinterpret_cast<const loose*>(p); }
  NN_INLINE void add(const Rest& other) { v += other.v; }
  // p[...] += x * this
  NN_INLINE void add_to(number* p, number x) const {
    *reinterpret_cast<loose*>(p) = *reinterpret_cast<const loose*>(p) + x * v;
  }
};

// Units u..u + U of every row, and with T the rest.
template <int U, int T>
static std::ptrdiff_t sparse_tn_units(const SparseRun<number>& run, int u, const number* before, number* out,
                                      bool last) {
  constexpr int V = U * kUnitV, kRegisters = V ? V : 1;
  const std::ptrdiff_t to = run.to, stop = run.stop, length = run.units * kNumbers;
  const std::ptrdiff_t first = u * kNumbers, second = first + run.ld, rest = length,
                       other_rest = length + run.ld;
  const int* row = run.row;
  const number *value = run.value, *F = run.F + first, *F_rest = run.rest;
  vec even[kRegisters], odd[kRegisters];  // two chains hide the latency of the multiply-add
  Rest<T> even_rest, odd_rest;
  NN_UNROLL
  for (int v = 0; v < V; ++v) {
    even[v] = before ? load(before + first + v * VL) : vec{};
    odd[v] = before ? load(before + second + v * VL) : vec{};
  }
  if (T) {
    even_rest.clear();
    odd_rest.clear();
    if (before) {
      even_rest.load(before + rest);
      odd_rest.load(before + other_rest);
    }
  }
  const auto pair = [&](std::ptrdiff_t p) NN_INLINED {
    const std::ptrdiff_t i0 = row[p], i1 = row[p + 1];
    const number *f0 = F + i0 * length, *f1 = F + i1 * length;
    const vec x0 = splat(value[p]), x1 = splat(value[p + 1]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) {
      even[v] += x0 * load(f0 + v * VL);
      odd[v] += x1 * load(f1 + v * VL);
    }
    if (T) {
      even_rest.add(value[p], F_rest + i0 * T);
      odd_rest.add(value[p + 1], F_rest + i1 * T);
    }
  };
  std::ptrdiff_t p = run.from;
  // A loop of its own: what fetches takes registers and as many instructions again as the sums.
  if (run.ahead > 0)
    for (const std::ptrdiff_t ahead = run.ahead; p + ahead + 1 < to && row[p] < stop; p += 2) {
      const std::ptrdiff_t a0 = row[p + ahead], a1 = row[p + ahead + 1];
      NN_UNROLL
      for (int w = 0; w < U; ++w) {
        NN_PREFETCH(F + a0 * length + w * kNumbers);
        NN_PREFETCH(F + a1 * length + w * kNumbers);
      }
      if (T) {
        NN_PREFETCH(F_rest + a0 * T);
        NN_PREFETCH(F_rest + a1 * T);
      }
      pair(p);
    }
  for (; p + 1 < to && row[p] < stop; p += 2) pair(p);
  if (p + 1 == to && row[p] < stop) {
    const std::ptrdiff_t i = row[p];
    const number* f = F + i * length;
    const vec x = splat(value[p]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) even[v] += x * load(f + v * VL);
    if (T) even_rest.add(value[p], F_rest + i * T);
    ++p;
  }
  NN_UNROLL
  for (int v = 0; v < V; ++v) {
    store(out + first + v * VL, last ? even[v] + odd[v] : even[v]);
    if (!last) store(out + second + v * VL, odd[v]);
  }
  if (T) {
    if (last) even_rest.add(odd_rest);
    even_rest.store(out + rest);
    if (!last) odd_rest.store(out + other_rest);
  }
  return p;
}

template <int U, int T>
static std::ptrdiff_t sparse_nt_units(const SparseRun<number>& run, int u, const number* y, number* P,
                                      number* P_rest) {
  constexpr int V = U * kUnitV, kRegisters = V ? V : 1;
  // Locals: what is stored might be these fields, as far as the compiler knows.
  const std::ptrdiff_t to = run.to, stop = run.stop, length = run.units * kNumbers;
  const int* row = run.row;
  const number* value = run.value;
  vec h[kRegisters];
  Rest<T> h_rest;
  NN_UNROLL
  for (int v = 0; v < V; ++v) h[v] = load(y + u * kNumbers + v * VL);
  if (T) h_rest.load(y + length);
  P += u * kNumbers;
  const auto add = [&](std::ptrdiff_t p) NN_INLINED {
    const std::ptrdiff_t i = row[p];
    number* sum = P + i * length;
    const vec x = splat(value[p]);
    NN_UNROLL
    for (int v = 0; v < V; ++v) store(sum + v * VL, load(sum + v * VL) + x * h[v]);
    if (T) h_rest.add_to(P_rest + i * T, value[p]);
  };
  std::ptrdiff_t p = run.from;
  if (run.ahead > 0)
    for (const std::ptrdiff_t ahead = run.ahead; p + ahead < to && row[p] < stop; ++p) {
      const std::ptrdiff_t a = row[p + ahead];
      NN_UNROLL
      for (int w = 0; w < U; ++w) NN_PREFETCH(P + a * length + w * kNumbers);
      if (T) NN_PREFETCH(P_rest + a * T);
      add(p);
    }
  for (; p < to && row[p] < stop; ++p) add(p);
  return p;
}

// The rest goes with the last units; with no more of them than leave it a register.
constexpr int kMostBeside = kWide ? 7 : (kLineV == 2 ? 3 : 1);

template <int T, class Call>
static NN_INLINE std::ptrdiff_t with_units(int units, const Call& call) {
  switch (units) {
    case 0: return call.template run<0, T>();
    case 1: return call.template run<1, T>();
    case 2: return call.template run<(kMaxUnits < 2 ? 1 : 2), T>();
    case 3: return call.template run<(kMaxUnits < 3 ? 1 : 3), T>();
    case 4: return call.template run<(kMaxUnits < 4 ? 1 : 4), T>();
    case 5: return call.template run<(kMaxUnits < 5 ? 1 : 5), T>();
    case 6: return call.template run<(kMaxUnits < 6 ? 1 : 6), T>();
    case 7: return call.template run<(kMaxUnits < 7 ? 1 : 7), T>();
    default: return call.template run<(kMaxUnits < 8 ? 1 : 8), 0>();
  }
}

// Call{...}.run<U, T>() for all units, as many at a time as registers hold.
template <class Call>
static NN_INLINE std::ptrdiff_t in_parts(const SparseRun<number>& run, Call call) {
  std::ptrdiff_t end = run.from;
  const bool rest = run.rest_length > 0;
  for (call.u = 0; call.u < run.units || (rest && call.u == run.units);) {
    const int left = run.units - call.u;
    if (rest && left <= kMostBeside)
      return run.rest_length == kNumbers / 4 ? with_units<kNumbers / 4>(left, call)
                                             : with_units<kNumbers / 2>(left, call);
    const int here = left < kMaxUnits ? left : kMaxUnits;
    end = with_units<0>(here, call);
    call.u += here;
  }
  return end;
}

struct SparseTn {
  const SparseRun<number>& of;
  const number* before;
  number* out;
  bool last;
  int u;
  template <int U, int T>
  NN_INLINE std::ptrdiff_t run() const {
    return sparse_tn_units<U, T>(of, u, before, out, last);
  }
};

struct SparseNt {
  const SparseRun<number>& of;
  const number* y;
  number *P, *P_rest;
  int u;
  template <int U, int T>
  NN_INLINE std::ptrdiff_t run() const {
    return sparse_nt_units<U, T>(of, u, y, P, P_rest);
  }
};

static std::ptrdiff_t sparse_tn(const SparseRun<number>& run, const number* before, number* out, bool last) {
  return in_parts(run, SparseTn{run, before, out, last, 0});
}

static std::ptrdiff_t sparse_nt(const SparseRun<number>& run, const number* y, number* P, number* rest) {
  return in_parts(run, SparseNt{run, y, P, rest, 0});
}

// to = by * from, n numbers of a row of which `have` are there; the others are 0.
static NN_INLINE void rounded(const double* from, double by, std::ptrdiff_t have, std::ptrdiff_t n,
                              number* to) {
  std::ptrdiff_t k = 0;
  for (; k + kDoubles <= have; k += kDoubles)
    *reinterpret_cast<uhalf*>(to + k) = narrow(NN_ISA::splat(by) * NN_ISA::load(from + k));
  for (; k < have; ++k) to[k] = static_cast<number>(by * from[k]);
  for (; k < n; ++k) to[k] = 0;
}

static NN_INLINE std::ptrdiff_t least_of(std::ptrdiff_t a, std::ptrdiff_t b) { return a < b ? a : b; }

static void sparse_pack(std::ptrdiff_t first, std::ptrdiff_t last, const double* from, double by,
                        const RowsAt<number>& to) {
  const std::ptrdiff_t whole = least_of(to.r, to.units);
  for (std::ptrdiff_t i = first; i < last; ++i) {
    rounded(from + i * to.r, by, whole, to.units, to.whole + i * to.units);
    if (to.rest_length > 0)
      rounded(from + i * to.r + whole, by, to.r - whole, to.rest_length, to.rest + i * to.rest_length);
  }
}

// to += from, which is 0 then.
static NN_INLINE void moved_up(number* from, std::ptrdiff_t n, double* to) {
  std::ptrdiff_t k = 0;
  for (; k + kDoubles <= n; k += kDoubles) {
    uhalf& here = *reinterpret_cast<uhalf*>(from + k);
    NN_ISA::store(to + k, NN_ISA::load(to + k) + widen(here));
    here = uhalf{};
  }
  for (; k < n; ++k) {
    to[k] += from[k];
    from[k] = 0;
  }
}

static void sparse_add_up(std::ptrdiff_t first, std::ptrdiff_t last, const RowsAt<number>& from, double* P,
                          std::ptrdiff_t ld) {
  const std::ptrdiff_t whole = least_of(from.r, from.units);
  for (std::ptrdiff_t i = first; i < last; ++i) {
    moved_up(from.whole + i * from.units, whole, P + i * ld);
    if (from.rest_length > 0) moved_up(from.rest + i * from.rest_length, from.r - whole, P + i * ld + whole);
  }
}
