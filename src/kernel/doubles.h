// Registers of doubles. Part of kernel/impl.h.

typedef double number;
constexpr int VL = NN_VBYTES / 8;  // numbers per register
constexpr int kDoubles = VL;
typedef double vec __attribute__((vector_size(NN_VBYTES)));
typedef std::int64_t ivec __attribute__((vector_size(NN_VBYTES)));
typedef double uvec __attribute__((vector_size(NN_VBYTES), aligned(8), may_alias));

static NN_INLINE vec load(const double* p) { return *reinterpret_cast<const uvec*>(p); }
static NN_INLINE void store(double* p, vec v) { *reinterpret_cast<uvec*>(p) = v; }
static NN_INLINE vec splat(double x) { return x - vec{}; }
constexpr double kTiny = DBL_MIN;  // the least normal number
static NN_INLINE vec max(vec a, vec b) { return a > b ? a : b; }
static NN_INLINE vec positive_part(vec v) { return max(v, vec{}); }
// Sum of the lanes, halves first: v0+v4, v1+v5, ... then again.
static NN_INLINE double hsum(vec v) {
  typedef double half __attribute__((vector_size(NN_VBYTES > 16 ? NN_VBYTES / 2 : 16)));
  typedef double pair __attribute__((vector_size(16)));
  pair low, high;
  if (VL == 8) {
    half h[2];
    std::memcpy(h, &v, sizeof v);
    h[0] += h[1];
    std::memcpy(&low, &h[0], sizeof low);
    std::memcpy(&high, reinterpret_cast<const char*>(&h[0]) + sizeof low, sizeof high);
    low += high;
  } else if (VL == 4) {
    std::memcpy(&low, &v, sizeof low);
    std::memcpy(&high, reinterpret_cast<const char*>(&v) + sizeof low, sizeof high);
    low += high;
  } else {
    std::memcpy(&low, &v, sizeof low);
  }
  return low[0] + low[1];
}

// out[q] = hsum of the register at v + q*VL, for VL of them: the same sums, by halves of two registers at a
// time.
static NN_INLINE void hsums(const double* v, double* out) {
#if NN_VBYTES == 64 && (defined(__clang__) || __GNUC__ >= 12)
  vec s[8];
  NN_UNROLL
  for (int q = 0; q < 8; ++q) s[q] = load(v + q * VL);
  NN_UNROLL
  for (int q = 0; q < 8; q += 2)
    s[q] = __builtin_shufflevector(s[q], s[q + 1], 0, 1, 2, 3, 8, 9, 10, 11) +
           __builtin_shufflevector(s[q], s[q + 1], 4, 5, 6, 7, 12, 13, 14, 15);
  NN_UNROLL
  for (int q = 0; q < 8; q += 4)
    s[q] = __builtin_shufflevector(s[q], s[q + 2], 0, 1, 4, 5, 8, 9, 12, 13) +
           __builtin_shufflevector(s[q], s[q + 2], 2, 3, 6, 7, 10, 11, 14, 15);
  store(out, __builtin_shufflevector(s[0], s[4], 0, 2, 4, 6, 8, 10, 12, 14) +
                 __builtin_shufflevector(s[0], s[4], 1, 3, 5, 7, 9, 11, 13, 15));
#else
  for (int q = 0; q < VL; ++q) out[q] = hsum(load(v + q * VL));
#endif
}

// As kernel/singles.h has them.
typedef vec doubles;
typedef uvec uhalf;
static NN_INLINE vec widen(vec v) { return v; }
static NN_INLINE vec narrow(vec v) { return v; }
static NN_INLINE vec both_halves(vec v) { return v; }

// What a register of sums at p comes to, as doubles.
static NN_INLINE vec whole_sums(const double* p) { return load(p); }

// A register of sums in a tile of P: it goes on from what is there.
static NN_INLINE vec tile_begin(const double* P) { return load(P); }
static NN_INLINE void tile_end(double* P, vec sums) { store(P, sums); }
