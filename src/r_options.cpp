// What the core offers: solvers, threads, instruction sets.
#include <Rcpp.h>

#include <atomic>

#include "core/kernels.h"
#include "core/solver.h"
#ifdef _OPENMP
#include <omp.h>
#endif
#ifndef _WIN32
#include <pthread.h>
#endif

namespace {

// A forked child must not start OpenMP threads: the runtime's pool is not there.
std::atomic<bool> forked{false};
[[maybe_unused]] void mark_forked() { forked = true; }

}  // namespace

// [[Rcpp::export(rng = false)]]
void cpp_on_load() {
#ifndef _WIN32
  static bool registered = false;
  if (!registered) pthread_atfork(nullptr, nullptr, mark_forked);
  registered = true;
#endif
}

// [[Rcpp::export(rng = false)]]
bool cpp_forked() { return forked; }

// Threads that may be used: honours OMP_NUM_THREADS, OMP_THREAD_LIMIT and forks.
// [[Rcpp::export(rng = false)]]
int cpp_max_threads() {
  if (forked) return 1;
#ifdef _OPENMP
  return std::max(1, std::min(omp_get_max_threads(), omp_get_thread_limit()));
#else
  return 1;
#endif
}

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_registry() {
  Rcpp::CharacterVector name, title;
  Rcpp::IntegerVector from_rank;
  Rcpp::LogicalVector extrapolates;
  for (const nonneg::Solver& s : nonneg::solvers()) {
    name.push_back(s.name);
    title.push_back(s.title);
    from_rank.push_back(s.auto_from_rank);
    extrapolates.push_back(s.extrapolates);
  }
  using Rcpp::_;
  return Rcpp::List::create(
      _["losses"] = Rcpp::CharacterVector::create("frobenius"),
      _["solvers"] = Rcpp::DataFrame::create(_["name"] = name, _["title"] = title, _["extrapolates"] = extrapolates,
                                             _["default_from_rank"] = from_rank, _["stringsAsFactors"] = false));
}

// [[Rcpp::export(rng = false)]]
Rcpp::CharacterVector cpp_isas() {
  Rcpp::CharacterVector out;
  for (const char* const* isa = nonneg::available_isas(); *isa; ++isa) out.push_back(*isa);
  return out;
}

// Returns the instruction set in use; switches to `isa` first unless it is "".
// [[Rcpp::export(rng = false)]]
std::string cpp_isa(std::string isa = "") {
  if (!isa.empty() && !nonneg::use_isa(isa.c_str())) Rcpp::stop("this machine does not run '%s'", isa);
  return nonneg::kernels().isa;
}
