// See core/store_writer.h.
#include "core/store_writer.h"

#include <algorithm>
#include <cerrno>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace nonneg {

OutputFile::OutputFile(const std::string& folder, const char* name)
    : path_(folder + "/" + name), name_(name), file_(std::fopen(path_.c_str(), "wb")) {
  if (!file_) fail();
}

OutputFile::~OutputFile() {
  if (file_) std::fclose(file_);
}

void OutputFile::fail() const {
  throw std::runtime_error("store: " + path_ + " cannot be written: " + std::strerror(errno));
}

void OutputFile::write(const void* bytes, std::size_t count) {
  if (count == 0) return;
  errno = 0;
  if (std::fwrite(bytes, 1, count, file_) != count) fail();
  checksum_.add(bytes, count);
  bytes_ += count;
}

// What is still in a buffer may find the disk full only now.
void OutputFile::close() {
  std::FILE* file = file_;
  file_ = nullptr;
  errno = 0;
  if (file && std::fclose(file) != 0) fail();
}

StoreWriter::StoreWriter(const std::string& folder, std::ptrdiff_t rows, bool sparse, ValueType type,
                         bool fixed)
    : folder_(folder), rows_(rows), sparse_(sparse), fixed_(fixed), type_(type) {
  values_ = std::make_unique<OutputFile>(folder, "values");
  if (!sparse) return;
  row_file_ = std::make_unique<OutputFile>(folder, "rows");
  column_file_ = std::make_unique<OutputFile>(folder, "columns");
  const std::int64_t zero = 0;
  column_file_->write(&zero, sizeof zero);
  row_counts_.assign(rows, 0.0);
}

// A given type may round; one that is found must not. Nothing becomes 0, or infinite.
bool StoreWriter::fits(ValueType type, double x) const {
  if (type == ValueType::float64) return true;
  if (type == ValueType::uint16) return x >= 0 && x <= 65535 && x == static_cast<double>(static_cast<int>(x));
  if (x != x || x == 0) return true;  // what is not a number is missing
  const double size = std::fabs(x);
  if (!(size <= FLT_MAX && size >= FLT_MIN)) return false;
  return fixed_ || static_cast<double>(static_cast<float>(x)) == x;
}

std::int64_t StoreWriter::first_misfit(ValueType type, const double* x, std::int64_t count) const {
  if (type == ValueType::float64) return -1;
  constexpr std::int64_t kPiece = 4096;
  for (std::int64_t q = 0; q < count; q += kPiece) {
    const std::int64_t end = std::min(count, q + kPiece);
    bool all = true;
    for (std::int64_t k = q; k < end; ++k) all &= fits(type, x[k]);
    if (all) continue;
    while (fits(type, x[q])) ++q;
    return q;
  }
  return -1;
}

void StoreWriter::put(const double* x, std::int64_t count) {
  const std::size_t size = bytes_of(type_);
  if (type_ == ValueType::float64) {
    values_->write(x, static_cast<std::size_t>(count) * size);
    return;
  }
  constexpr std::int64_t kPiece = 262144;
  narrow_.resize(static_cast<std::size_t>(std::min(kPiece, count)) * size);
  for (std::int64_t q = 0; q < count; q += kPiece) {
    const std::int64_t n = std::min(kPiece, count - q);
    if (type_ == ValueType::uint16) {
      std::uint16_t* to = reinterpret_cast<std::uint16_t*>(narrow_.data());
      for (std::int64_t k = 0; k < n; ++k) to[k] = static_cast<std::uint16_t>(x[q + k]);
    } else {
      float* to = reinterpret_cast<float*>(narrow_.data());
      for (std::int64_t k = 0; k < n; ++k) to[k] = static_cast<float>(x[q + k]);
    }
    values_->write(narrow_.data(), static_cast<std::size_t>(n) * size);
  }
}

std::int64_t StoreWriter::write_values(const double* x, std::int64_t count) {
  std::int64_t misfit = first_misfit(type_, x, count);
  if (misfit >= 0 && fixed_) return misfit;
  if (misfit >= 0 && type_ == ValueType::uint16 && first_misfit(ValueType::float32, x, count) < 0) {
    rewrite(ValueType::float32);
    misfit = -1;
  }
  if (misfit >= 0) rewrite(ValueType::float64);
  put(x, count);
  return -1;
}

// What has been written, in a wider type.
void StoreWriter::rewrite(ValueType type) {
  values_->close();
  const std::string old = folder_ + "/narrow";
  if (values_->bytes() > 0) {
    std::remove(old.c_str());
    if (std::rename(values_->path().c_str(), old.c_str()) != 0)
      throw std::runtime_error("store: " + values_->path() + " cannot be renamed: " + std::strerror(errno));
  }
  const ValueType before = type_;
  const std::uint64_t count = values_->bytes() / bytes_of(before);
  type_ = type;
  values_ = std::make_unique<OutputFile>(folder_, "values");
  if (count == 0) return;
  const std::size_t size = bytes_of(before);
  constexpr std::uint64_t kPiece = 262144;
  std::vector<unsigned char> piece(kPiece * size);
  std::vector<double> wide(kPiece);
  std::FILE* from = std::fopen(old.c_str(), "rb");
  const auto failed = [&] {
    if (from) std::fclose(from);
    throw std::runtime_error("store: " + old + " cannot be read: " + std::strerror(errno));
  };
  if (!from) failed();
  for (std::uint64_t q = 0; q < count; q += kPiece) {
    const std::size_t n = static_cast<std::size_t>(std::min(kPiece, count - q));
    if (std::fread(piece.data(), size, n, from) != n) failed();
    for (std::size_t k = 0; k < n; ++k)
      wide[k] = before == ValueType::uint16 ? reinterpret_cast<const std::uint16_t*>(piece.data())[k]
                                            : reinterpret_cast<const float*>(piece.data())[k];
    put(wide.data(), static_cast<std::int64_t>(n));
  }
  std::fclose(from);
  std::remove(old.c_str());
}

std::int64_t StoreWriter::append_dense(const double* x, std::ptrdiff_t columns) {
  const std::int64_t count = static_cast<std::int64_t>(columns) * rows_;
  const std::int64_t misfit = write_values(x, count);
  if (misfit >= 0) return misfit;
  columns_ += columns;
  stored_ += count;
  return -1;
}

std::int64_t StoreWriter::append_sparse(const int* p, const int* row, const double* value,
                                        std::ptrdiff_t columns) {
  const std::int64_t first = p[0], count = p[columns] - first;
  const std::int64_t misfit = write_values(value + first, count);
  if (misfit >= 0) return misfit;
  row_file_->write(row + first, static_cast<std::size_t>(count) * sizeof(std::int32_t));
  for (std::int64_t q = first; q < first + count; ++q) ++row_counts_[row[q]];
  std::vector<std::int64_t> ends(columns);
  for (std::ptrdiff_t j = 0; j < columns; ++j) ends[j] = stored_ + (p[j + 1] - first);
  column_file_->write(ends.data(), static_cast<std::size_t>(columns) * sizeof(std::int64_t));
  columns_ += columns;
  stored_ += count;
  return -1;
}

void StoreWriter::finish() {
  values_->close();
  if (!sparse_) return;
  row_file_->close();
  column_file_->close();
  count_file_ = std::make_unique<OutputFile>(folder_, "row-counts");
  count_file_->write(row_counts_.data(), row_counts_.size() * sizeof(double));
  count_file_->close();
}

std::vector<const OutputFile*> StoreWriter::files() const {
  std::vector<const OutputFile*> out = {values_.get()};
  if (sparse_) out.insert(out.end(), {row_file_.get(), column_file_.get(), count_file_.get()});
  return out;
}

}  // namespace nonneg
