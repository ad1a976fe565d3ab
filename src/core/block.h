// A block of columns of X: a dense or a sparse view. There is no third kind.
#ifndef NONNEG_BLOCK_H
#define NONNEG_BLOCK_H

#include <cstddef>

namespace nonneg {

struct Block {
  std::ptrdiff_t first = 0;  // its first column in X
  std::ptrdiff_t columns = 0;
  bool sparse = false;
  // dense: value (i, j) is x[i + j*ld]
  const double* x = nullptr;
  std::ptrdiff_t ld = 0;
  // sparse: column j has rows row[p[j] .. p[j+1]), increasing, with value[...]
  const int* p = nullptr;
  const int* row = nullptr;
  const double* value = nullptr;
  // Instead of x or value in numbers of half the length, in units of its own (core/single_source.h)
  const float* single = nullptr;
};

// The numbers of a block: x of a dense one, value of a sparse one.
template <class Number>
const Number* numbers_of(const Block&);
template <>
inline const double* numbers_of<double>(const Block& block) {
  return block.sparse ? block.value : block.x;
}
template <>
inline const float* numbers_of<float>(const Block& block) {
  return block.single;
}

}  // namespace nonneg

#endif
