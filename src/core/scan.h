// One read of the values of X: are they valid, how large are they?
#ifndef NONNEG_SCAN_H
#define NONNEG_SCAN_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/parallel.h"
#include "kernel/kernels.h"

namespace nonneg {

struct Scan {
  bool valid = true;  // all in [0, largest double]
  double largest = 0, sum = 0, sumsq = 0, nonzero = 0;
};

// Sum and sum of squares are those of scale * x, in a fixed order.
inline Scan scan_values(const double* x, std::size_t n, double scale, int threads) {
  constexpr std::size_t kChunk = 65536;
  const std::ptrdiff_t chunks = static_cast<std::ptrdiff_t>((n + kChunk - 1) / kChunk);
  std::vector<Scan> part(chunks);
  Counter counter;
  parallel(threads_for(threads, static_cast<double>(n)), [&](const Member&) {
    for (std::ptrdiff_t c; (c = counter.next++) < chunks;) {
      const std::size_t at = c * kChunk;
      Scan& p = part[c];
      p.valid = kernels().scan(n - at < kChunk ? n - at : kChunk, x + at, scale, &p.largest, &p.sum, &p.sumsq,
                               &p.nonzero);
    }
  });
  Scan out;
  for (const Scan& p : part) {
    out.valid = out.valid && p.valid;
    if (p.largest > out.largest) out.largest = p.largest;
    out.sum += p.sum;
    out.sumsq += p.sumsq;
    out.nonzero += p.nonzero;
  }
  return out;
}

// A power of four near 1/largest, so that products and squares of scaled values neither
// overflow nor vanish; scaling by it and by its root is exact. Where X is of subnormal numbers
// it is at most 2^(2 most).
constexpr int kMostUnit = 511;
// The Frobenius loss scales W by the unit of X, not X itself: that must have room.
constexpr int kMostUnitOfW = 500;
inline double unit_for(double largest, int most = kMostUnit) {
  if (!(largest > 0)) return 1.0;
  int exponent;
  std::frexp(largest, &exponent);
  const int half = std::max(-most, std::min(most, -exponent / 2));
  return std::ldexp(1.0, 2 * half);
}

// The sum of squares of unit * X from that of X, taken anew from the values, where they are at hand, if the
// plain one is out of range.
inline double scaled_sumsq(double sumsq, const double* x, std::size_t n, double unit, int threads) {
  if (sumsq > 1e-280 && sumsq < 1e280) return sumsq * unit * unit;
  return x ? scan_values(x, n, unit, threads).sumsq : sumsq;
}

}  // namespace nonneg

#endif
