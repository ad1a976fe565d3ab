// Writes columns to a store while the caller makes the next ones: a block is written by a thread of its own,
// and waited for before the next one. What is handed over must stay as it is until then.
#ifndef NONNEG_STORE_APPENDER_H
#define NONNEG_STORE_APPENDER_H

#include <exception>
#include <functional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "core/store_writer.h"

namespace nonneg {

class StoreAppender {
 public:
  StoreAppender(const std::string& folder, std::ptrdiff_t rows, bool sparse, ValueType type, bool fixed)
      : writer_(folder, rows, sparse, type, fixed) {}
  ~StoreAppender() {
    if (thread_.joinable()) thread_.join();
  }
  StoreAppender(const StoreAppender&) = delete;
  StoreAppender& operator=(const StoreAppender&) = delete;

  // As those of StoreWriter. The block before must have been waited for.
  void append_dense(const double* x, std::ptrdiff_t columns) {
    start([this, x, columns] { return writer_.append_dense(x, columns); });
  }
  void append_sparse(const int* p, const int* row, const double* value, std::ptrdiff_t columns) {
    start([this, p, row, value, columns] { return writer_.append_sparse(p, row, value, columns); });
  }
  // What the last append returned, or threw.
  std::int64_t wait() {
    if (thread_.joinable()) thread_.join();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    return std::exchange(misfit_, -1);
  }
  void finish() { writer_.finish(); }
  const StoreWriter& writer() const { return writer_; }

 private:
  void start(std::function<std::int64_t()> write) {
    const auto run = [this, write = std::move(write)] {
      try {
        misfit_ = write();
      } catch (...) {
        failure_ = std::current_exception();
      }
    };
    try {
      thread_ = std::thread(run);
    } catch (const std::system_error&) {
      run();  // no thread can be had
    }
  }

  StoreWriter writer_;
  std::int64_t misfit_ = -1;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace nonneg

#endif
