// A store: X as files that are laid out as the core reads it, column by column. Dense: the values. Sparse:
// for every column where it begins (64 bits), and the row (32 bits) and the value of each entry. Values are
// doubles, or narrower where nothing is lost, and are widened block by block.
//
// Files: "values", and of a sparse store "rows", "columns" and "row-counts", the entries of each row. R reads
// and writes what else there is, see R/data-store-header.R.
#ifndef NONNEG_STORE_H
#define NONNEG_STORE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/store_file.h"

namespace nonneg {

enum class ValueType { uint16, float32, float64 };

inline std::size_t bytes_of(ValueType type) {
  return type == ValueType::uint16 ? 2 : type == ValueType::float32 ? 4 : 8;
}
// "uint16", "float", "double". The other way round, std::invalid_argument for anything else.
const char* type_name(ValueType);
ValueType type_of(const std::string& name);

struct StoreSpec {
  std::string folder;
  std::ptrdiff_t rows = 0, cols = 0;
  // Of the files, of which these may be some columns, neighbours: how many there are before, and in all.
  std::ptrdiff_t first = 0, all = 0;
  std::int64_t stored = 0;  // entries of the files, of which a dense store has all
  bool sparse = false;
  ValueType type = ValueType::float64;
  bool missing = false;  // are there missing entries, NaN in a narrow type?
  double na = 0;         // what stands for them in doubles
  double keep =
      -1;  // bytes that may stay with the system, the rest is dropped behind the reader; < 0: see below
};

// The files, open. Throws std::runtime_error where they are not what `spec` says.
class Store {
 public:
  explicit Store(const StoreSpec&);
  const StoreSpec& spec() const { return spec_; }
  // That its columns take.
  std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(begin(spec_.cols) - begin(0)) *
           (bytes_of(spec_.type) + (rows_ ? sizeof(std::int32_t) : 0));
  }

  const std::int64_t* columns() const { return columns_->as<std::int64_t>() + spec_.first; }
  const std::int32_t* rows() const { return rows_->as<std::int32_t>(); }
  const double* row_counts() const { return row_counts_->as<double>(); }
  // Entries [from, from + count) as doubles, in place; null where they have to be widened.
  const double* doubles(std::int64_t from) const {
    return spec_.type == ValueType::float64 ? values_->as<double>() + from : nullptr;
  }
  void widen(std::int64_t from, std::int64_t count, double* to) const;
  // The same as numbers of single precision, in place; and `unit` times them where they are others.
  const float* floats(std::int64_t from) const {
    return spec_.type == ValueType::float32 ? values_->as<float>() + from : nullptr;
  }
  void to_floats(std::int64_t from, std::int64_t count, double unit, float* to) const;

  // Where column j begins, as a number of entries.
  std::int64_t begin(std::ptrdiff_t j) const {
    return spec_.sparse ? columns()[j] : static_cast<std::int64_t>(spec_.first + j) * spec_.rows;
  }
  // Are the entries of columns [first, first + count) where they should be: rows that exist, and increase?
  bool sound(std::ptrdiff_t first, std::ptrdiff_t count) const;
  // std::runtime_error: the contents are not what was written.
  [[noreturn]] void damaged(std::ptrdiff_t column) const;
  // Do all columns begin where the one before ends?
  void check_columns() const;

  void will_need(std::int64_t from, std::int64_t count) const;
  void drop(std::int64_t from, std::int64_t count) const;

 private:
  StoreSpec spec_;
  std::unique_ptr<MappedFile> values_, rows_, columns_, row_counts_;
};

}  // namespace nonneg

#endif
