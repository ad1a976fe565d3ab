// The columns of a store as entries, where they lie: for losses that go over items and over their entries. With a
// second store that has the rows as its columns, no copy of X is in memory.
#ifndef NONNEG_STORE_ENTRIES_H
#define NONNEG_STORE_ENTRIES_H

#include <limits>
#include <stdexcept>
#include <vector>

#include "core/store.h"
#include "loss/entry_view.h"

namespace nonneg {

class StoreEntries {
 public:
  // Values must be doubles, and positions numbers of 32 bits. All rows are looked at, once.
  explicit StoreEntries(const StoreSpec& spec) : store_(spec) {
    if (spec.type != ValueType::float64) throw std::invalid_argument("entries are doubles");
    view_.length = spec.rows;
    view_.items = spec.cols;
    view_.value = store_.doubles(0);
    if (!spec.sparse) return;
    if (spec.stored > std::numeric_limits<int>::max())
      throw std::runtime_error("store: " + spec.folder + " has more than 2^31 - 1 entries, too many for this loss");
    store_.check_columns();
    if (!store_.sound(0, spec.cols)) store_.damaged(0);
    p_.assign(store_.columns(), store_.columns() + spec.cols + 1);
    view_.p = p_.data();
    view_.index = store_.rows();
  }
  StoreEntries(const StoreEntries&) = delete;
  StoreEntries& operator=(const StoreEntries&) = delete;
  const EntryView& view() const { return view_; }

 private:
  const Store store_;
  std::vector<int> p_;
  EntryView view_;
};

}  // namespace nonneg

#endif
