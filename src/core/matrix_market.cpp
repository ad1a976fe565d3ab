// See core/matrix_market.h.
#include "core/matrix_market.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace nonneg {

void MatrixMarket::fail(const std::string& why) const {
  throw std::runtime_error("store: line " + std::to_string(line_) + " " + why);
}

void MatrixMarket::feed(const char* text, std::size_t count) {
  const char* end = text + count;
  while (text < end) {
    const char* stop = static_cast<const char*>(std::memchr(text, '\n', end - text));
    if (!stop) {
      rest_.append(text, end);
      return;
    }
    if (rest_.empty()) {
      line(text, stop);
    } else {
      rest_.append(text, stop);
      const std::string whole = std::move(rest_);
      rest_.clear();
      line(whole.data(), whole.data() + whole.size());
    }
    text = stop + 1;
  }
}

void MatrixMarket::finish() {
  if (!rest_.empty()) {
    // With an end, where the parser of numbers stops.
    const std::string whole = std::move(rest_) + "\n";
    rest_.clear();
    line(whole.data(), whole.data() + whole.size() - 1);
  }
  if (!begun_) throw std::runtime_error("store: the file is empty");
  if (!buckets_) throw std::runtime_error("store: the file ends before it says how large the matrix is");
  if (found_ != expected_) {
    std::ostringstream text;
    text.precision(15);
    text << "store: the file has " << found_ << " entries, but its head says " << expected_;
    throw std::runtime_error(text.str());
  }
}

// *to is a character that ends numbers.
void MatrixMarket::line(const char* from, const char* to) {
  ++line_;
  while (from < to && std::isspace(static_cast<unsigned char>(*from))) ++from;
  if (from == to) return;
  if (!begun_) return banner(std::string(from, to));
  if (*from == '%') return;
  if (!buckets_) return size(from);
  if (array_)
    cell(from);
  else
    entry(from);
}

void MatrixMarket::banner(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  std::istringstream words(lower);
  std::string mark, object, format, field, symmetry;
  words >> mark >> object >> format >> field >> symmetry;
  if (mark != "%%matrixmarket") fail("does not begin with %%MatrixMarket");
  if (object != "matrix") fail("is not about a matrix");
  if (format != "coordinate" && format != "array") fail("has an unknown format, '" + format + "'");
  array_ = format == "array";
  pattern_ = field == "pattern";
  if (field != "real" && field != "double" && field != "integer" && field != "unsigned-integer" && !pattern_)
    fail("has values of type '" + field + "', which are no real numbers");
  if (pattern_ && array_) fail("is an array without values");
  if (symmetry == "symmetric" || symmetry == "hermitian")
    symmetry_ = 1;
  else if (symmetry == "skew-symmetric")
    symmetry_ = -1;
  else if (symmetry != "general" && !symmetry.empty())
    fail("has an unknown symmetry, '" + symmetry + "'");
  begun_ = true;
}

double MatrixMarket::number(const char*& at) {
  while (*at == ' ' || *at == '\t') ++at;
  // Most are whole numbers of a few digits.
  const char* q = at;
  double value = 0;
  while (*q >= '0' && *q <= '9' && q - at < 15) value = 10 * value + (*q++ - '0');
  if (q > at && (*q == ' ' || *q == '\t' || *q == '\n' || *q == '\r')) {
    at = q;
    return value;
  }
  char* end;
  if (*at == '\n' || *at == '\r' || *at == 0) fail("has too few numbers");
  value = std::strtod(at, &end);
  if (end == at || !(std::isspace(static_cast<unsigned char>(*end)) || *end == 0))
    fail("is not made of numbers");
  at = end;
  return value;
}

void MatrixMarket::size(const char* at) {
  rows_ = number(at);
  cols_ = number(at);
  const double most = std::numeric_limits<std::int32_t>::max();
  if (!(rows_ >= 1 && cols_ >= 1 && rows_ <= most && cols_ <= most) || rows_ != std::floor(rows_) ||
      cols_ != std::floor(cols_))
    fail("does not say how many rows and columns there are");
  if (symmetry_ != 0 && rows_ != cols_) fail("tells of a symmetric matrix that is not square");
  if (array_) {
    expected_ = symmetry_ == 0  ? rows_ * cols_
                : symmetry_ > 0 ? rows_ * (rows_ + 1) / 2
                                : rows_ * (rows_ - 1) / 2;
    row_ = symmetry_ < 0 ? 1 : 0;
  } else {
    expected_ = number(at);
    if (!(expected_ >= 0) || expected_ != std::floor(expected_))
      fail("does not say how many entries there are");
  }
  buckets_ = std::make_unique<StoreBuckets>(folder_, static_cast<std::ptrdiff_t>(rows_),
                                            static_cast<std::ptrdiff_t>(cols_),
                                            symmetry_ == 0 ? expected_ : 2 * expected_);
}

void MatrixMarket::put(double row, double column, double value) {
  buckets_->add(static_cast<std::int32_t>(row), static_cast<std::int32_t>(column), value);
  if (symmetry_ != 0 && row != column)
    buckets_->add(static_cast<std::int32_t>(column), static_cast<std::int32_t>(row), symmetry_ * value);
}

void MatrixMarket::entry(const char* at) {
  const double row = number(at), column = number(at), value = pattern_ ? 1 : number(at);
  const bool inside = row >= 1 && row <= rows_ && column >= 1 && column <= cols_;
  if (!inside || row != std::floor(row) || column != std::floor(column))
    fail("names an entry outside of the matrix");
  if (++found_ > expected_) fail("is an entry more than the head of the file says");
  put(row - 1, column - 1, value);
}

// Column by column; of a symmetric one what is not above the diagonal, or below it.
void MatrixMarket::cell(const char* at) {
  const double value = number(at);
  if (++found_ > expected_) fail("is a value more than the head of the file says");
  if (value != 0) put(row_, column_, value);
  if (++row_ < rows_) return;
  ++column_;
  row_ = symmetry_ == 0 ? 0 : symmetry_ > 0 ? column_ : column_ + 1;
}

}  // namespace nonneg
