// Threads. Work is split so that no result depends on how many there are.
#ifndef NONNEG_PARALLEL_H
#define NONNEG_PARALLEL_H

#include <atomic>
#include <cstddef>
#include <thread>
#ifdef _OPENMP
#include <omp.h>
#endif
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace nonneg {

// Subnormal results become 0 while it lives: they cost a hundred cycles each
// and carry no information here. Inputs keep theirs.
class FlushToZero {
 public:
#if defined(__SSE2__)
  FlushToZero() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8000u); }
  ~FlushToZero() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#else
  FlushToZero() {}
#endif
};

// A barrier that spins briefly, then yields: on a busy machine a spinning
// thread would keep the one it waits for from running.
class Barrier {
 public:
  explicit Barrier(int size) : size_(size) {}
  void wait() {
    if (size_ == 1) return;
    const unsigned phase = phase_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
      arrived_.store(0, std::memory_order_relaxed);
      phase_.store(phase + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; phase_.load(std::memory_order_acquire) == phase; ++spins) {
      if (spins > 4000) std::this_thread::yield();
    }
  }

 private:
  const int size_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> phase_{0};
};

// Units of work handed out one by one.
struct alignas(64) Counter {
  std::atomic<std::ptrdiff_t> next{0};
};

struct Member {
  int id;
  int size;
  Barrier& barrier;
  // This member's contiguous share of `total` units, in whole multiples of `unit`.
  std::ptrdiff_t begin(std::ptrdiff_t total, std::ptrdiff_t unit = 1) const { return cut(id, total, unit); }
  std::ptrdiff_t end(std::ptrdiff_t total, std::ptrdiff_t unit = 1) const { return cut(id + 1, total, unit); }

 private:
  std::ptrdiff_t cut(int part, std::ptrdiff_t total, std::ptrdiff_t unit) const {
    if (part == size) return total;
    const std::ptrdiff_t units = (total + unit - 1) / unit;
    const std::ptrdiff_t at = units * part / size * unit;
    return at < total ? at : total;
  }
};

// Threads worth waking for `work` multiply-adds: a region costs some 10 us to
// start, and far more on a busy machine. Results do not depend on the choice.
inline int threads_for(int threads, double work) { return work < 4e5 ? 1 : threads; }

// Runs f(member) in `threads` threads. f must not throw and must not call the
// host. Fewer threads than asked may come; members know how many there are.
template <class F>
void parallel(int threads, F&& f) {
#ifdef _OPENMP
  if (threads > 1) {
    Barrier* barrier = nullptr;
#pragma omp parallel num_threads(threads) shared(barrier)
    {
#pragma omp single
      barrier = new Barrier(omp_get_num_threads());
      FlushToZero guard;
      Member me = {omp_get_thread_num(), omp_get_num_threads(), *barrier};
      f(me);
    }
    delete barrier;
    return;
  }
#endif
  (void)threads;
  Barrier barrier(1);
  FlushToZero guard;
  Member me = {0, 1, barrier};
  f(me);
}

}  // namespace nonneg

#endif
