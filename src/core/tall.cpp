// See core/tall.h.
#include "core/tall.h"

namespace nonneg {

// Items are columns of a matrix with few rows, of which the kernel of dense data takes the products with M.
Factor times(const Factor& f, const double* M, int columns, int threads) {
  const int r = f.r;
  Factor out(columns, f.count);
  Buffer packed(padded(r, kRowChunk) * columns);
  std::fill_n(packed.data(), packed.size(), 0.0);
  for (int i = 0; i < r; ++i)
    for (int k = 0; k < columns; ++k)
      packed[(i / kRowChunk * columns + k) * kRowChunk + i % kRowChunk] =
          M[i + static_cast<std::size_t>(k) * r];
  const int members = threads_for(threads, 2.0 * static_cast<double>(f.size()) * columns);
  std::vector<Buffer> work(members);
  for (Buffer& w : work) w.resize(static_cast<std::size_t>(kTnColumns) * columns * kUnit);
  Counter counter;
  parallel(members, [&](const Member& member) {
    for (std::ptrdiff_t first; (first = counter.next++ * kTnColumns) < f.count;) {
      const std::ptrdiff_t n = std::min<std::ptrdiff_t>(kTnColumns, f.count - first);
      kernels().tn(r, packed.data(), columns, f.item(first), r, n, out.item(first), columns,
                   work[member.id].data(), 0);
    }
  });
  return out;
}

}  // namespace nonneg
