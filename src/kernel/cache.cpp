// See kernel/cache.h.
#include "kernel/cache.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(__linux__)
#include <unistd.h>
#endif

namespace nonneg {

namespace {

constexpr std::size_t kFallback = 512 * 1024;
// Whatever a machine or a virtual one says.
constexpr std::size_t kLeast = 128 * 1024, kMost = 4096 * 1024;

std::size_t asked() {
#if defined(__x86_64__) || defined(__i386__)
  // Leaf 0x80000006 of AMD and Intel: kB of the second cache in the upper half of ecx.
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(0x80000006u, &a, &b, &c, &d) ? (c >> 16) * std::size_t{1024} : 0;
#elif defined(__APPLE__)
  // That of the fast cores, which some of them share.
  std::size_t bytes = 0, size = sizeof bytes;
  return sysctlbyname("hw.perflevel0.l2cachesize", &bytes, &size, nullptr, 0) == 0 ? bytes / 4 : 0;
#elif defined(__linux__) && defined(_SC_LEVEL2_CACHE_SIZE)
  const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
#else
  return 0;
#endif
}

std::size_t found() {
  const std::size_t bytes = asked();
  if (bytes == 0) return kFallback;
  return bytes < kLeast ? kLeast : bytes > kMost ? kMost : bytes;
}

std::size_t& current() {
  static std::size_t bytes = found();
  return bytes;
}

}  // namespace

std::size_t second_cache() { return current(); }

void use_second_cache(std::size_t bytes) { current() = bytes > 0 ? bytes : found(); }

}  // namespace nonneg
