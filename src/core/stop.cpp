// See core/stop.h.
#include "core/stop.h"

#include <algorithm>
#include <cmath>

namespace nonneg {

namespace {

std::vector<double> sums_of(const Factor& f) {
  std::vector<double> out(f.r, 0.0);
  for (std::ptrdiff_t j = 0; j < f.count; ++j)
    for (int k = 0; k < f.r; ++k) out[k] += f.item(j)[k];
  return out;
}

// The smallest sum of a row of WH that is not 0, and the sum of all, from the sums of H.
struct Smallest {
  double least, all;
};

Smallest smallest_of(const Factor& W, const std::vector<double>& by) {
  double least = 0, all = 0;
  for (std::ptrdiff_t i = 0; i < W.count; ++i) {
    double sum = 0;
    for (int k = 0; k < W.r; ++k) sum += W.item(i)[k] * by[k];
    all += sum;
    if (sum > 0 && (least == 0 || sum < least)) least = sum;
  }
  return {least, all};
}

// The smallest sum of a row of WH, and that of a column, as parts of the mean; the smaller one.
double smallest_part(const Factor& W, const Factor& H, Host& host) {
  std::vector<double> of_H = sums_of(H);
  host.reduce(of_H.data(), of_H.size());
  const auto part = [](const Smallest& s, double count) { return s.all > 0 ? s.least * count / s.all : 0.0; };
  Smallest columns = smallest_of(H, sums_of(W));
  const double n = static_cast<double>(host.machines().all(H.count));
  columns.all = sum_of_all(host, columns.all);
  for (const double least : gathered(host, &columns.least, 1))
    if (least > 0 && (columns.least == 0 || least < columns.least)) columns.least = least;
  return std::min(part(smallest_of(W, of_H), static_cast<double>(W.count)), part(columns, n));
}

// Half the square of a residual of `tol` in every entry.
double small_objective(const Loss& loss, double tol) {
  const double within = tol * loss.size();
  return std::max(loss.noise(), 0.5 * within * within);
}

// Were the residual the same in all rows and columns, it would be within tol of the smallest one.
bool fits_exactly(const Result& result, const Loss& loss, const Options& options, const Factor& W,
                  const Factor& H, Host& host) {
  if (result.scaled > small_objective(loss, options.tol)) return false;
  // Sums of entries of any sign say nothing about the size of a row.
  const double part = loss.free_W() ? 1.0 : smallest_part(W, H, host);
  return result.scaled <=
         small_objective(loss, options.tol * std::pow(part, 0.5 * std::max(0.0, loss.degree())));
}

}  // namespace

bool still_falls(const Result& result, const Loss& loss, const Options& options) {
  return result.fall.most() > options.fall_tol && result.scaled > small_objective(loss, options.tol);
}

bool conclude(Result& result, const Certificate& measured, const Loss& loss, const Options& options,
              const Factor& W, const Factor& H, Host& host) {
  result.certificate = measured;
  result.history.back().kkt = measured.kkt;
  if (!(measured.kkt <= options.tol)) return false;
  // Some losses have no gap: it is NaN, and no obstacle. Next to an objective of zero no gap is small.
  const double gap = std::fmax(measured.gap_W, measured.gap_H);
  const bool wide = gap > options.gap_tol * result.history.back().objective;
  const bool falls = result.fall.most() > options.fall_tol;
  return (!wide && !falls) || fits_exactly(result, loss, options, W, H, host);
}

}  // namespace nonneg
