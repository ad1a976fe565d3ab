// Kernels for any machine: 128-bit vectors, which SSE2 and NEON both have.
#define NN_ISA baseline
#define NN_ISA_NAME "baseline"
#define NN_VBYTES 16
#include "kernel/impl.h"
