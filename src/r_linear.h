// Linear algebra of the border, on small or tall matrices.
#ifndef NONNEG_R_LINEAR_H
#define NONNEG_R_LINEAR_H

#include <cstddef>
#include <vector>

namespace nonneg {

// By columns.
struct Matrix {
  int rows = 0, columns = 0;
  std::vector<double> values;

  Matrix() = default;
  Matrix(int rows, int columns)
      : rows(rows), columns(columns), values(static_cast<std::size_t>(rows) * columns) {}
  double* column(int k) { return values.data() + static_cast<std::ptrdiff_t>(k) * rows; }
  const double* column(int k) const { return values.data() + static_cast<std::ptrdiff_t>(k) * rows; }
  double& at(int i, int k) { return column(k)[i]; }
  double at(int i, int k) const { return column(k)[i]; }
};

// A = QR by Householder's reflections: A becomes Q, of orthonormal columns, as many as A has or as it has
// rows, if these are fewer. False where it fails, as below.
bool qr(Matrix& A, Matrix& R);

// The upper R of A = R'R, in the place of a symmetric A; below the diagonal is 0. False if A is not positive
// definite.
bool cholesky(Matrix& A);

// R^-1 in the place of an upper R.
bool invert_upper(Matrix& R);

// Eigenvalues of a symmetric A, the smallest first, and its eigenvectors in its place.
bool eigenvectors(Matrix& A, std::vector<double>& values);

// 1 / (|A| |A^-1|), in the norm of the largest column sum, of a symmetric A; 0 if it is not positive
// definite.
double reciprocal_condition(Matrix A);

}  // namespace nonneg

#endif
