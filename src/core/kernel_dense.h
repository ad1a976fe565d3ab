// Dense kernels: A'X with sums along the rows, and P += X Y'.
// Part of kernel_impl.h.

// ---- A'X ------------------------------------------------------------------
// A tile of R columns of A times C columns of X keeps its R*C sums in
// registers. Rows go in chunks: R columns of a chunk of A stay in L1 while all of
// X's columns pass over them, and the chunk of X stays in L2 for the next R, so
// that X is read from memory once. What the next tile reads is prefetched: it
// comes from an outer cache, in runs too short for the processor to foresee.

constexpr int kTileR = kWide ? 6 : 3;
constexpr int kTileC = kWide ? 4 : 3;

// What a tile prefetches for those after it. Which of these, is known when it is compiled: a branch each
// would cost as much as the sums do.
struct TnNext {
  std::ptrdiff_t X;      // how much further on the columns are that the next tile reads
  std::ptrdiff_t ahead;  // ... and those of the next block
  const double* A;       // a column of the next A
};
enum Fetch { kNothing, kX, kXA, kXAAhead };

// With gaps, NaN in X counts as 0.
template <int R, int C, bool kGaps, Fetch kFetch>
static void tn_tile(std::ptrdiff_t rows, const double* A, const double* X, std::ptrdiff_t ldx, double* acc,
                    std::ptrdiff_t acc_stride, const TnNext& next, bool first) {
  const std::ptrdiff_t next_X = next.X, ahead = next.ahead;
  const double *next_A = next.A, *x[C];
  vec s[C][R];
  NN_UNROLL
  for (int c = 0; c < C; ++c) {
    x[c] = X + c * ldx;
    NN_UNROLL
    for (int r = 0; r < R; ++r) s[c][r] = first ? vec{} : load(acc + (c * acc_stride + r) * VL);
  }
  for (std::ptrdiff_t i = 0; i + VL <= rows; i += VL) {
    vec a[R];
    NN_UNROLL
    for (int r = 0; r < R; ++r) a[r] = load(A + r * kRowChunk + i);
    if (kFetch == kXA || kFetch == kXAAhead) NN_PREFETCH(next_A + i);
    NN_UNROLL
    for (int c = 0; c < C; ++c) {
      vec at = load(x[c] + i);
      if (kGaps) at = at == at ? at : vec{};
      NN_KEEP(at);
      if (kFetch != kNothing) NN_PREFETCH(x[c] + (i + next_X));
      if (kFetch == kXAAhead && c % 2 == 0) NN_PREFETCH(x[c] + (i + ahead));
      NN_UNROLL
      for (int r = 0; r < R; ++r) s[c][r] += a[r] * at;
    }
  }
  NN_UNROLL
  for (int c = 0; c < C; ++c) {
    NN_UNROLL
    for (int r = 0; r < R; ++r) store(acc + (c * acc_stride + r) * VL, s[c][r]);
  }
}

typedef void (*TnTile)(std::ptrdiff_t, const double*, const double*, std::ptrdiff_t, double*, std::ptrdiff_t,
                       const TnNext&, bool);

template <int C, bool kGaps, Fetch kFetch>
static TnTile tn_tile_of_rank(int R) {
  switch (R) {
    case 1: return tn_tile<1, C, kGaps, kFetch>;
    case 2: return tn_tile<2, C, kGaps, kFetch>;
    case 3: return tn_tile<3, C, kGaps, kFetch>;
    case 4: return tn_tile<(kTileR < 4 ? 1 : 4), C, kGaps, kFetch>;
    case 5: return tn_tile<(kTileR < 5 ? 1 : 5), C, kGaps, kFetch>;
    default: return tn_tile<(kTileR < 6 ? 1 : 6), C, kGaps, kFetch>;
  }
}

// At the last columns, which may be fewer than kTileC, nothing is prefetched.
template <bool kGaps>
static TnTile tn_tile_of(int R, int C, Fetch fetch) {
  if (C == kTileC) switch (fetch) {
      case kNothing: return tn_tile_of_rank<kTileC, kGaps, kNothing>(R);
      case kX: return tn_tile_of_rank<kTileC, kGaps, kX>(R);
      case kXA: return tn_tile_of_rank<kTileC, kGaps, kWide ? kXA : kX>(R);
      default: return tn_tile_of_rank<kTileC, kGaps, kWide ? kXAAhead : kX>(R);
    }
  switch (C) {
    case 1: return tn_tile_of_rank<1, kGaps, kNothing>(R);
    case 2: return tn_tile_of_rank<2, kGaps, kNothing>(R);
    default: return tn_tile_of_rank<3, kGaps, kNothing>(R);
  }
}

template <bool kGaps>
static void tn(std::ptrdiff_t rows, const double* A, int r, const double* X, std::ptrdiff_t ldx,
               std::ptrdiff_t n, double* out, std::ptrdiff_t ldo, double* acc, std::ptrdiff_t ahead) {
  const std::ptrdiff_t whole = rows / VL * VL;
  if (whole == 0) std::memset(acc, 0, sizeof(double) * n * r * VL);
  // Even tiles: 13 columns of A go as 5 + 4 + 4, not 6 + 6 + 1.
  const int tiles = (r + kTileR - 1) / kTileR;
  for (std::ptrdiff_t i = 0; i < whole; i += kRowChunk) {
    const std::ptrdiff_t chunk = whole - i < kRowChunk ? whole - i : kRowChunk;
    for (int t = 0, k = 0; t < tiles; ++t) {
      const int R = (r - k + tiles - t - 1) / (tiles - t);
      const double* a = A + i * r + k * kRowChunk;
      int fetched = 0;  // of the next columns of A, over all columns of X
      for (std::ptrdiff_t j = 0; j < n; j += kTileC) {
        const int C = n - j < kTileC ? static_cast<int>(n - j) : kTileC;
        const double* x = X + j * ldx + i;
        TnNext next = {0, 0, a};
        Fetch fetch = kX;
        if (j + C < n)  // all of the next columns, also where they are fewer
          next.X = (j + 2 * C < n ? C : n - C - j) * ldx;
        else if (t + 1 < tiles)  // the first ones again
          next.X = -j * ldx;
        else if (i + kRowChunk < whole)  // ... of the next chunk
          next.X = kRowChunk - j * ldx;
        else
          fetch = kNothing;
        if (kWide && fetch == kX) {
          if (fetched * n < R * (j + C)) {
            next.A = a + (R + fetched) * kRowChunk;
            fetch = kXA;
            while (fetched * n < R * (j + C)) ++fetched;
          }
          if (ahead && j / kTileC % tiles == t) {
            next.ahead = ahead * ldx;
            fetch = kXAAhead;
          }
        }
        tn_tile_of<kGaps>(R, C, fetch)(chunk, a, x, ldx, acc + (j * r + k) * VL, r, next, i == 0);
      }
      k += R;
    }
  }
  for (std::ptrdiff_t j = 0; j < n; ++j) {
    double* to = out + j * ldo;
    const double* from = acc + j * r * VL;
    int k = 0;
    for (; k + VL <= r; k += VL) hsums(from + k * VL, to + k);
    for (; k < r; ++k) to[k] = hsum(load(from + k * VL));
    for (std::ptrdiff_t i = whole; i < rows; ++i) {
      const double x = X[i + j * ldx];
      if (kGaps && !(x == x)) continue;
      for (int m = 0; m < r; ++m) to[m] += A[(i / kRowChunk * r + m) * kRowChunk + i % kRowChunk] * x;
    }
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
