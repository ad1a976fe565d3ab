// Items to panels of lanes and back, each coordinate in its scale; and a step ahead.
// Part of kernel_impl.h.

// p[0], p[s], p[2s], ...: one item's value per lane.
static NN_INLINE vec strided(const double* p, std::ptrdiff_t s) {
#if NN_VBYTES == 64
  return vec{p[0], p[s], p[2 * s], p[3 * s], p[4 * s], p[5 * s], p[6 * s], p[7 * s]};
#elif NN_VBYTES == 32
  return vec{p[0], p[s], p[2 * s], p[3 * s]};
#else
  return vec{p[0], p[s]};
#endif
}

static void to_panel(int r, int lanes, const double* from, std::ptrdiff_t item, std::ptrdiff_t value,
                     const double* by, const double* less, double* panel) {
  for (int k = 0; k < r; ++k) {
    double* to = panel + k * kLanes;
    const double* first = from + k * value;
    const double off = less ? less[k] : 0.0;
    if (lanes == kLanes) {
      for (int c = 0; c < kLanes; c += VL) {
        const vec v = item == 1 ? load(first + c) : strided(first + c * item, item);
        store(to + c, v * splat(by[k]) - splat(off));
      }
    } else {
      for (int c = 0; c < kLanes; c += VL) store(to + c, vec{});
      for (int c = 0; c < lanes; ++c) to[c] = first[c * item] * by[k] - off;
    }
  }
}

static void from_panel(int r, int lanes, const double* panel, const double* by, double* to) {
  for (int k = 0; k < r; ++k)
    if (lanes == kLanes) {
      for (int c = 0; c < kLanes; c += VL) {
        const vec v = load(panel + k * kLanes + c) * splat(by[k]);
        NN_UNROLL
        for (int q = 0; q < VL; ++q) to[(c + q) * r + k] = v[q];
      }
    } else {
      for (int c = 0; c < lanes; ++c) to[c * r + k] = panel[k * kLanes + c] * by[k];
    }
}

// Rows `at` of F, laid out coordinate by coordinate: eight of them at a time, with the next ones on
// their way, since they are in no order.
static void gather(std::ptrdiff_t count, std::ptrdiff_t n, const int* at, const double* F, int r,
                   double* out) {
  constexpr std::ptrdiff_t kAheadRows = 16;
  const auto item = [&](std::ptrdiff_t q) { return F + static_cast<std::ptrdiff_t>(at[q]) * r; };
  std::ptrdiff_t q = 0;
  for (; q + VL <= count; q += VL) {
    const double* f[VL];
    for (int c = 0; c < VL; ++c) {
      f[c] = item(q + c);
      if (q + c + kAheadRows >= count) continue;
      for (int k = 0; k < r; k += 8) NN_PREFETCH(item(q + c + kAheadRows) + k);
    }
    for (int k = 0; k < r; ++k) {
#if NN_VBYTES == 64
      const vec v = {f[0][k], f[1][k], f[2][k], f[3][k], f[4][k], f[5][k], f[6][k], f[7][k]};
#elif NN_VBYTES == 32
      const vec v = {f[0][k], f[1][k], f[2][k], f[3][k]};
#else
      const vec v = {f[0][k], f[1][k]};
#endif
      store(out + k * n + q, v);
    }
  }
  for (; q < n; ++q)
    for (int k = 0; k < r; ++k) out[k * n + q] = q < count ? item(q)[k] : 0.0;
}

static void extrapolate(std::ptrdiff_t n, const double* at, const double* before, double beta, double part,
                        double* to) {
  std::ptrdiff_t i = 0;
  for (; i + VL <= n; i += VL) {
    const vec a = load(at + i);
    store(to + i, max(a + splat(beta) * (a - load(before + i)), splat(part) * a));
  }
  for (; i < n; ++i) {
    const double ahead = at[i] + beta * (at[i] - before[i]), least = part * at[i];
    to[i] = ahead > least ? ahead : least;
  }
}
