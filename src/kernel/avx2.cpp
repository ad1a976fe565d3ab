// Kernels for avx2, built for it by function-level target attributes alone.
#include "kernel/headers.h"
#include "kernel/isa.h"

#ifdef NN_HAVE_X86_ISAS

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

#define NN_ISA avx2
#define NN_ISA_NAME "avx2"
#define NN_VBYTES 32
#include "kernel/impl.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
