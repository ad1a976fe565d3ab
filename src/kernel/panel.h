// Items to panels of lanes and back, each coordinate in its scale; and a step ahead.
// Part of kernel/impl.h.

// of(0), of(1), ...: one item's value per lane.
template <class F>
static NN_INLINE vec lanes_of(F&& of) {
#if NN_VBYTES == 64
  return vec{of(0), of(1), of(2), of(3), of(4), of(5), of(6), of(7)};
#elif NN_VBYTES == 32
  return vec{of(0), of(1), of(2), of(3)};
#else
  return vec{of(0), of(1)};
#endif
}

// Where the last four coordinates begin that are turned together: those before may be among them again.
static NN_INLINE int four_from(int k, int r) { return k + 4 <= r ? k : r - 4; }

// kLanes items of numbers side by side.
static void turn_to_panel(int r, const double* from, std::ptrdiff_t item, const double* by,
                          const double* less, double* panel) {
  for (int c = 0; c < kLanes; c += VL) {
    const double* row[VL];
    for (int q = 0; q < VL; ++q) row[q] = from + (c + q) * item;
    for (int at = 0; at < r; at += 4) {
      const int k = four_from(at, r);
      const Turned four = turned_rows(row, k);
      NN_UNROLL
      for (int m = 0; m < 4; ++m) {
        // Before the product, which is then contracted with the difference as that of fewer lanes is: the
        // same bits.
        const vec off = splat(less ? less[k + m] : 0.0);
        store(panel + (k + m) * kLanes + c, four.of[m] * splat(by[k + m]) - off);
      }
    }
  }
}

static void to_panel(int r, int lanes, const double* from, std::ptrdiff_t item, std::ptrdiff_t value,
                     const double* by, const double* less, double* panel) {
  if (kTurns && lanes == kLanes && value == 1 && r >= 4) return turn_to_panel(r, from, item, by, less, panel);
  for (int k = 0; k < r; ++k) {
    double* to = panel + k * kLanes;
    const double* first = from + k * value;
    const double off = less ? less[k] : 0.0;
    if (lanes == kLanes) {
      for (int c = 0; c < kLanes; c += VL) {
        const double* p = first + c * item;
        const vec v = item == 1 ? load(p) : lanes_of([=](int q) { return p[q * item]; });
        store(to + c, v * splat(by[k]) - splat(off));
      }
    } else {
      for (int c = 0; c < kLanes; c += VL) store(to + c, vec{});
      for (int c = 0; c < lanes; ++c) to[c] = first[c * item] * by[k] - off;
    }
  }
}

static void from_panel(int r, int lanes, const double* panel, const double* by, double* to) {
  if (kTurns && lanes == kLanes && r >= 4) {
    for (int c = 0; c < kLanes; c += VL)
      for (int at = 0; at < r; at += 4) {
        const int k = four_from(at, r);
        Turned four;
        NN_UNROLL
        for (int m = 0; m < 4; ++m) four.of[m] = load(panel + (k + m) * kLanes + c) * splat(by[k + m]);
        turn_back(four, to + c * r + k, r);
      }
    return;
  }
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
