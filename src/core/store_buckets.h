// From entries in any order to columns: a first pass puts each entry into the file of its range of columns, a
// second one sorts one file at a time. Entries of the same place are added.
#ifndef NONNEG_STORE_BUCKETS_H
#define NONNEG_STORE_BUCKETS_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/store_writer.h"

namespace nonneg {

struct Triplet {
  std::int32_t row, column;
  double value;
};

struct SortedColumns {
  std::vector<int> p, row;
  std::vector<double> value;
};

class StoreBuckets {
 public:
  // `expected` entries in all decide how many files there are; `folder` is there.
  StoreBuckets(const std::string& folder, std::ptrdiff_t rows, std::ptrdiff_t cols, double expected);
  ~StoreBuckets();
  void add(std::int32_t row, std::int32_t column, double value) {
    std::vector<Triplet>& to = waiting_[column / width_];
    to.push_back({row, column, value});
    if (to.size() >= kWaiting) flush(static_cast<std::size_t>(column / width_));
  }
  std::ptrdiff_t width() const { return width_; }
  int count() const { return static_cast<int>(waiting_.size()); }
  // Columns [k width(), (k + 1) width()), as far as there are. Each once: its file is removed.
  SortedColumns take(int k);

 private:
  static constexpr std::size_t kWaiting = 4096;
  void flush(std::size_t k);
  std::string name(std::size_t k) const;

  const std::string folder_;
  const std::ptrdiff_t rows_, cols_;
  std::ptrdiff_t width_;
  std::vector<std::vector<Triplet>> waiting_;
  std::vector<std::uint64_t> written_;
};

}  // namespace nonneg

#endif
