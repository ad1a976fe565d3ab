// Items of doubles to panels of lanes and back, each coordinate in its scale. Part of kernel/impl.h.

// of(0), of(1), ...: one item's value per lane.
template <class F>
static NN_INLINE doubles lanes_of(F&& of) {
#if NN_VBYTES == 64
  return doubles{of(0), of(1), of(2), of(3), of(4), of(5), of(6), of(7)};
#elif NN_VBYTES == 32
  return doubles{of(0), of(1), of(2), of(3)};
#else
  return doubles{of(0), of(1)};
#endif
}

// Where the last four coordinates begin that are turned together: those before may be among them again.
static NN_INLINE int four_from(int k, int r) { return k + 4 <= r ? k : r - 4; }

// Never contracted to one operation: a compiler that did so here and there would let an item have other bits
// in company than alone.
static NN_INLINE doubles in_scale(doubles v, double by, double less) {
  v *= NN_ISA::splat(by);
  NN_KEEP(v);
  return v - NN_ISA::splat(less);
}

static NN_INLINE void put(number* to, doubles v) { *reinterpret_cast<uhalf*>(to) = narrow(v); }

// kLanes items of numbers side by side.
static void turn_to_panel(int r, const double* from, std::ptrdiff_t item, const double* by,
                          const double* less, number* panel) {
  for (int c = 0; c < kLanes; c += kDoubles) {
    const double* row[kDoubles];
    for (int q = 0; q < kDoubles; ++q) row[q] = from + (c + q) * item;
    for (int at = 0; at < r; at += 4) {
      const int k = four_from(at, r);
      const NN_ISA::Turned four = NN_ISA::turned_rows(row, k);
      NN_UNROLL
      for (int m = 0; m < 4; ++m)
        put(panel + (k + m) * kLanes + c, in_scale(four.of[m], by[k + m], less ? less[k + m] : 0.0));
    }
  }
}

static void to_panel(int r, int lanes, const double* from, std::ptrdiff_t item, std::ptrdiff_t value,
                     const double* by, const double* less, number* panel) {
  if (NN_ISA::kTurns && lanes == kLanes && value == 1 && r >= 4)
    return turn_to_panel(r, from, item, by, less, panel);
  for (int k = 0; k < r; ++k) {
    number* to = panel + k * kLanes;
    const double* first = from + k * value;
    const double off = less ? less[k] : 0.0;
    for (int c = 0; c < kLanes; c += kDoubles) {
      const double* p = first + c * item;
      const auto of = [=](int q) { return c + q < lanes ? p[q * item] : 0.0; };
      put(to + c, in_scale(item == 1 && c + kDoubles <= lanes ? NN_ISA::load(p) : lanes_of(of), by[k], off));
    }
    for (int c = lanes; c < kLanes; ++c) to[c] = 0;
  }
}

static void from_panel(int r, int lanes, const number* panel, const double* by, double* to) {
  const auto got = [&](int k, int c) NN_INLINED {
    return widen(*reinterpret_cast<const uhalf*>(panel + k * kLanes + c)) * NN_ISA::splat(by[k]);
  };
  if (NN_ISA::kTurns && lanes == kLanes && r >= 4) {
    for (int c = 0; c < kLanes; c += kDoubles)
      for (int at = 0; at < r; at += 4) {
        const int k = four_from(at, r);
        NN_ISA::Turned four;
        NN_UNROLL
        for (int m = 0; m < 4; ++m) four.of[m] = got(k + m, c);
        NN_ISA::turn_back(four, to + c * r + k, r);
      }
    return;
  }
  for (int k = 0; k < r; ++k)
    if (lanes == kLanes) {
      for (int c = 0; c < kLanes; c += kDoubles) {
        const doubles v = got(k, c);
        NN_UNROLL
        for (int q = 0; q < kDoubles; ++q) to[(c + q) * r + k] = v[q];
      }
    } else {
      for (int c = 0; c < lanes; ++c) to[c * r + k] = panel[k * kLanes + c] * by[k];
    }
}
