// A factor as a list of items: column j of H, or row i of W, is one run of r
// contiguous numbers. H is so in R already; W crosses the border transposed.
#ifndef NONNEG_FACTOR_H
#define NONNEG_FACTOR_H

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

namespace nonneg {

// Uninitialised memory on cache-line boundaries.
template <class Number>
class BufferOf {
 public:
  BufferOf() = default;
  explicit BufferOf(std::size_t n) { resize(n); }
  BufferOf(const BufferOf&) = delete;
  BufferOf& operator=(const BufferOf&) = delete;
  BufferOf(BufferOf&& other) noexcept : raw_(other.raw_), data_(other.data_), size_(other.size_) {
    other.raw_ = nullptr;
    other.data_ = nullptr;
    other.size_ = 0;
  }
  BufferOf& operator=(BufferOf&& other) noexcept {
    std::swap(raw_, other.raw_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~BufferOf() { std::free(raw_); }

  // Grows only; contents are lost.
  void resize(std::size_t n) {
    if (n <= size_) return;
    std::free(raw_);
    raw_ = std::malloc(n * sizeof(Number) + kAlign);
    size_ = 0;
    data_ = nullptr;
    if (!raw_) throw std::bad_alloc();
    const std::size_t address = reinterpret_cast<std::size_t>(raw_);
    large_pages(address, n * sizeof(Number));
    data_ = reinterpret_cast<Number*>((address + kAlign - 1) / kAlign * kAlign);
    size_ = n;
  }
  Number* data() { return data_; }
  const Number* data() const { return data_; }
  Number& operator[](std::size_t i) { return data_[i]; }
  Number operator[](std::size_t i) const { return data_[i]; }
  std::size_t size() const { return size_; }

 private:
  // Fresh memory costs more to get, page by page, than to fill: a copy of X takes half the time with large
  // ones.
  static void large_pages(std::size_t address, std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::size_t kLeast = 16u << 20, kPage = 4096;
    if (bytes < kLeast) return;
    const std::size_t from = (address + kPage - 1) / kPage * kPage;
    madvise(reinterpret_cast<void*>(from), (address + bytes - from) / kPage * kPage, MADV_HUGEPAGE);
#else
    (void)address, (void)bytes;
#endif
  }
  static constexpr std::size_t kAlign = 64;
  void* raw_ = nullptr;
  Number* data_ = nullptr;
  std::size_t size_ = 0;
};

using Buffer = BufferOf<double>;

struct Factor {
  int r = 0;
  std::ptrdiff_t count = 0;
  Buffer values;

  Factor() = default;
  Factor(int rank, std::ptrdiff_t items)
      : r(rank), count(items), values(static_cast<std::size_t>(rank) * items) {}
  double* item(std::ptrdiff_t j) { return values.data() + j * r; }
  const double* item(std::ptrdiff_t j) const { return values.data() + j * r; }
  std::size_t size() const { return static_cast<std::size_t>(r) * count; }
};

// Of a factor of the same size.
inline void copy_values(const Factor& from, Factor& to) {
  std::copy_n(from.values.data(), from.size(), to.values.data());
}

inline void scale(Factor& f, double by) {
  for (std::size_t q = 0; q < f.size(); ++q) f.values[q] *= by;
}

}  // namespace nonneg

#endif
