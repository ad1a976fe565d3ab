// What the thread sanitizer watches: regions of the pool, and fits on it, without R. Built and run by
// tools/sanitize. Ends with an error if results depend on the number of threads.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "core/driver.h"
#include "core/parallel.h"
#include "kernel/cache.h"
#include "loss/frobenius.h"

namespace {

using namespace nonneg;

void expect(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "wrong: %s\n", what);
  std::exit(1);
}

// Every unit of work once, whatever the number of threads, with barriers between; threads that come and go.
void regions() {
  for (int round = 0; round < 300; ++round) {
    const int threads = 1 + round % 5;
    constexpr std::ptrdiff_t kUnits = 97;
    std::vector<int> by_counter(kUnits), by_shares(kUnits);
    std::vector<long> seen(threads);
    Counter counter;
    Shares shares(threads);
    parallel(threads, [&](const Member& me) {
      for (std::ptrdiff_t u; (u = counter.next++) < kUnits;) ++by_counter[u];
      me.barrier.wait();
      // What the others did is there after a barrier.
      for (std::ptrdiff_t u = 0; u < kUnits; ++u) seen[me.id] += by_counter[u];
      me.barrier.wait();
      shares.run(me, kUnits, [&](std::ptrdiff_t u) { by_shares[u] += by_counter[u]; });
    });
    expect(std::accumulate(by_shares.begin(), by_shares.end(), 0) == kUnits, "work was left or done twice");
    for (const long s : seen) expect(s == 0 || s == kUnits, "a barrier let somebody through");
    if (round % 100 == 99) stop_pool();
  }
}

double number(std::size_t i) { return std::fmod(std::fabs(std::sin(static_cast<double>(i) * 12.9898)) * 43758.5453, 1.0); }

std::vector<double> fit_of(Source& source, int rank, int threads) {
  Options options;
  options.threads = threads;
  options.max_iter = 6;
  options.tol = 0;
  Frobenius loss(source, rank, *find_solver("bpp"), options, {1.0, 1.0, 1.0}, 1.0, {});
  Factor W(rank, source.rows()), H(rank, source.cols());
  for (std::size_t q = 0; q < W.size(); ++q) W.values[q] = number(q + 1);
  for (std::size_t q = 0; q < H.size(); ++q) H.values[q] = number(q + 77);
  Host host;
  fit(source, loss, options, true, W, H, host);
  std::vector<double> out(W.values.data(), W.values.data() + W.size());
  out.insert(out.end(), H.values.data(), H.values.data() + H.size());
  return out;
}

void fits() {
  constexpr std::ptrdiff_t kRows = 2100, kColumns = 700;
  std::vector<double> x(kRows * kColumns), value;
  std::vector<int> p = {0}, row;
  for (std::ptrdiff_t j = 0; j < kColumns; ++j) {
    for (std::ptrdiff_t i = 0; i < kRows; ++i) {
      const double v = number(i + j * kRows);
      x[i + j * kRows] = v;
      if (v < 0.9) continue;
      row.push_back(static_cast<int>(i));
      value.push_back(v);
    }
    p.push_back(static_cast<int>(row.size()));
  }
  DenseSource dense(x.data(), kRows, kColumns);
  SparseSource sparse(p.data(), row.data(), value.data(), kRows, kColumns);
  // So small that the sparse passes go by chunks of rows.
  use_second_cache(20000);
  for (Source* source : {static_cast<Source*>(&dense), static_cast<Source*>(&sparse)}) {
    const std::vector<double> alone = fit_of(*source, 7, 1);
    for (int threads = 2; threads <= 4; ++threads)
      expect(fit_of(*source, 7, threads) == alone, "bits depend on the number of threads");
  }
}

}  // namespace

int main() {
  regions();
  fits();
  stop_pool();
  std::puts("threads: nothing found");
}
