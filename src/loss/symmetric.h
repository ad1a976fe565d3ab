// Symmetric factorization:  min 1/2 |S - H'H|^2, H >= 0, for a symmetric S, on all entries or on those off
// the diagonal. With h_j the items of H, G = HH', and one coordinate x = h_jk free, half the objective is a
// quartic
//   x^4/4 + a x^2/2 + b x + const,
//   a = (G_kk - x^2) + (|h_j|^2 - x^2) - S_jj,
//   b = sum_{m != k} h_jm (G_km - x h_jm) - (sum_i S_ij h_ik - S_jj x),
// at the x before; without the diagonal there is no x^4, |h_j|^2 and S_jj. Its minimum over x >= 0 is known
// in closed form (Vandaele, Gillis, Lei, Zhong and Dhillon 2016). A sweep over all coordinates reads S once,
// column by column, and cannot raise the objective. The order is fixed and one thread does it: every column
// sees what those before it became.
#ifndef NONNEG_SYMMETRIC_H
#define NONNEG_SYMMETRIC_H

#include <vector>

#include "core/factor.h"
#include "core/gram.h"
#include "core/host.h"
#include "core/options.h"
#include "core/stop.h"
#include "loss/entry_view.h"

namespace nonneg {

// The x >= 0 with the least x^4/4 + a x^2/2 + b x.
double quartic_minimum(double a, double b);

class Symmetric {
 public:
  // `sumsq`: of the entries of S that count, in units in which S is `unit` times as large.
  Symmetric(const EntryView& S, int rank, const Options&, double unit, bool diagonal);

  // H holds the start on entry and the fit on exit, in true units.
  Result fit(Factor& H, Host&);
  // Objective and KKT residual of H, without changing it.
  Certificate certify(Factor& H, Host&, Record&);

 private:
  // One sweep; by how much half the objective falls. False if stopped.
  bool sweep(Factor& H, Host&, double deadline, double& fall);
  double column(Factor& H, std::ptrdiff_t j);
  double item_times_H(const Factor& H, std::ptrdiff_t j, double* sums) const;  // returns S_jj
  // One read of S: exact objective and residual. False if stopped.
  bool measure(const Factor& H, Host&, double& objective, double& kkt);
  Record record(int iteration, double seconds, double objective) const;

  const EntryView& S_;
  const int r_;
  const Options& options_;
  const double unit_;
  const bool diagonal_;
  double sumsq_ = 0;
  Gram gram_;
  std::vector<double> G_, sums_;
};

}  // namespace nonneg

#endif
