// One run-time choice of instruction set for all kernels.
#include <cstring>

#include "kernel/isa.h"
#include "kernel/kernels.h"

namespace nonneg {

namespace baseline {
extern const Kernels table;
}
#ifdef NN_HAVE_X86_ISAS
namespace avx2 {
extern const Kernels table;
}
namespace avx512 {
extern const Kernels table;
}
#endif

namespace {

struct Available {
  const Kernels* tables[3];
  const char* names[4];
  int count = 0;
  void add(const Kernels& k) {
    tables[count] = &k;
    names[count] = k.isa;
    names[++count] = nullptr;
  }
  Available() {
#ifdef NN_HAVE_X86_ISAS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) add(avx512::table);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) add(avx2::table);
#endif
    add(baseline::table);
  }
};

const Available& available() {
  static const Available a;
  return a;
}

const Kernels*& current() {
  static const Kernels* k = available().tables[0];
  return k;
}

}  // namespace

// On Intel what is fetched from memory waits in the same few buffers as what comes from the second cache, so
// that the kernel waits too, and the processor's own prefetching does better (10000 x 5000, rank 10, two
// threads: 0.044 s with, 0.027 s without). On AMD it was measured to pay before that.
bool prefetches_ahead() {
#ifdef NN_HAVE_X86_ISAS
  static const bool yes = !__builtin_cpu_is("intel");
  return yes;
#else
  return true;
#endif
}

const Kernels& kernels() { return *current(); }

const char* const* available_isas() { return available().names; }

bool use_isa(const char* isa) {
  for (int i = 0; i < available().count; ++i)
    if (std::strcmp(available().names[i], isa) == 0) {
      current() = available().tables[i];
      return true;
    }
  return false;
}

}  // namespace nonneg
