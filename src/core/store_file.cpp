// See core/store_file.h.
#include "core/store_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace nonneg {

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw std::runtime_error("store: " + path + " " + why);
}

std::string other_size(std::uint64_t found, std::uint64_t wanted) {
  return "has " + std::to_string(found) + " bytes, not the " + std::to_string(wanted) +
         " that the store was written with";
}

}  // namespace

#ifdef _WIN32

MappedFile::MappedFile(const std::string& path, std::uint64_t bytes) : bytes_(bytes) {
  const HANDLE file = CreateFileA(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, nullptr);
  if (file == INVALID_HANDLE_VALUE) fail(path, "cannot be opened");
  LARGE_INTEGER size;
  const bool known = GetFileSizeEx(file, &size) != 0;
  if (known && static_cast<std::uint64_t>(size.QuadPart) == bytes && bytes > 0) {
    mapping_ = CreateFileMappingA(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
    if (mapping_) data_ = MapViewOfFile(mapping_, FILE_MAP_READ, 0, 0, 0);
  }
  CloseHandle(file);
  if (known && static_cast<std::uint64_t>(size.QuadPart) != bytes)
    fail(path, other_size(static_cast<std::uint64_t>(size.QuadPart), bytes));
  if (bytes > 0 && !data_) {
    if (mapping_) CloseHandle(mapping_);
    fail(path, "cannot be mapped into memory");
  }
}

MappedFile::~MappedFile() {
  if (data_) UnmapViewOfFile(data_);
  if (mapping_) CloseHandle(mapping_);
}

// The system reads ahead by itself, and gives up pages by itself.
void MappedFile::will_need(std::uint64_t, std::uint64_t) const {}
void MappedFile::drop(std::uint64_t, std::uint64_t) const {}
bool MappedFile::resident(std::uint64_t, std::uint64_t) const { return true; }

std::uint64_t physical_memory() {
  MEMORYSTATUSEX status;
  status.dwLength = sizeof status;
  return GlobalMemoryStatusEx(&status) ? status.ullTotalPhys : 0;
}

#else

namespace {

std::uint64_t page_bytes() {
  static const std::uint64_t bytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

}  // namespace

MappedFile::MappedFile(const std::string& path, std::uint64_t bytes) : bytes_(bytes) {
  file_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) fail(path, std::string("cannot be opened: ") + std::strerror(errno));
  struct stat about;
  std::string why;
  if (fstat(file_, &about) != 0) {
    why = std::string("cannot be opened: ") + std::strerror(errno);
  } else if (static_cast<std::uint64_t>(about.st_size) != bytes) {
    why = other_size(static_cast<std::uint64_t>(about.st_size), bytes);
  } else if (bytes > 0) {
    void* at = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file_, 0);
    if (at == MAP_FAILED) {
      why = std::string("cannot be mapped into memory: ") + std::strerror(errno);
    } else {
      data_ = at;
      // The system tells only those who could write the file.
      tells_ = about.st_uid == geteuid() || access(path.c_str(), W_OK) == 0;
    }
  }
  if (!why.empty()) {
    close(file_);
    fail(path, why);
  }
}

MappedFile::~MappedFile() {
  if (data_) munmap(const_cast<void*>(data_), bytes_);
  close(file_);
}

// By a few pages: it is read, and dropped, in long runs.
bool MappedFile::resident(std::uint64_t from, std::uint64_t count) const {
  if (!tells_) return false;
  constexpr int kProbes = 4;
  const std::uint64_t page = page_bytes();
  for (int q = 0; q < kProbes; ++q) {
    const std::uint64_t at = (from + (count - 1) * q / (kProbes - 1)) / page * page;
#ifdef __APPLE__
    char there = 0;
#else
    unsigned char there = 0;
#endif
    if (mincore(const_cast<char*>(static_cast<const char*>(data_)) + at, 1, &there) != 0 || !(there & 1))
      return false;
  }
  return true;
}

void MappedFile::will_need(std::uint64_t from, std::uint64_t count) const {
  if (!data_ || from >= bytes_) return;
  count = std::min(count, bytes_ - from);
  // For what is there already the call would look up page after page.
  if (count == 0 || resident(from, count)) return;
  const std::uint64_t page = page_bytes(), begin = from / page * page, end = from + count;
  // Linux reads no more for one call than the read-ahead of the device, 128 kB where nobody changed it.
  constexpr std::uint64_t kSlice = 131072;
  char* data = const_cast<char*>(static_cast<const char*>(data_));
  for (std::uint64_t at = begin; at < end; at += kSlice)
    madvise(data + at, std::min(kSlice, end - at), MADV_WILLNEED);
}

// Whole pages only: the neighbours need theirs.
void MappedFile::drop(std::uint64_t from, std::uint64_t count) const {
  if (!data_ || from >= bytes_) return;
  const std::uint64_t page = page_bytes(), begin = (from + page - 1) / page * page;
  const std::uint64_t last = std::min(from + count, bytes_);
  const std::uint64_t end = last == bytes_ ? last : last / page * page;
  if (end <= begin) return;
  madvise(const_cast<char*>(static_cast<const char*>(data_)) + begin, end - begin, MADV_DONTNEED);
#ifdef POSIX_FADV_DONTNEED
  posix_fadvise(file_, static_cast<off_t>(begin), static_cast<off_t>(end - begin), POSIX_FADV_DONTNEED);
#endif
}

std::uint64_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  return pages > 0 ? static_cast<std::uint64_t>(pages) * page_bytes() : 0;
}

#endif

}  // namespace nonneg
