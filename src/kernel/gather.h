// Rows `at` of F, laid out coordinate by coordinate, and entries in the units of a fit. Part of
// kernel/impl.h.

// The next rows are on their way, since they are in no order.
static void gather(std::ptrdiff_t count, std::ptrdiff_t n, const int* at, const number* F, int r,
                   number* out) {
  constexpr std::ptrdiff_t kAheadRows = 2 * VL;
  constexpr int kLine = 64 / sizeof(number);
  const std::ptrdiff_t row = r;
  std::ptrdiff_t q = 0;
  for (; kTurns && r >= 4 && q + VL <= count; q += VL) {
    const number* f[VL];
    for (int c = 0; c < VL; ++c) f[c] = F + at[q + c] * row;
    if (q + VL + kAheadRows <= count)
      for (int c = 0; c < VL; ++c) {
        const number* next = F + at[q + c + kAheadRows] * row;
        NN_PREFETCH(next);
        NN_PREFETCH(next + r - 1);
        for (int k = kLine; k + 1 < r; k += kLine) NN_PREFETCH(next + k);
      }
    // The last four overlap those before: no number behind a row is read.
    for (int at_k = 0; at_k < r; at_k += 4) {
      const int k = at_k + 4 <= r ? at_k : r - 4;
      const Turned four = turned_rows(f, k);
      NN_UNROLL
      for (int m = 0; m < 4; ++m) store(out + q + (k + m) * n, four.of[m]);
    }
  }
  for (int k = 0; k < r; ++k) {
    for (std::ptrdiff_t i = q; i < count; ++i) out[k * n + i] = F[at[i] * row + k];
    for (std::ptrdiff_t i = count; i < n; ++i) out[k * n + i] = 0;
  }
}
