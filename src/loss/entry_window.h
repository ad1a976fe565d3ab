// The columns of X while a block of them is in hand: a view whose items are numbered as those of all of X.
#ifndef NONNEG_ENTRY_WINDOW_H
#define NONNEG_ENTRY_WINDOW_H

#include "core/block.h"
#include "loss/entry_view.h"

namespace nonneg {

// `all` says what is the same for every block: sizes, weights, what is missing.
inline EntryView entry_window(const EntryView& all, const Block& block) {
  EntryView out = all;
  out.origin = block.first;
  if (block.sparse) {
    // Weights of entries lie as the values of X in memory do, and there all blocks have the same ones.
    out.p = block.p;
    out.index = block.row;
    out.value = block.value;
  } else {
    out.p = nullptr;
    out.index = nullptr;
    out.value = block.x;
    if (all.weight) out.weight = all.weight + block.first * all.length;
  }
  return out;
}

// Of X of which no block has come yet, or of its rows, which never come.
inline EntryView entries_to_come(EntryView view, bool sparse) {
  static const int nothing[1] = {0};
  view.value = nullptr;
  view.p = sparse ? nothing : nullptr;
  view.index = nullptr;
  return view;
}

}  // namespace nonneg

#endif
