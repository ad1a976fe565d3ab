// Rows `at` of F, laid out coordinate by coordinate, and entries in the units of a fit. Part of
// kernel/impl.h.

// Four coordinates of VL rows are turned in registers: register c has four numbers of each of the rows c, c +
// 4, ..., so that turning each square of 4 x 4 puts the rows in their order. (One number at a time, this
// takes as long as all sums over the entries.)
#if defined(__clang__) || __GNUC__ >= 12
constexpr bool kTurns = VL >= 4;
#else
constexpr bool kTurns = false;
#endif

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
static NN_INLINE void turned_rows(const number* const* row, int k, number* out, std::ptrdiff_t n) {
  constexpr int N = VL >= 4 ? VL / 4 : 1;
  typedef Quads<N> Q;
  typedef typename Q::type type;
  constexpr auto all = std::make_index_sequence<kQuad * N>();
  const type a = Q::of(row, k), b = Q::of(row + 1, k), c = Q::of(row + 2, k), d = Q::of(row + 3, k);
  const type ab = mixed_of<0, 4, 1, 5>(a, b, all), cd = mixed_of<0, 4, 1, 5>(c, d, all);
  const type ab2 = mixed_of<2, 6, 3, 7>(a, b, all), cd2 = mixed_of<2, 6, 3, 7>(c, d, all);
  const type turned[4] = {mixed_of<0, 1, 4, 5>(ab, cd, all), mixed_of<2, 3, 6, 7>(ab, cd, all),
                          mixed_of<0, 1, 4, 5>(ab2, cd2, all), mixed_of<2, 3, 6, 7>(ab2, cd2, all)};
  NN_UNROLL
  for (int m = 0; m < 4; ++m) std::memcpy(out + (k + m) * n, &turned[m], sizeof turned[m]);
}
#else
static NN_INLINE void turned_rows(const number* const*, int, number*, std::ptrdiff_t) {}
#endif

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
    for (int k = 0; k < r; k += 4) turned_rows(f, k + 4 <= r ? k : r - 4, out + q, n);
  }
  for (int k = 0; k < r; ++k) {
    for (std::ptrdiff_t i = q; i < count; ++i) out[k * n + i] = F[at[i] * row + k];
    for (std::ptrdiff_t i = count; i < n; ++i) out[k * n + i] = 0;
  }
}
