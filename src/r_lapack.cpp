#include "r_lapack.h"

#include <R_ext/Lapack.h>

#include <algorithm>
#include <cmath>

namespace nonneg {

bool qr(Matrix& A, Matrix& R) {
  const int m = A.rows, n = A.columns, k = std::min(m, n), asked = -1;
  int info = 0;
  double best = 0;
  std::vector<double> tau(k);
  F77_CALL(dgeqrf)(&m, &n, A.values.data(), &m, tau.data(), &best, &asked, &info);
  if (info != 0) return false;
  const int size = std::max(static_cast<int>(best), std::max(m, n));
  std::vector<double> work(size);
  F77_CALL(dgeqrf)(&m, &n, A.values.data(), &m, tau.data(), work.data(), &size, &info);
  if (info != 0) return false;
  R = Matrix(k, n);
  for (int j = 0; j < n; ++j) std::copy_n(A.column(j), std::min(j + 1, k), R.column(j));
  A.columns = k;
  A.values.resize(static_cast<std::size_t>(m) * k);
  F77_CALL(dorgqr)(&m, &k, &k, A.values.data(), &m, tau.data(), work.data(), &size, &info);
  return info == 0;
}

bool cholesky(Matrix& A) {
  const int n = A.rows;
  int info = 0;
  F77_CALL(dpotrf)("U", &n, A.values.data(), &n, &info FCONE);
  for (int k = 0; k < n; ++k) std::fill(A.column(k) + k + 1, A.column(k) + n, 0.0);
  return info == 0;
}

bool invert_upper(Matrix& R) {
  const int n = R.rows;
  int info = 0;
  F77_CALL(dtrtri)("U", "N", &n, R.values.data(), &n, &info FCONE FCONE);
  return info == 0;
}

bool eigenvectors(Matrix& A, std::vector<double>& values) {
  const int n = A.rows, asked = -1;
  int info = 0, best_whole = 0;
  double best = 0;
  values.resize(n);
  F77_CALL(dsyevd)
  ("V", "U", &n, A.values.data(), &n, values.data(), &best, &asked, &best_whole, &asked, &info FCONE FCONE);
  if (info != 0) return false;
  const int size = static_cast<int>(best);
  std::vector<double> work(size);
  std::vector<int> whole(best_whole);
  F77_CALL(dsyevd)
  ("V", "U", &n, A.values.data(), &n, values.data(), work.data(), &size, whole.data(), &best_whole,
   &info FCONE FCONE);
  return info == 0;
}

double reciprocal_condition(Matrix A) {
  const int n = A.rows;
  int info = 0;
  double out = 0;
  std::vector<double> work(3 * static_cast<std::size_t>(n));
  std::vector<int> whole(n);
  const double norm = F77_CALL(dlansy)("1", "U", &n, A.values.data(), &n, work.data() FCONE FCONE);
  if (!std::isfinite(norm) || !cholesky(A)) return 0;
  F77_CALL(dpocon)("U", &n, A.values.data(), &n, &norm, &out, work.data(), whole.data(), &info FCONE);
  return info == 0 ? out : 0;
}

}  // namespace nonneg
