// Writes the files of a store, some columns at a time. The type of values may be left to the data: it begins
// with the narrowest, and what is written is widened when a value comes that does not fit.
#ifndef NONNEG_STORE_WRITER_H
#define NONNEG_STORE_WRITER_H

#include <cstdio>
#include <string>
#include <vector>

#include "core/checksum.h"
#include "core/store.h"

namespace nonneg {

// A file that is written from its beginning to its end. Throws std::runtime_error where that fails.
class OutputFile {
 public:
  OutputFile(const std::string& folder, const char* name);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  void write(const void* bytes, std::size_t count);
  void close();
  const std::string& path() const { return path_; }
  const char* name() const { return name_; }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t checksum() const { return checksum_.value(); }

 private:
  [[noreturn]] void fail() const;
  const std::string path_;
  const char* name_;
  std::FILE* file_;
  std::uint64_t bytes_ = 0;
  Checksum checksum_;
};

class StoreWriter {
 public:
  // `fixed`: values that do not fit `type` are refused.
  StoreWriter(const std::string& folder, std::ptrdiff_t rows, bool sparse, ValueType type, bool fixed);

  // Columns behind those that are there. Returns the number of the first value that does not fit, or -1 if
  // all were written.
  std::int64_t append_dense(const double* x, std::ptrdiff_t columns);
  // Rows increase within each column; the first entry is number p[0].
  std::int64_t append_sparse(const int* p, const int* row, const double* value, std::ptrdiff_t columns);
  // Writes what comes at the end, and closes the files.
  void finish();

  ValueType type() const { return type_; }
  std::ptrdiff_t columns() const { return columns_; }
  std::int64_t stored() const { return stored_; }
  std::vector<const OutputFile*> files() const;

 private:
  bool fits(ValueType type, double x) const;
  std::int64_t first_misfit(ValueType type, const double* x, std::int64_t count) const;
  std::int64_t write_values(const double* x, std::int64_t count);
  void put(const double* x, std::int64_t count);
  void rewrite(ValueType type);

  const std::string folder_;
  const std::ptrdiff_t rows_;
  const bool sparse_, fixed_;
  ValueType type_;
  std::ptrdiff_t columns_ = 0;
  std::int64_t stored_ = 0;
  std::vector<double> row_counts_;
  std::vector<unsigned char> narrow_;
  std::unique_ptr<OutputFile> values_, row_file_, column_file_, count_file_;
};

}  // namespace nonneg

#endif
