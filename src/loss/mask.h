// Entries that are left out by classes: every row and every column of X is in one of a few classes, and a
// table of these tells which entries are out. Items of one class have the same positions left, so that what
// is a sum over positions is taken for classes, never entry by entry:
//   sum_{i left} f_i = sum_{c left} sum_{i in c} f_i.
#ifndef NONNEG_MASK_H
#define NONNEG_MASK_H

#include <cstddef>
#include <vector>

namespace nonneg {

struct Mask {
  const int* position = nullptr;  // class of every position of an item; null: nothing is left out
  const int* item = nullptr;      // class of every item
  int positions = 0, items = 0;   // how many classes there are
  const int* table = nullptr;     // not 0: out
  std::ptrdiff_t by_position = 0, by_item = 0;
  explicit operator bool() const { return position != nullptr; }
  bool left(int position_class, int item_class) const {
    return table[position_class * by_position + item_class * by_item] == 0;
  }
  Mask turned() const { return {item, position, items, positions, table, by_item, by_position}; }
};

// The positions of each class, in their order: at[p[c]] .. at[p[c + 1]].
struct ClassPositions {
  std::vector<int> at, p;
  ClassPositions() = default;
  ClassPositions(const Mask& mask, std::ptrdiff_t length) : at(length), p(mask.positions + 1, 0) {
    for (std::ptrdiff_t i = 0; i < length; ++i) ++p[mask.position[i] + 1];
    for (int c = 0; c < mask.positions; ++c) p[c + 1] += p[c];
    std::vector<int> next(p.begin(), p.end() - 1);
    for (std::ptrdiff_t i = 0; i < length; ++i) at[next[mask.position[i]]++] = static_cast<int>(i);
  }
  std::ptrdiff_t count(int c) const { return p[c + 1] - p[c]; }
  // How many positions are left of an item of this class.
  std::ptrdiff_t left(const Mask& mask, int item_class) const {
    std::ptrdiff_t sum = 0;
    for (int c = 0; c < mask.positions; ++c)
      if (mask.left(c, item_class)) sum += count(c);
    return sum;
  }
};

}  // namespace nonneg

#endif
