// P += sum of v f f' over some rows f of F: as XY' (kernel_dense.h), but that the rows are looked
// up where they are. A few of them at a time, so that they stay in L1 for all tiles of P.
// Part of kernel_impl.h.

constexpr std::ptrdiff_t kGramRows = 64;
constexpr std::ptrdiff_t kGramAhead = 8;  // rows that are prefetched: they are in no order

struct GramTile {
  // Of the components from k0 and the rows of P from `row`; `known`: of how many `at` is known.
  template <int K>
  static void run(std::ptrdiff_t count, const int* at, const double* weight, const double* F,
                  std::ptrdiff_t ld, int row, int k0, std::ptrdiff_t known, double* P) {
    TileSums<K> sums(P);
    for (std::ptrdiff_t q = 0; q < count; ++q) {
      const double* f = F + at[q] * ld;
      if (q + kGramAhead < known) {
        const double* later = F + at[q + kGramAhead] * ld;
        NN_PREFETCH(later + row);
        NN_PREFETCH(later + row + 8);
      }
      vec x[kTileV];
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) x[v] = load(f + row + v * VL);
      if (weight) {
        NN_UNROLL
        for (int v = 0; v < kTileV; ++v) x[v] *= splat(weight[q]);
      }
      sums.add(x, f + k0);
    }
    sums.to(P);
  }
};

static void gram_rows(std::ptrdiff_t count, const int* at, const double* weight, const double* F,
                      std::ptrdiff_t ld, int r, double* P) {
  const int tiles = (r + kTileK - 1) / kTileK;
  for (std::ptrdiff_t q = 0; q < count; q += kGramRows) {
    const std::ptrdiff_t here = count - q < kGramRows ? count - q : kGramRows;
    for (int row = 0; row < r; row += kRowTile)
      for (int t = 0, k = 0; t < tiles; ++t) {
        const int K = (r - k + tiles - t - 1) / (tiles - t);
        for (int v = 0; v < kRowTile / VL; v += kTileV)
          tile_of<GramTile>(K)(here, at + q, weight ? weight + q : nullptr, F, ld, row + v * VL, k,
                               t == 0 ? count - q : 0, P + (row * r + k * kRowTile) + v * VL);
        k += K;
      }
  }
}
