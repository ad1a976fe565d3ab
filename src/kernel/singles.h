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

using NN_ISA::store;
static NN_INLINE vec load(const float* p) { return *reinterpret_cast<const uvec*>(p); }
static NN_INLINE void store(float* p, vec v) { *reinterpret_cast<uvec*>(p) = v; }
static NN_INLINE vec splat(float x) { return x - vec{}; }
static NN_INLINE doubles widen(half v) { return __builtin_convertvector(v, doubles); }

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
