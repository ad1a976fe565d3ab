// Rows to columns in registers. Part of kernel/impl.h.
//
// Four coordinates of VL rows are turned in registers: register c has four numbers of each of the rows c, c +
// 4, ..., so that turning each square of 4 x 4 puts the rows in their order. (One number at a time, this
// takes as long as all sums over the entries.)
#if defined(__clang__) || __GNUC__ >= 12
constexpr bool kTurns = VL >= 4;
#else
constexpr bool kTurns = false;
#endif

// Coordinates k to k + 3 of VL rows: of[m] has coordinate k + m of all of them.
struct Turned {
  vec of[4];
};

#if defined(__clang__) || __GNUC__ >= 12
// Registers of two numbers are left alone.
constexpr int kQuad = VL >= 4 ? 4 : VL;
typedef number quad __attribute__((vector_size(kQuad * sizeof(number)), aligned(sizeof(number)), may_alias));

template <class Both, class Part, std::size_t... I>
static NN_INLINE Both joined_of(const Part& a, const Part& b, std::index_sequence<I...>) {
  return __builtin_shufflevector(a, b, I...);
}
// Four numbers at each of row[0] + k, row[4] + k, ...
template <int N>
struct Quads {
  typedef number type __attribute__((vector_size(kQuad * N * sizeof(number))));
  static NN_INLINE type of(const number* const* row, int k) {
    typedef typename Quads<N / 2>::type half_type;
    const half_type a = Quads<N / 2>::of(row, k), b = Quads<N / 2>::of(row + 2 * N, k);
    return joined_of<type>(a, b, std::make_index_sequence<kQuad * N>());
  }
};
template <>
struct Quads<1> {
  typedef number type __attribute__((vector_size(kQuad * sizeof(number))));
  static NN_INLINE type of(const number* const* row, int k) {
    return *reinterpret_cast<const quad*>(row[0] + k);
  }
};
// From each square of a and b: in[i] < 4 is a's number, otherwise b's number in[i] - 4.
template <int i0, int i1, int i2, int i3, class Vec, std::size_t... I>
static NN_INLINE Vec mixed_of(const Vec& a, const Vec& b, std::index_sequence<I...>) {
  constexpr int in[4] = {i0, i1, i2, i3};
  constexpr int length = static_cast<int>(sizeof...(I));
  return __builtin_shufflevector(
      a, b, ((static_cast<int>(I) / 4 * 4 + in[I % 4] % 4) % length + (in[I % 4] < 4 ? 0 : length))...);
}
// Each square of 4 x 4 in four registers.
template <class Vec, std::size_t... I>
static NN_INLINE void turn_squares(Vec* v, std::index_sequence<I...> all) {
  const Vec ab = mixed_of<0, 4, 1, 5>(v[0], v[1], all), cd = mixed_of<0, 4, 1, 5>(v[2], v[3], all);
  const Vec ab2 = mixed_of<2, 6, 3, 7>(v[0], v[1], all), cd2 = mixed_of<2, 6, 3, 7>(v[2], v[3], all);
  v[0] = mixed_of<0, 1, 4, 5>(ab, cd, all);
  v[1] = mixed_of<2, 3, 6, 7>(ab, cd, all);
  v[2] = mixed_of<0, 1, 4, 5>(ab2, cd2, all);
  v[3] = mixed_of<2, 3, 6, 7>(ab2, cd2, all);
}

static NN_INLINE Turned turned_rows(const number* const* row, int k) {
  constexpr int N = VL >= 4 ? VL / 4 : 1;
  typedef Quads<N> Q;
  typename Q::type v[4] = {Q::of(row, k), Q::of(row + 1, k), Q::of(row + 2, k), Q::of(row + 3, k)};
  turn_squares(v, std::make_index_sequence<kQuad * N>());
  Turned out;
  NN_UNROLL
  for (int m = 0; m < 4; ++m) std::memcpy(&out.of[m], &v[m], sizeof out.of[m]);
  return out;
}
// And back: coordinates k to k + 3 of VL rows that are `row` numbers long.
static NN_INLINE void turn_back(const Turned& four, number* to, std::ptrdiff_t row) {
  constexpr int N = VL >= 4 ? VL / 4 : 1;
  typename Quads<N>::type v[4];
  NN_UNROLL
  for (int m = 0; m < 4; ++m) std::memcpy(&v[m], &four.of[m], sizeof v[m]);
  turn_squares(v, std::make_index_sequence<kQuad * N>());
  NN_UNROLL
  for (int m = 0; m < 4; ++m) {
    NN_UNROLL
    for (int s = 0; s < N; ++s)
      std::memcpy(to + (4 * s + m) * row, reinterpret_cast<const number*>(&v[m]) + 4 * s,
                  kQuad * sizeof(number));
  }
}
#else
static NN_INLINE Turned turned_rows(const number* const*, int) { return {}; }
static NN_INLINE void turn_back(const Turned&, number*, std::ptrdiff_t) {}
#endif
