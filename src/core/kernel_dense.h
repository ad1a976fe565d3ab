// Dense kernels: A'X with sums along the rows, and P += X Y'.
// Part of kernel_impl.h.

// ---- A'X ------------------------------------------------------------------
// A tile of R columns of A times C columns of X keeps its R*C sums in
// registers. Rows go in chunks: R columns of a chunk of A stay in L1 while all of
// X's columns pass over them, and the chunk of X stays in L2 for the next R, so
// that X is read from memory once. What the next tile reads is prefetched: it
// comes from an outer cache, in runs too short for the processor to foresee.

constexpr int kTileR = kWide ? 5 : 3;
constexpr int kTileC = kWide ? 4 : 3;

// With gaps, NaN in X counts as 0.
template <int R, int C, bool kGaps>
static void tn_tile(std::ptrdiff_t rows, const double* A, const double* X, std::ptrdiff_t ldx, double* acc,
                    std::ptrdiff_t acc_stride, const double* next, const double* ahead, const double* next_A,
                    int next_columns, bool first) {
  vec s[C][R];
  NN_UNROLL
  for (int c = 0; c < C; ++c) {
    NN_UNROLL
    for (int r = 0; r < R; ++r) s[c][r] = first ? vec{} : load(acc + (c * acc_stride + r) * VL);
  }
  for (std::ptrdiff_t i = 0; i + VL <= rows; i += VL) {
    vec a[R];
    NN_UNROLL
    for (int r = 0; r < R; ++r) a[r] = load(A + r * kRowChunk + i);
    if (kWide)
      for (int r = 0; r < next_columns; ++r) NN_PREFETCH(next_A + r * kRowChunk + i);
    NN_UNROLL
    for (int c = 0; c < C; ++c) {
      vec x = load(X + c * ldx + i);
      if (kGaps) x = x == x ? x : vec{};
      if (next) NN_PREFETCH(next + c * ldx + i);
      if (kWide && ahead && c % 2 == 0) NN_PREFETCH(ahead + c * ldx + i);
      NN_UNROLL
      for (int r = 0; r < R; ++r) s[c][r] += a[r] * x;
    }
  }
  NN_UNROLL
  for (int c = 0; c < C; ++c) {
    NN_UNROLL
    for (int r = 0; r < R; ++r) store(acc + (c * acc_stride + r) * VL, s[c][r]);
  }
}

typedef void (*TnTile)(std::ptrdiff_t, const double*, const double*, std::ptrdiff_t, double*, std::ptrdiff_t,
                       const double*, const double*, const double*, int, bool);

template <int C, bool kGaps>
static TnTile tn_tile_of_rank(int R) {
  switch (R) {
    case 1: return tn_tile<1, C, kGaps>;
    case 2: return tn_tile<2, C, kGaps>;
    case 3: return tn_tile<3, C, kGaps>;
    case 4: return tn_tile<4, C, kGaps>;
    default: return tn_tile<5, C, kGaps>;
  }
}

template <bool kGaps>
static TnTile tn_tile_of(int R, int C) {
  switch (C) {
    case 1: return tn_tile_of_rank<1, kGaps>(R);
    case 2: return tn_tile_of_rank<2, kGaps>(R);
    case 3: return tn_tile_of_rank<3, kGaps>(R);
    default: return tn_tile_of_rank<4, kGaps>(R);
  }
}

template <bool kGaps>
static void tn(std::ptrdiff_t rows, const double* A, int r, const double* X, std::ptrdiff_t ldx,
               std::ptrdiff_t n, double* out, std::ptrdiff_t ldo, double* acc, std::ptrdiff_t ahead) {
  const std::ptrdiff_t whole = rows / VL * VL;
  if (whole == 0) std::memset(acc, 0, sizeof(double) * n * r * VL);
  // Even tiles: 11 columns of A go as 4 + 4 + 3, not 5 + 5 + 1.
  const int tiles = (r + kTileR - 1) / kTileR;
  for (std::ptrdiff_t i = 0; i < whole; i += kRowChunk) {
    const std::ptrdiff_t chunk = whole - i < kRowChunk ? whole - i : kRowChunk;
    for (int t = 0, k = 0; t < tiles; ++t) {
      const int R = (r - k + tiles - t - 1) / (tiles - t);
      // After the last columns: the first ones again, or those of the next chunk.
      const double* wrap = t + 1 < tiles ? X + i : i + kRowChunk < whole ? X + i + kRowChunk : nullptr;
      const double* a = A + i * r + k * kRowChunk;
      const TnTile wide = tn_tile_of<kGaps>(R, kTileC);
      int fetched = 0;  // of the next columns of A
      for (std::ptrdiff_t j = 0; j < n; j += kTileC) {
        const int C = n - j < kTileC ? static_cast<int>(n - j) : kTileC, before = fetched;
        while (fetched * n < R * (j + C)) ++fetched;
        const double* x = X + j * ldx + i;
        const TnTile tile = C == kTileC ? wide : tn_tile_of<kGaps>(R, C);
        tile(chunk, a, x, ldx, acc + (j * r + k) * VL, r,
             j + C < n ? X + (j + 2 * C < n ? j + C : n - C) * ldx + i : wrap,
             ahead && j / kTileC % tiles == t ? x + ahead * ldx : nullptr, a + (R + before) * kRowChunk,
             fetched - before, i == 0);
      }
      k += R;
    }
  }
  for (std::ptrdiff_t j = 0; j < n; ++j)
    for (int k = 0; k < r; ++k) {
      double sum = hsum(load(acc + (j * r + k) * VL));
      for (std::ptrdiff_t i = whole; i < rows; ++i) {
        const double x = X[i + j * ldx];
        if (!kGaps || x == x) sum += A[(i / kRowChunk * r + k) * kRowChunk + i % kRowChunk] * x;
      }
      out[k + j * ldo] = sum;
    }
}

// ---- P += X Y' ------------------------------------------------------------
// A tile of kRowTile rows of P times K components stays in registers over all
// columns of the block. With more than one tile of components, or fewer rows
// than a tile, the rows of X are first copied to a contiguous panel in L1.

constexpr std::ptrdiff_t kNtColumns = 128;

// `next`: the rows of X that the next tile reads; `ahead`: those of the next block. The
// next tile of P follows this one.
struct NtTile {
  template <int K>
  static void run(std::ptrdiff_t n, const double* X, std::ptrdiff_t ldx, const double* Y, std::ptrdiff_t ldy,
                  double* P, const double* next, const double* ahead, std::ptrdiff_t ld_ahead) {
    TileSums<K> sums(P);
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      vec x[kTileV];
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) x[v] = load(X + j * ldx + v * VL);
      if (next) {
        NN_PREFETCH(next + j * ld_ahead);
        NN_PREFETCH(next + j * ld_ahead + 8);
      }
      if (kWide && j < 2 * K) NN_PREFETCH(P + K * kRowTile + j * 8);
      if (ahead && j % 2 == 1) {
        NN_PREFETCH(ahead + j * ld_ahead);
        NN_PREFETCH(ahead + j * ld_ahead + 8);
      }
      sums.add(x, Y + j * ldy);
    }
    sums.to(P);
  }
};

static void nt_columns(std::ptrdiff_t rows, std::ptrdiff_t n, const double* X, std::ptrdiff_t ldx,
                       const double* Y, std::ptrdiff_t ldy, int r, double* P, std::ptrdiff_t ahead) {
  alignas(64) double panel[kRowTile * kNtColumns];
  const int tiles = (r + kTileK - 1) / kTileK;
  for (std::ptrdiff_t i = 0; i < rows; i += kRowTile, P += kRowTile * r) {
    const std::ptrdiff_t here = rows - i < kRowTile ? rows - i : kRowTile;
    const double* x = X + i;
    std::ptrdiff_t ld = ldx;
    if (tiles > 1 || here < kRowTile) {
      for (std::ptrdiff_t j = 0; j < n; ++j) {
        double* to = panel + j * kRowTile;
        const double* from = X + i + j * ldx;
        if (here == kRowTile) {
          NN_UNROLL
          for (int v = 0; v < kRowTile / VL; ++v) store(to + v * VL, load(from + v * VL));
        } else {
          for (int v = 0; v < kRowTile; ++v) to[v] = v < here ? from[v] : 0.0;
        }
      }
      x = panel;
      ld = kRowTile;
    }
    for (int t = 0, k = 0; t < tiles; ++t) {
      const int K = (r - k + tiles - t - 1) / (tiles - t);
      for (int v = 0; v < kRowTile / VL; v += kTileV)
        tile_of<NtTile>(K)(n, x + v * VL, ld, Y + k, ldy, P + k * kRowTile + v * VL,
                           t == 0 && v == 0 && i + kRowTile < rows ? X + i + kRowTile : nullptr,
                           t == tiles - 1 && v == 0 && ahead ? X + i + ahead * ldx : nullptr, ldx);
      k += K;
    }
  }
}

static void nt(std::ptrdiff_t rows, std::ptrdiff_t n, const double* X, std::ptrdiff_t ldx, const double* Y,
               std::ptrdiff_t ldy, int r, double* P, std::ptrdiff_t ahead) {
  for (std::ptrdiff_t j = 0; j < n; j += kNtColumns)
    nt_columns(rows, n - j < kNtColumns ? n - j : kNtColumns, X + j * ldx, ldx, Y + j * ldy, ldy, r, P,
               ahead);
}
