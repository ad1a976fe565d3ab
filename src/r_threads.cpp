// Threads, as R sees them.
#include <Rcpp.h>

#include <atomic>
#include <thread>

#include "core/parallel.h"
#ifndef _WIN32
#include <pthread.h>
#endif

namespace {

std::atomic<bool> forked{false};
[[maybe_unused]] void in_child() {
  forked = true;
  nonneg::forget_pool();
}

}  // namespace

// [[Rcpp::export(rng = false)]]
void cpp_on_load() {
#ifndef _WIN32
  static bool registered = false;
  if (!registered) pthread_atfork(nullptr, nullptr, in_child);
  registered = true;
#endif
}

// [[Rcpp::export(rng = false)]]
void cpp_on_unload() { nonneg::stop_pool(); }

// A forked child is one of many already, and gets one thread.
// [[Rcpp::export(rng = false)]]
bool cpp_forked() { return forked; }

// [[Rcpp::export(rng = false)]]
int cpp_cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }
