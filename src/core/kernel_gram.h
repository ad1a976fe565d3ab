// P += sum of v f f' over some rows f of F: as XY' (kernel_dense.h), but that the rows are looked
// up where they are. A few of them at a time, so that they stay in L1 for all tiles of P.
// Part of kernel_impl.h.

constexpr std::ptrdiff_t kGramRows = 64;
constexpr std::ptrdiff_t kGramAhead = 8;  // rows that are prefetched: they are in no order

template <int T, int K>
static void gram_tile(std::ptrdiff_t count, const int* at, const double* weight, const double* F,
                      std::ptrdiff_t ld, int row, int k0, std::ptrdiff_t known, double* P) {
  vec s[K][T];
  NN_UNROLL
  for (int k = 0; k < K; ++k) {
    NN_UNROLL
    for (int v = 0; v < T; ++v) s[k][v] = load(P + k * kRowTile + v * VL);
  }
  for (std::ptrdiff_t q = 0; q < count; ++q) {
    const double* f = F + at[q] * ld;
    if (q + kGramAhead < known) {
      const double* later = F + at[q + kGramAhead] * ld;
      NN_PREFETCH(later + row);
      NN_PREFETCH(later + row + 8);
    }
    vec x[T];
    NN_UNROLL
    for (int v = 0; v < T; ++v) x[v] = load(f + row + v * VL);
    if (weight) {
      NN_UNROLL
      for (int v = 0; v < T; ++v) x[v] *= splat(weight[q]);
    }
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      const vec y = splat(f[k0 + k]);
      NN_UNROLL
      for (int v = 0; v < T; ++v) s[k][v] += x[v] * y;
    }
  }
  NN_UNROLL
  for (int k = 0; k < K; ++k) {
    NN_UNROLL
    for (int v = 0; v < T; ++v) store(P + k * kRowTile + v * VL, s[k][v]);
  }
}

typedef void (*GramTile)(std::ptrdiff_t, const int*, const double*, const double*, std::ptrdiff_t, int, int,
                         std::ptrdiff_t, double*);

static GramTile gram_tile_of(int K) {
  constexpr int T = kTileV;
  switch (K) {
    case 1: return gram_tile<T, 1>;
    case 2: return gram_tile<T, 2>;
    case 3: return gram_tile<T, 3>;
    case 4: return gram_tile<T, 4>;
    case 5: return gram_tile<T, 5>;
    case 6: return gram_tile<T, 6>;
    case 7: return gram_tile<T, (kTileK < 7 ? 1 : 7)>;
    case 8: return gram_tile<T, (kTileK < 8 ? 1 : 8)>;
    case 9: return gram_tile<T, (kTileK < 9 ? 1 : 9)>;
    default: return gram_tile<T, (kTileK < 10 ? 1 : 10)>;
  }
}

static void gram_rows(std::ptrdiff_t count, const int* at, const double* weight, const double* F,
                      std::ptrdiff_t ld, int r, double* P) {
  const int tiles = (r + kTileK - 1) / kTileK;
  for (std::ptrdiff_t q = 0; q < count; q += kGramRows) {
    const std::ptrdiff_t here = count - q < kGramRows ? count - q : kGramRows;
    for (int row = 0; row < r; row += kRowTile)
      for (int t = 0, k = 0; t < tiles; ++t) {
        const int K = (r - k + tiles - t - 1) / (tiles - t);
        for (int v = 0; v < kRowTile / VL; v += kTileV)
          gram_tile_of(K)(here, at + q, weight ? weight + q : nullptr, F, ld, row + v * VL, k,
                          t == 0 ? count - q : 0, P + (row * r + k * kRowTile) + v * VL);
        k += K;
      }
  }
}
