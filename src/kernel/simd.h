// SIMD vectors without intrinsics: GCC/Clang vector extensions, one width per
// instruction set. A kernel file defines NN_ISA (a namespace) and NN_VBYTES
// (bytes per register) and includes kernel/impl.h; nothing else changes.
#ifndef NONNEG_SIMD_H
#define NONNEG_SIMD_H

#include <cstddef>
#include <cstdint>

#if defined(__clang__)
#define NN_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
// R compiles with -O2, where GCC leaves short constant loops rolled: arrays of
// vector registers would then live in memory (3x slower).
#define NN_UNROLL _Pragma("GCC unroll 32")
#else
#define NN_UNROLL
#endif

#define NN_INLINE inline __attribute__((always_inline))
#define NN_INLINED __attribute__((always_inline))  // of a lambda
#define NN_PREFETCH(address) __builtin_prefetch(address)
#define NN_PREFETCH_L2(address) __builtin_prefetch(address, 0, 2)

// Keeps a value in its register. GCC otherwise reads it from memory again for each of its uses: they are
// loads of their own, and those that cross a cache line count twice.
#if defined(__x86_64__)
#define NN_KEEP(value) __asm__("" : "+v"(value))
#else
#define NN_KEEP(value)
#endif

#endif
