// The pool of threads behind parallel(). One caller at a time: R is single-threaded.
#include "core/parallel.h"

#include <algorithm>
#include <system_error>
#include <thread>
#include <vector>
#ifndef _WIN32
#include <pthread.h>
#include <signal.h>
#endif

namespace nonneg {

namespace {

// Signals are the main thread's, where the host handles them.
class SignalsBlocked {
 public:
#ifndef _WIN32
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &saved_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &saved_, nullptr); }

 private:
  sigset_t saved_;
#else
  SignalsBlocked() {}
#endif
};

class Pool {
 public:
  void run(int threads, void (*job)(void*, const Member&), void* context) {
    grow(threads - 1);
    const int size = std::min<int>(threads, static_cast<int>(workers_.size()) + 1);
    Barrier barrier(size);
    job_ = job;
    context_ = context;
    barrier_ = &barrier;
    size_ = size;
    pending_.store(static_cast<int>(workers_.size()), std::memory_order_release);
    const unsigned finished = done_.read();
    start_.raise();
    job(context, Member{0, size, barrier});
    if (!workers_.empty()) done_.wait_beyond(finished);
  }

  void stop() {
    stopping_ = true;
    start_.raise();
    for (std::thread& t : workers_) t.join();
    workers_.clear();
    stopping_ = false;
  }

 private:
  void grow(int wanted) {
    SignalsBlocked guard;
    while (static_cast<int>(workers_.size()) < wanted) {
      const int id = static_cast<int>(workers_.size()) + 1;
      const unsigned seen = start_.read();
      try {
        workers_.emplace_back([this, id, seen] { work(id, seen); });
      } catch (const std::system_error&) {
        return;  // no more threads to be had
      }
    }
  }

  void work(int id, unsigned seen) {
    for (;; ++seen) {
      start_.wait_beyond(seen);
      if (stopping_) return;
      if (id < size_) job_(context_, Member{id, size_, *barrier_});
      if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) done_.raise();
    }
  }

  std::vector<std::thread> workers_;
  Signal start_, done_;
  std::atomic<int> pending_{0};
  std::atomic<bool> stopping_{false};
  void (*job_)(void*, const Member&) = nullptr;
  void* context_ = nullptr;
  Barrier* barrier_ = nullptr;
  int size_ = 0;
};

// Never destroyed: at exit its threads sleep, and joining them there may hang.
Pool* pool = nullptr;

}  // namespace

void run_in_pool(int threads, void (*job)(void*, const Member&), void* context) {
  if (!pool) pool = new Pool;
  pool->run(threads, job, context);
}

void stop_pool() {
  if (pool) pool->stop();
}

void forget_pool() { pool = nullptr; }

}  // namespace nonneg
