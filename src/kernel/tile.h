// A tile of P: kTileV registers of rows times K components, whose sums stay in registers while what
// adds to them goes by. Part of kernel/impl.h.

constexpr int kTileV = 2;               // registers along the rows
constexpr int kTileK = kWide ? 10 : 6;  // components

// Where register v of a tile's rows is, from its first one on, in a P of r components.
static NN_INLINE std::ptrdiff_t in_tiles(int v, int r) {
  return v * VL / kRowTile * kRowTile * static_cast<std::ptrdiff_t>(r) + v * VL % kRowTile;
}

template <int K>
struct TileSums {
  vec s[K][kTileV];

  NN_INLINE TileSums(const double* P, int r) {
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) s[k][v] = tile_begin(P + k * kRowTile + in_tiles(v, r));
    }
  }
  // P(i, k) += x_i y_k
  NN_INLINE void add(const vec* x, const number* y) {
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      const vec yk = splat(y[k]);
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) s[k][v] += x[v] * yk;
    }
  }
  NN_INLINE void to(double* P, int r) const {
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) tile_end(P + k * kRowTile + in_tiles(v, r), s[k][v]);
    }
  }
};

// Tile::run<K> for a K up to kTileK that is known at run time.
template <class Tile>
static auto tile_of(int K) -> decltype(&Tile::template run<1>) {
  switch (K) {
    case 1: return &Tile::template run<1>;
    case 2: return &Tile::template run<2>;
    case 3: return &Tile::template run<3>;
    case 4: return &Tile::template run<4>;
    case 5: return &Tile::template run<5>;
    case 6: return &Tile::template run<6>;
    case 7: return &Tile::template run<(kTileK < 7 ? 1 : 7)>;
    case 8: return &Tile::template run<(kTileK < 8 ? 1 : 8)>;
    case 9: return &Tile::template run<(kTileK < 9 ? 1 : 9)>;
    default: return &Tile::template run<(kTileK < 10 ? 1 : 10)>;
  }
}
