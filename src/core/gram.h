// Gram matrix of a factor, sum of f f' over its items: a fixed number of partial
// sums that depends on the number of items only, added in order.
#ifndef NONNEG_GRAM_H
#define NONNEG_GRAM_H

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/factor.h"
#include "core/parallel.h"
#include "kernel/kernels.h"

namespace nonneg {

class Gram {
 public:
  // out: r x r, column-major without padding.
  void compute(const Factor& f, int threads, std::vector<double>& out) {
    compute(f, 0, f.count, threads, out);
  }
  // Of `count` items from `begin` on.
  void compute(const Factor& f, std::ptrdiff_t begin, std::ptrdiff_t count, int threads,
               std::vector<double>& out) {
    constexpr std::ptrdiff_t kParts = 32, kLeast = 256;
    const int r = f.r;
    const std::ptrdiff_t size = padded(r, kRowTile) * r;  // r components in tiles of "rows"
    const std::ptrdiff_t length = std::max(kLeast, (count + kParts - 1) / kParts);
    const std::ptrdiff_t parts = (count + length - 1) / length;
    partial_.resize(parts * size);
    std::memset(partial_.data(), 0, sizeof(double) * parts * size);
    Counter counter;
    parallel(threads_for(threads, static_cast<double>(count) * r * r), [&](const Member&) {
      for (std::ptrdiff_t part; (part = counter.next++) < parts;) {
        const std::ptrdiff_t first = part * length, n = std::min(length, count - first);
        const double* from = f.item(begin + first);
        kernels().nt(r, n, from, r, from, r, r, partial_.data() + part * size, 0);
      }
    });
    out.assign(static_cast<std::size_t>(r) * r, 0.0);
    for (std::ptrdiff_t part = 0; part < parts; ++part)
      for (int k = 0; k < r; ++k)
        for (int m = 0; m < r; ++m)
          out[m + k * r] += partial_[part * size + (m / kRowTile * r + k) * kRowTile + m % kRowTile];
  }

 private:
  Buffer partial_;
};

}  // namespace nonneg

#endif
