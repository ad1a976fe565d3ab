// What the kernels include. A kernel_<isa>.cpp includes it before it switches the
// target, so that no inline function of another header is built for that target.
#ifndef NONNEG_KERNEL_HEADERS_H
#define NONNEG_KERNEL_HEADERS_H

#include <cfloat>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "kernel/kernels.h"
#include "kernel/simd.h"

#endif
