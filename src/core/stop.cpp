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

// The smallest sum of a row of WH that is not 0, as a part of the mean; of a column with W and H exchanged.
double smallest_part(const Factor& W, const Factor& H) {
  const std::vector<double> by = sums_of(H);
  double least = 0, all = 0;
  for (std::ptrdiff_t i = 0; i < W.count; ++i) {
    double sum = 0;
    for (int k = 0; k < W.r; ++k) sum += W.item(i)[k] * by[k];
    all += sum;
    if (sum > 0 && (least == 0 || sum < least)) least = sum;
  }
  return all > 0 ? least * W.count / all : 0.0;
}

// Half the square of a residual of `tol` in every entry.
double small_objective(const Loss& loss, double tol) {
  const double within = tol * loss.size();
  return std::max(loss.noise(), 0.5 * within * within);
}

// Were the residual the same in all rows and columns, it would be within tol of the smallest one.
bool fits_exactly(const Result& result, const Loss& loss, const Options& options, const Factor& W,
                  const Factor& H) {
  if (result.scaled > small_objective(loss, options.tol)) return false;
  const double part = std::min(smallest_part(W, H), smallest_part(H, W));
  return result.scaled <=
         small_objective(loss, options.tol * std::pow(part, 0.5 * std::max(0.0, loss.degree())));
}

}  // namespace

bool still_falls(const Result& result, const Loss& loss, const Options& options) {
  return result.fall.most() > options.fall_tol && result.scaled > small_objective(loss, options.tol);
}

bool conclude(Result& result, const Certificate& measured, const Loss& loss, const Options& options,
              const Factor& W, const Factor& H) {
  result.certificate = measured;
  result.history.back().kkt = measured.kkt;
  if (!(measured.kkt <= options.tol)) return false;
  // Some losses have no gap: it is NaN, and no obstacle. Next to an objective of zero no gap is small.
  const double gap = std::fmax(measured.gap_W, measured.gap_H);
  const bool wide = gap > options.gap_tol * result.history.back().objective;
  const bool falls = result.fall.most() > options.fall_tol;
  return (!wide && !falls) || fits_exactly(result, loss, options, W, H);
}

}  // namespace nonneg
