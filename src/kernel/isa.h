// Where the AVX kernels are built. Not on Windows: GCC there does not align the
// stack for 256-bit spills (GCC bug 54412), and a portable flag cannot mend it.
#ifndef NONNEG_ISA_H
#define NONNEG_ISA_H

#if defined(__x86_64__) && !defined(_WIN32) && (defined(__GNUC__) || defined(__clang__))
#define NN_HAVE_X86_ISAS 1
#endif

#endif
