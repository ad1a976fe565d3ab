// How large the second cache is: what a thread goes over again and again should fit.
#ifndef NONNEG_CACHE_H
#define NONNEG_CACHE_H

#include <cstddef>

namespace nonneg {

// Bytes of it that one core has: asked of the processor once, 512 kB where it does not tell.
std::size_t second_cache();
// Work as if it were of this size (tests do); 0: as it is.
void use_second_cache(std::size_t bytes);

}  // namespace nonneg

#endif
