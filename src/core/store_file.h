// A file that is mapped into memory to be read: its pages are the system's, not ours.
#ifndef NONNEG_STORE_FILE_H
#define NONNEG_STORE_FILE_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace nonneg {

class MappedFile {
 public:
  // Throws std::runtime_error where there is no such file, or it has another size.
  MappedFile(const std::string& path, std::uint64_t bytes);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  template <class T>
  const T* as() const {
    return static_cast<const T*>(data_);
  }
  std::uint64_t bytes() const { return bytes_; }
  // These bytes are read next: the system begins to fetch what it does not hold. Does not wait.
  void will_need(std::uint64_t from, std::uint64_t count) const;
  // These are not read again soon: the system need not hold them.
  void drop(std::uint64_t from, std::uint64_t count) const;

 private:
  bool resident(std::uint64_t from, std::uint64_t count) const;

  const void* data_ = nullptr;
  std::uint64_t bytes_;
#ifdef _WIN32
  void* mapping_ = nullptr;
#else
  int file_ = -1;
  bool tells_ = false;  // may we ask which pages are there?
#endif
};

// Of the machine, in bytes; 0 if it does not tell.
std::uint64_t physical_memory();

}  // namespace nonneg

#endif
