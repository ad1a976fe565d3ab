// A file in MatrixMarket format, which comes in pieces. Coordinates and arrays; general, symmetric and
// skew-symmetric; real, integer, unsigned and pattern.
#ifndef NONNEG_MATRIX_MARKET_H
#define NONNEG_MATRIX_MARKET_H

#include <memory>
#include <string>

#include "core/store_buckets.h"

namespace nonneg {

class MatrixMarket {
 public:
  // Entries go to buckets in this folder.
  explicit MatrixMarket(const std::string& folder) : folder_(folder) {}
  // Throws std::runtime_error that names the line.
  void feed(const char* text, std::size_t count);
  // At the end of the file.
  void finish();
  bool sized() const { return buckets_ != nullptr; }
  bool array() const { return array_; }
  double rows() const { return rows_; }
  double cols() const { return cols_; }
  double expected() const { return expected_; }
  StoreBuckets& buckets() { return *buckets_; }

 private:
  void line(const char* from, const char* to);
  void banner(const std::string& text);
  void size(const char* at);
  void entry(const char* at);
  void cell(const char* at);
  void put(double row, double column, double value);
  double number(const char*& at);
  [[noreturn]] void fail(const std::string& why) const;

  const std::string folder_;
  std::string rest_;
  std::uint64_t line_ = 0;
  bool begun_ = false, array_ = false, pattern_ = false;
  int symmetry_ = 0;  // 0, 1 or -1
  double rows_ = 0, cols_ = 0, expected_ = 0, found_ = 0;
  double row_ = 0, column_ = 0;  // array: the place of the next value
  std::unique_ptr<StoreBuckets> buckets_;
};

}  // namespace nonneg

#endif
