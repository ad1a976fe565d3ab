// Threads. Work is split so that no result depends on how many there are.
//
// A small pool of our own, not OpenMP: libgomp spins at the end of every region,
// and on a machine with other work its threads then keep each other from running
// (measured: a fit of 0.07 s took 14 s). These threads spin for some
// microseconds, then sleep. It also works where R has no OpenMP (macOS).
#ifndef NONNEG_PARALLEL_H
#define NONNEG_PARALLEL_H

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>
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

// A number that threads wait to see change: they spin briefly, then sleep.
class Signal {
 public:
  unsigned read() const { return value_.load(std::memory_order_acquire); }
  void raise() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      value_.fetch_add(1, std::memory_order_acq_rel);
    }
    changed_.notify_all();
  }
  void wait_beyond(unsigned seen) {
    constexpr int kSpins = 2000;
    for (int spin = 0; spin < kSpins; ++spin) {
      if (read() != seen) return;
#if defined(__SSE2__)
      _mm_pause();
#endif
    }
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return read() != seen; });
  }

 private:
  std::atomic<unsigned> value_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
};

class Barrier {
 public:
  explicit Barrier(int size) : size_(size) {}
  void wait() {
    if (size_ == 1) return;
    const unsigned phase = released_.read();
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
      arrived_.store(0, std::memory_order_relaxed);
      released_.raise();
    } else {
      released_.wait_beyond(phase);
    }
  }

 private:
  const int size_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) Signal released_;
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

// Units of work in contiguous shares, one per member: one who is done with its own helps the
// others, whose processors may be shared with other work.
class Shares {
 public:
  explicit Shares(int members) : taken_(members) {}
  template <class F>
  void run(const Member& me, std::ptrdiff_t units, F&& f) {
    for (int q = 0; q < me.size; ++q) {
      const Member whose = {(me.id + q) % me.size, me.size, me.barrier};
      const std::ptrdiff_t begin = whose.begin(units), count = whose.end(units) - begin;
      for (std::ptrdiff_t u; (u = taken_[whose.id].next++) < count;) f(begin + u);
    }
  }

 private:
  std::vector<Counter> taken_;
};

// Threads worth waking for `work` multiply-adds: a region costs some 10 us to
// start, and more on a busy machine. Results do not depend on the choice.
inline int threads_for(int threads, double work) { return work < 4e6 ? 1 : threads; }

// The pool behind parallel(). Its threads start when first needed.
void run_in_pool(int threads, void (*job)(void* context, const Member&), void* context);
// Ends the threads, before the library is unloaded.
void stop_pool();
// In a forked child: the parent's threads are not there.
void forget_pool();

// Runs f(member) in `threads` threads (fewer if no more can be had; members know
// how many there are). f must not throw and must not call the host.
template <class F>
void parallel(int threads, F&& f) {
  const auto job = [](void* context, const Member& me) {
    FlushToZero guard;
    (*static_cast<F*>(context))(me);
  };
  if (threads > 1) {
    run_in_pool(threads, job, &f);
    return;
  }
  Barrier barrier(1);
  const Member alone = {0, 1, barrier};
  job(&f, alone);
}

}  // namespace nonneg

#endif
