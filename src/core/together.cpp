// See core/together.h.
#include "core/together.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>

#include "core/clock.h"
#include "core/parallel.h"
#include "loss/frobenius_stack.h"

namespace nonneg {

namespace {

// What the threads share: whether to stop, and the first thing that went wrong.
class Shared {
 public:
  std::atomic<bool> stop{false};
  void failed() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!error_) error_ = std::current_exception();
    stop = true;
  }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr error_;
};

// Stops with the others; only the calling thread asks the real host.
class SharedHost : public Host {
 public:
  SharedHost(Shared& shared, Host* host) : shared_(shared), host_(host) {}
  bool interrupted() override {
    if (host_ && !shared_.stop && host_->interrupted()) shared_.stop = true;
    return shared_.stop;
  }
  void progress(const Record& record) override {
    if (!host_ || shared_.stop) return;
    try {
      host_->progress(record);
    } catch (...) {
      shared_.failed();
    }
  }

 private:
  Shared& shared_;
  Host* host_;
};

}  // namespace

void fit_together(std::vector<Job>& jobs, int threads, double max_seconds, Host& host) {
  if (worth_stacking(jobs)) return FrobeniusStack(*jobs[0].source, threads).fit(jobs, max_seconds, host);
  const double deadline = now() + max_seconds;
  Shared shared;
  Counter counter;
  std::atomic<int> finished{0};
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(jobs.size());
  // The longest come first, or threads would wait for them at the end.
  std::vector<std::ptrdiff_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::ptrdiff_t a, std::ptrdiff_t b) { return jobs[a].W.r > jobs[b].W.r; });
  parallel(threads, [&](const Member& me) {
    SharedHost mine(shared, me.id == 0 ? &host : nullptr);
    for (std::ptrdiff_t k; (k = counter.next++) < count;) {
      Job& job = jobs[order[k]];
      const double left = deadline - now();
      if (shared.stop || (left <= 0 && k > 0)) continue;
      try {
        job.options.max_seconds = left;
        job.result = fit(*job.source, *job.loss, job.options, job.extrapolate, job.W, job.H, mine);
        job.done = true;
      } catch (...) {
        shared.failed();
      }
    }
    // Others may have long to go, and only this thread hears of an interrupt.
    ++finished;
    while (me.id == 0 && finished < me.size && !mine.interrupted())
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  shared.rethrow();
}

}  // namespace nonneg
