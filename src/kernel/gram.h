// P += sum of v f f' over some rows f of F: as XY' (kernel/dense.h), but that the rows are looked
// up where they are. A few of them at a time, so that they stay in L1 for all tiles of P. The sum is
// symmetric: of a register of rows from i on, components below i are left out.
// Part of kernel/impl.h.

constexpr std::ptrdiff_t kGramRows = 64;
constexpr std::ptrdiff_t kGramAhead = 8;  // rows that are prefetched: they are in no order

// Two registers of rows; the second has components from kSecond on.
template <int K, int kSecond>
static void gram_tile(std::ptrdiff_t count, const int* at, const double* weight, const double* F,
                      std::ptrdiff_t ld, int row, int k0, std::ptrdiff_t known, double* P) {
  vec first[K], second[K];
  NN_UNROLL
  for (int k = 0; k < K; ++k) {
    first[k] = load(P + k * kRowTile);
    if (k >= kSecond) second[k] = load(P + k * kRowTile + VL);
  }
  for (std::ptrdiff_t q = 0; q < count; ++q) {
    const double* f = F + at[q] * ld;
    if (q + kGramAhead < known) {
      const double* later = F + at[q + kGramAhead] * ld;
      NN_PREFETCH(later + row);
      NN_PREFETCH(later + row + 8);
    }
    vec x = load(f + row), y = kSecond < K ? load(f + row + VL) : vec{};
    if (weight) {
      x *= splat(weight[q]);
      y *= splat(weight[q]);
    }
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      const vec fk = splat(f[k0 + k]);
      first[k] += x * fk;
      if (k >= kSecond) second[k] += y * fk;
    }
  }
  NN_UNROLL
  for (int k = 0; k < K; ++k) {
    store(P + k * kRowTile, first[k]);
    if (k >= kSecond) store(P + k * kRowTile + VL, second[k]);
  }
}

struct GramBoth {
  template <int K>
  static void run(std::ptrdiff_t count, const int* at, const double* weight, const double* F,
                  std::ptrdiff_t ld, int row, int k0, std::ptrdiff_t known, double* P) {
    gram_tile<K, 0>(count, at, weight, F, ld, row, k0, known, P);
  }
};
// Of the second register only the components beyond the first.
struct GramCorner {
  template <int K>
  static void run(std::ptrdiff_t count, const int* at, const double* weight, const double* F,
                  std::ptrdiff_t ld, int row, int k0, std::ptrdiff_t known, double* P) {
    gram_tile<K, (K < VL ? K : VL)>(count, at, weight, F, ld, row, k0, known, P);
  }
};

static void gram_rows(std::ptrdiff_t count, const int* at, const double* weight, const double* F,
                      std::ptrdiff_t ld, int r, double* P) {
  static_assert(kTileV == 2, "two registers");
  const int tiles = (r + kTileK - 1) / kTileK;
  for (std::ptrdiff_t q = 0; q < count; q += kGramRows) {
    const std::ptrdiff_t here = count - q < kGramRows ? count - q : kGramRows;
    for (int row = 0; row < r; row += 2 * VL) {
      std::ptrdiff_t known = count - q;  // the first tile of a row of tiles prefetches
      for (int t = 0, k = 0; t < tiles; ++t) {
        const int K = (r - k + tiles - t - 1) / (tiles - t), tile = row / kRowTile * kRowTile;
        if (k + K > row) {
          const auto run = k == row || k + K <= row + VL ? tile_of<GramCorner>(K) : tile_of<GramBoth>(K);
          run(here, at + q, weight ? weight + q : nullptr, F, ld, row, k, known,
              P + (tile * r + k * kRowTile) + (row - tile));
          known = 0;
        }
        k += K;
      }
    }
  }
}
