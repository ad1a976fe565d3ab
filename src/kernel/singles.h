// Registers of numbers of half the length, for the products alone; their sums end in doubles. In a namespace
// of its own, where it hides the same names of kernel/doubles.h. Part of kernel/impl.h.

typedef float number;
typedef NN_ISA::vec doubles;
constexpr int kDoubles = NN_ISA::VL;
constexpr int VL = 2 * kDoubles;
typedef float vec __attribute__((vector_size(NN_VBYTES)));
typedef float uvec __attribute__((vector_size(NN_VBYTES), aligned(4), may_alias));
typedef float half __attribute__((vector_size(NN_VBYTES / 2)));
typedef float uhalf __attribute__((vector_size(NN_VBYTES / 2), aligned(4), may_alias));

using NN_ISA::hsum;
using NN_ISA::store;
static NN_INLINE vec load(const float* p) { return *reinterpret_cast<const uvec*>(p); }
static NN_INLINE void store(float* p, vec v) { *reinterpret_cast<uvec*>(p) = v; }
typedef std::int32_t ivec __attribute__((vector_size(NN_VBYTES)));
constexpr float kTiny = FLT_MIN;

static NN_INLINE vec splat(float x) { return x - vec{}; }
static NN_INLINE vec splat(double x) { return splat(static_cast<float>(x)); }
static NN_INLINE vec max(vec a, vec b) { return a > b ? a : b; }
static NN_INLINE vec positive_part(vec v) { return max(v, vec{}); }
static NN_INLINE doubles widen(half v) { return __builtin_convertvector(v, doubles); }

// The numbers of a register as doubles, those of one half added to those of the other.
static NN_INLINE doubles both_halves(vec v) {
  half h[2];
  std::memcpy(h, &v, sizeof v);
  return widen(h[0]) + widen(h[1]);
}
static NN_INLINE half narrow(doubles v) { return __builtin_convertvector(v, half); }
// to = max(by * from, least)
static void entries_rescale(std::ptrdiff_t n, const double* from, double by, double least, float* to) {
  const doubles scale = NN_ISA::splat(by), bound = NN_ISA::splat(least);
  std::ptrdiff_t i = 0;
  for (; i + kDoubles <= n; i += kDoubles)
    *reinterpret_cast<uhalf*>(to + i) = narrow(NN_ISA::max(scale * NN_ISA::load(from + i), bound));
  for (; i < n; ++i) {
    const double x = by * from[i];
    to[i] = static_cast<float>(x > least ? x : least);
  }
}

// The sum of the lanes, in doubles.
static NN_INLINE double hsum(vec v) { return NN_ISA::hsum(both_halves(v)); }

// See kernel/doubles.h.
static NN_INLINE doubles whole_sums(const float* p) {
  return widen(*reinterpret_cast<const uhalf*>(p)) + widen(*reinterpret_cast<const uhalf*>(p + kDoubles));
}

static NN_INLINE vec tile_begin(const double*) { return vec{}; }
static NN_INLINE void tile_end(double* P, vec sums) {
  half h[2];
  std::memcpy(h, &sums, sizeof sums);
  NN_ISA::store(P, NN_ISA::load(P) + widen(h[0]));
  NN_ISA::store(P + kDoubles, NN_ISA::load(P + kDoubles) + widen(h[1]));
}
