// Dense kernels: A'X with sums along the rows, and P += X Y'.
// Part of kernel/impl.h.

// ---- A'X ------------------------------------------------------------------
// A tile of R columns of A times C columns of X keeps its R*C sums in
// registers. Rows go in chunks: R columns of a chunk of A stay in L1 while all of
// X's columns pass over them, and the chunk of X stays in L2 for the next R, so
// that X is read from memory once. What the next tile reads is prefetched: it
// comes from an outer cache, in runs too short for the processor to foresee.

constexpr int kTileR = kWide ? 6 : 4;
constexpr int kTileC = kWide ? 4 : 3;
constexpr int kChunk = row_chunk<number>;

// The work of R columns of a chunk of A. The sums of a tile are C*R vectors of `sums`.
struct TnRun {
  std::ptrdiff_t tiles, rows, ldx;
  const number *A, *X;
  number* sums;
  bool first;               // they start at 0
  std::ptrdiff_t last;      // how much further on the columns are that are read after the last tile's
  std::ptrdiff_t ahead;     // ... and those of the next block (0: the next chunk is fetched instead)
  std::ptrdiff_t turn, of;  // which R columns of A these are: what lies further on is shared out over them
};

// One register of rows. Of A's and X's the fewer ones are kept in registers; the others are read as they are
// needed.
template <int R, int C, bool kGaps>
static NN_INLINE void tn_step(const number* A, const number* const* x, std::ptrdiff_t i, vec (*s)[R]) {
  if (kWide) {
    vec a[R];
    NN_UNROLL
    for (int r = 0; r < R; ++r) a[r] = load(A + r * kChunk + i);
    NN_UNROLL
    for (int c = 0; c < C; ++c) {
      vec at = load(x[c] + i);
      if (kGaps) at = at == at ? at : vec{};
      NN_KEEP(at);
      NN_UNROLL
      for (int r = 0; r < R; ++r) s[c][r] += a[r] * at;
    }
  } else {
    vec at[C];
    NN_UNROLL
    for (int c = 0; c < C; ++c) {
      at[c] = load(x[c] + i);
      if (kGaps) at[c] = at[c] == at[c] ? at[c] : vec{};
      NN_KEEP(at[c]);
    }
    NN_UNROLL
    for (int r = 0; r < R; ++r) {
      vec a = load(A + r * kChunk + i);
      NN_KEEP(a);
      NN_UNROLL
      for (int c = 0; c < C; ++c) s[c][r] += a * at[c];
    }
  }
}

// With gaps, NaN in X counts as 0.
template <int R, int C, bool kGaps, bool kAhead>
static void tn_tiles(const TnRun& run) {
  constexpr int kLine = kLineV * VL;
  const std::ptrdiff_t rows = run.rows, ldx = run.ldx, lines = rows / kLine * kLine;
  // The columns of A for the next tiles of R, or of the next chunk, follow these.
  const number *A = run.A, *next_A = A + R * kChunk, *X = run.X;
  number* sums = run.sums;
  // The tile's columns in the next chunk are fetched to L2, some of their rows with every R columns of A: if
  // all were left to the first R, those would wait for memory and the others not use it. A line from each
  // column in turn: they are then streams that the processor itself runs ahead of.
  constexpr bool kFar = kWide && !kAhead && C == kTileC;
  constexpr std::ptrdiff_t kFarRows = kChunk / C;  // a line with every step of the loop
  const std::ptrdiff_t back = VL - (C - 1) * ldx;
  const std::ptrdiff_t down = run.turn * kFarRows < kChunk ? kChunk + run.turn * kFarRows : 0;
  for (std::ptrdiff_t q = 0; q < run.tiles; ++q) {
    const std::ptrdiff_t next_X = q + 1 < run.tiles ? C * ldx : run.last;
    const std::ptrdiff_t ahead = kAhead && q % run.of == run.turn ? run.ahead : 0;
    const number *x[C], *far = X + down;
    vec s[C][R];
    NN_UNROLL
    for (int c = 0; c < C; ++c) {
      x[c] = X + c * ldx;
      NN_UNROLL
      for (int r = 0; r < R; ++r) s[c][r] = run.first ? vec{} : load(sums + (c * R + r) * VL);
    }
    std::ptrdiff_t i = 0;
    for (; i < lines; i += kLine) {
      if (kWide) NN_PREFETCH(next_A + i);
      if (kFar) {
        NN_PREFETCH_L2(far);
        far += static_cast<std::size_t>(i) / VL % C == C - 1 ? back : ldx;
      }
      NN_UNROLL
      for (int c = 0; c < C; ++c) {
        NN_PREFETCH(x[c] + (i + next_X));
        if (kAhead && c % 2 == 0) NN_PREFETCH(x[c] + (i + ahead));
      }
      NN_UNROLL
      for (int v = 0; v < kLineV; ++v) tn_step<R, C, kGaps>(A, x, i + v * VL, s);
    }
    for (; i < rows; i += VL) tn_step<R, C, kGaps>(A, x, i, s);
    NN_UNROLL
    for (int c = 0; c < C; ++c) {
      NN_UNROLL
      for (int r = 0; r < R; ++r) store(sums + (c * R + r) * VL, s[c][r]);
    }
    X += C * ldx;
    sums += C * R * VL;
    if (q + 1 < R) next_A += kChunk;
  }
}

typedef void (*TnTiles)(const TnRun&);

template <int C, bool kGaps, bool kAhead>
static TnTiles tn_tiles_of_rank(int R) {
  switch (R) {
    case 1: return tn_tiles<1, C, kGaps, kAhead>;
    case 2: return tn_tiles<2, C, kGaps, kAhead>;
    case 3: return tn_tiles<3, C, kGaps, kAhead>;
    case 4: return tn_tiles<(kTileR < 4 ? 1 : 4), C, kGaps, kAhead>;
    case 5: return tn_tiles<(kTileR < 5 ? 1 : 5), C, kGaps, kAhead>;
    default: return tn_tiles<(kTileR < 6 ? 1 : 6), C, kGaps, kAhead>;
  }
}

// With gaps nothing is fetched ahead, and columns left over go one by one: they come in groups of kLanes, so
// that there are some at the end of X only. (Each of these functions takes its time to compile.)
template <bool kGaps>
static TnTiles tn_tiles_of(int R, int C, bool ahead) {
  constexpr bool kAhead = kWide && !kGaps;
  if (C == kTileC)
    return ahead ? tn_tiles_of_rank<kTileC, kGaps, kAhead>(R) : tn_tiles_of_rank<kTileC, kGaps, false>(R);
  switch (C) {
    case 1: return tn_tiles_of_rank<1, kGaps, false>(R);
    case 2: return tn_tiles_of_rank<(kGaps ? 1 : 2), kGaps, false>(R);
    default: return tn_tiles_of_rank<(kGaps ? 1 : 3), kGaps, false>(R);
  }
}

// out[c*ldo + r] = the sum of the vector (c, r) of a tile.
static void tile_sums(const number* tile, int C, int R, double* out, std::ptrdiff_t ldo) {
  double sums[kTileC * kTileR];
  int q = 0;
  for (; q + kDoubles <= C * R; q += kDoubles) {
    double some[kDoubles * kDoubles];
    for (int m = 0; m < kDoubles; ++m) store(some + m * kDoubles, whole_sums(tile + (q + m) * VL));
    hsums(some, sums + q);
  }
  for (; q < C * R; ++q) sums[q] = hsum(whole_sums(tile + q * VL));
  for (int c = 0; c < C; ++c)
    for (int r = 0; r < R; ++r) out[c * ldo + r] = sums[c * R + r];
}

template <bool kGaps>
static void tn(std::ptrdiff_t rows, const number* A, int r, const number* X, std::ptrdiff_t ldx,
               std::ptrdiff_t n, double* out, std::ptrdiff_t ldo, number* acc, std::ptrdiff_t ahead) {
  const std::ptrdiff_t whole = rows / VL * VL;
  if (whole == 0) std::memset(acc, 0, sizeof(number) * n * r * VL);
  // Even tiles: 13 columns of A go as 5 + 4 + 4, not 6 + 6 + 1.
  const int tiles = (r + kTileR - 1) / kTileR;
  const auto width = [&](int t, int k) { return (r - k + tiles - t - 1) / (tiles - t); };
  const int rest = static_cast<int>(n % kTileC);
  const std::ptrdiff_t even = n - rest;
  for (std::ptrdiff_t i = 0; i < whole; i += kChunk) {
    const std::ptrdiff_t chunk = whole - i < kChunk ? whole - i : kChunk;
    for (int t = 0, k = 0; t < tiles; ++t) {
      const int R = width(t, k);
      // After the last columns the first ones are read again, or those of the next chunk, or nothing.
      const std::ptrdiff_t stay = (rest ? even : even - kTileC) * ldx;
      const std::ptrdiff_t next = t + 1 < tiles ? 0 : i + kChunk < whole ? kChunk : stay;
      TnRun run = {};
      run.rows = chunk;
      run.ldx = ldx;
      run.A = A + i * r + k * kChunk;
      run.X = X + i;
      run.sums = acc + k * n * VL;
      run.first = i == 0;
      run.turn = t;
      run.of = tiles;
      if (even > 0) {
        run.tiles = even / kTileC;
        run.last = rest ? rest * ldx : next - (even - kTileC) * ldx;
        run.ahead = ahead * ldx;
        tn_tiles_of<kGaps>(R, kTileC, ahead > 0)(run);
      }
      if (rest) {
        const int C = kGaps ? 1 : rest;
        run.tiles = rest / C;
        run.X += even * ldx;
        run.sums += even * R * VL;
        run.last = next - (n - C) * ldx;
        tn_tiles_of<kGaps>(R, C, false)(run);
      }
      k += R;
    }
  }
  for (int t = 0, k = 0; t < tiles; ++t) {
    const int R = width(t, k);
    for (std::ptrdiff_t j = 0; j < n; j += kTileC)
      tile_sums(acc + (k * n + j * R) * VL, n - j < kTileC ? rest : kTileC, R, out + j * ldo + k, ldo);
    k += R;
  }
  for (std::ptrdiff_t j = 0; j < n; ++j)
    for (std::ptrdiff_t i = whole; i < rows; ++i) {
      const number x = X[i + j * ldx];
      if (kGaps && !(x == x)) continue;
      const number* a = A + i / kChunk * r * kChunk + i % kChunk;
      for (int k = 0; k < r; ++k) out[j * ldo + k] += a[k * kChunk] * x;
    }
}

// ---- P += X Y' ------------------------------------------------------------
// A tile of rows of P times K components stays in registers over all
// columns of the block. With more than two tiles of components, or fewer rows
// than a tile, the rows of X are first copied to a contiguous panel in L1.

constexpr std::ptrdiff_t kNtColumns = 128;
constexpr int kNtRows = kTileV * VL > kRowTile ? kTileV* VL : kRowTile;
constexpr int kNtLines = kNtRows / VL / kLineV;  // of a column of X, 1 or 2
static_assert(kNtRows <= kMostRowTile, "P has room for them");

// `next`: the rows of X that the next tile reads; `ahead`: those of the next block. The
// next tile of P follows this one.
struct NtTile {
  template <int K>
  static void run(std::ptrdiff_t n, const number* X, std::ptrdiff_t ldx, const number* Y, std::ptrdiff_t ldy,
                  int r, double* P, const number* next, const number* ahead, std::ptrdiff_t ld_ahead) {
    TileSums<K> sums(P, r);
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      vec x[kTileV];
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) x[v] = load(X + j * ldx + v * VL);
      if (next) {
        NN_PREFETCH(next + j * ld_ahead);
        if (kNtLines > 1) NN_PREFETCH(next + j * ld_ahead + kLineV * VL);
      }
      if (kWide && j < 2 * K) NN_PREFETCH(P + K * kRowTile + j * 8);
      if (ahead && j % 2 == 1) {
        NN_PREFETCH(ahead + j * ld_ahead);
        if (kNtLines > 1) NN_PREFETCH(ahead + j * ld_ahead + kLineV * VL);
      }
      sums.add(x, Y + j * ldy);
    }
    sums.to(P, r);
  }
};

static void nt_columns(std::ptrdiff_t rows, std::ptrdiff_t n, const number* X, std::ptrdiff_t ldx,
                       const number* Y, std::ptrdiff_t ldy, int r, double* P, std::ptrdiff_t ahead) {
  alignas(64) number panel[kNtRows * kNtColumns];
  const int tiles = (r + kTileK - 1) / kTileK;
  for (std::ptrdiff_t i = 0; i < rows; i += kNtRows, P += kNtRows * r) {
    const std::ptrdiff_t here = rows - i < kNtRows ? rows - i : kNtRows;
    const number* x = X + i;
    std::ptrdiff_t ld = ldx;
    if (tiles > 2 || here < kNtRows) {
      for (std::ptrdiff_t j = 0; j < n; ++j) {
        number* to = panel + j * kNtRows;
        const number* from = X + i + j * ldx;
        if (here == kNtRows) {
          NN_UNROLL
          for (int v = 0; v < kNtRows / VL; ++v) store(to + v * VL, load(from + v * VL));
        } else {
          for (int v = 0; v < kNtRows; ++v) to[v] = v < here ? from[v] : 0;
        }
      }
      x = panel;
      ld = kNtRows;
    }
    for (int t = 0, k = 0; t < tiles; ++t) {
      const int K = (r - k + tiles - t - 1) / (tiles - t);
      for (int v = 0; v < kNtRows / VL; v += kTileV)
        tile_of<NtTile>(K)(n, x + v * VL, ld, Y + k, ldy, r, P + k * kRowTile + v * VL,
                           t == 0 && v == 0 && i + kNtRows < rows ? X + i + kNtRows : nullptr,
                           t == tiles - 1 && v == 0 && ahead ? X + i + ahead * ldx : nullptr, ldx);
      k += K;
    }
  }
}

static void nt(std::ptrdiff_t rows, std::ptrdiff_t n, const number* X, std::ptrdiff_t ldx, const number* Y,
               std::ptrdiff_t ldy, int r, double* P, std::ptrdiff_t ahead) {
  for (std::ptrdiff_t j = 0; j < n; j += kNtColumns)
    nt_columns(rows, n - j < kNtColumns ? n - j : kNtColumns, X + j * ldx, ldx, Y + j * ldy, ldy, r, P,
               ahead);
}
