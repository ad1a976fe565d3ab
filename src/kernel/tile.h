// A tile of P: kRowTile rows times K components, whose sums stay in registers while what
// adds to them goes by. Part of kernel/impl.h.

constexpr int kTileV = 2;               // registers along the rows
constexpr int kTileK = kWide ? 10 : 6;  // components

template <int K>
struct TileSums {
  vec s[K][kTileV];

  NN_INLINE explicit TileSums(const double* P) {
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) s[k][v] = load(P + k * kRowTile + v * VL);
    }
  }
  // P(i, k) += x_i y_k
  NN_INLINE void add(const vec* x, const double* y) {
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      const vec yk = splat(y[k]);
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) s[k][v] += x[v] * yk;
    }
  }
  NN_INLINE void to(double* P) const {
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      NN_UNROLL
      for (int v = 0; v < kTileV; ++v) store(P + k * kRowTile + v * VL, s[k][v]);
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
