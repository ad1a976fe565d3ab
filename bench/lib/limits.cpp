// What the machine can do at most: reading memory, multiplying matrices.
#include <Rcpp.h>
#include <dlfcn.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include <chrono>
#include <vector>

// [[Rcpp::plugins(cpp17)]]
// [[Rcpp::plugins(openmp)]]

namespace {

double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

#if defined(__x86_64__) && defined(__GNUC__)
#define FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2", "default")))
#define FMA_FOR_EACH_CPU __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define FOR_EACH_CPU
#define FMA_FOR_EACH_CPU
#endif

typedef double Vector __attribute__((vector_size(64), aligned(8), may_alias));

// Sixteen independent sums: the additions never wait for each other.
FOR_EACH_CPU double sum_of(const double* x, std::size_t n) {
  constexpr int kSums = 16;
  Vector s[kSums] = {};
  std::size_t i = 0;
  for (; i + 8 * kSums <= n; i += 8 * kSums) {
#pragma GCC unroll 16
    for (int k = 0; k < kSums; ++k) s[k] += *reinterpret_cast<const Vector*>(x + i + 8 * k);
  }
  double total = 0;
  for (int k = 0; k < kSums; ++k)
    for (int q = 0; q < 8; ++q) total += s[k][q];
  for (; i < n; ++i) total += x[i];
  return total;
}

// y <- a*y + b in registers; 2 * 8 * 12 operations a round.
FMA_FOR_EACH_CPU double fma_rounds(long rounds, double seed) {
  constexpr int kRegisters = 12;
  Vector y[kRegisters];
  for (int k = 0; k < kRegisters; ++k)
    for (int q = 0; q < 8; ++q) y[k][q] = seed + k + q;
  const Vector a = Vector{} + 0.999999, b = Vector{} + seed;
  for (long i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
    for (int k = 0; k < kRegisters; ++k) y[k] = y[k] * a + b;
  }
  double total = 0;
  for (int k = 0; k < kRegisters; ++k)
    for (int q = 0; q < 8; ++q) total += y[k][q];
  return total;
}

int members() {
#ifdef _OPENMP
  return omp_get_num_threads();
#else
  return 1;
#endif
}

int member() {
#ifdef _OPENMP
  return omp_get_thread_num();
#else
  return 0;
#endif
}

}  // namespace

// Seconds of one streaming sum over all values of x.
// [[Rcpp::export]]
double seconds_to_read(Rcpp::NumericVector x, int threads) {
  const double* values = x.begin();
  const std::size_t n = x.size();
  double total = 0;
  const double start = now();
#ifdef _OPENMP
#pragma omp parallel num_threads(threads) reduction(+ : total)
#endif
  {
    const std::size_t first = n / members() * member();
    const std::size_t last = member() + 1 == members() ? n : n / members() * (member() + 1);
    total += sum_of(values + first, last - first);
  }
  const double seconds = now() - start;
  return total == -1 ? NA_REAL : seconds;  // uses the sum
}

// Floating-point operations per second with all operands in registers.
// [[Rcpp::export]]
double register_flops(int threads, double rounds = 2e7) {
  double total = 0;
  int team = 1;
  const double start = now();
#ifdef _OPENMP
#pragma omp parallel num_threads(threads) reduction(+ : total)
#endif
  {
    total += fma_rounds(static_cast<long>(rounds), 1.0 + member());
    if (member() == 0) team = members();
  }
  const double seconds = now() - start;
  return total == -1 ? NA_REAL : 2.0 * 8 * 12 * rounds * team / seconds;
}

// Seconds of a product of two size x size matrices by the dgemm of a shared
// library. It is opened on its own: the BLAS that R uses stays what it is.
// [[Rcpp::export]]
double seconds_of_dgemm(std::string library, int size, int threads) {
  typedef void Dgemm(const char*, const char*, const int*, const int*, const int*, const double*, const double*,
                     const int*, const double*, const int*, const double*, double*, const int*);
  typedef void SetThreads(int);
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) Rcpp::stop("%s", dlerror());
  Dgemm* dgemm = reinterpret_cast<Dgemm*>(dlsym(handle, "dgemm_"));
  if (!dgemm) Rcpp::stop("%s has no dgemm", library);
  SetThreads* set_threads = reinterpret_cast<SetThreads*>(dlsym(handle, "openblas_set_num_threads"));
  if (set_threads) set_threads(threads);
  const std::size_t cells = static_cast<std::size_t>(size) * size;
  std::vector<double> a(cells, 0.5), b(cells, 0.25), c(cells, 0.0);
  const double one = 1, zero = 0;
  const double start = now();
  dgemm("N", "N", &size, &size, &size, &one, a.data(), &size, b.data(), &size, &zero, c.data(), &size);
  return now() - start;
}

// The processor family that OpenBLAS has chosen its kernels for.
// [[Rcpp::export]]
std::string openblas_core(std::string library) {
  typedef char* Corename();
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return "";
  Corename* corename = reinterpret_cast<Corename*>(dlsym(handle, "openblas_get_corename"));
  return corename ? corename() : "";
}
