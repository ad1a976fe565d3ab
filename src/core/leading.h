// Which rows lead the columns of a factor of numbers that are not negative, by their share of the sum of the
// column, or by how far that share is from those of the row in other columns.
#ifndef NONNEG_LEADING_H
#define NONNEG_LEADING_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace nonneg {

class Leading {
 public:
  enum class By { weight, specificity };

  // W: l x r, column-major.
  Leading(const double* W, std::size_t l, int r)
      : l_(l), r_(r), shares_(l * r), best_(l, r), first_(l, 0.0), second_(l, 0.0) {
    for (int k = 0; k < r; ++k) {
      const double* w = W + k * l;
      long double sum = 0;
      for (std::size_t i = 0; i < l; ++i) sum += w[i];
      const double total = sum > 0 ? static_cast<double>(sum) : 1.0;
      for (std::size_t i = 0; i < l; ++i) rank(i, k, shares_[k * l + i] = w[i] / total);
    }
  }

  // The column in which the row has its largest share, the first of equal ones; r where all are 0.
  int column_of(std::size_t i) const { return best_[i]; }

  // The `most` rows with the highest scores in column k, fewer where others score 0; equal ones in their
  // order.
  std::vector<std::size_t> rows_of(int k, By by, std::size_t most) {
    found_.clear();
    for (std::size_t i = 0; i < l_; ++i) {
      const double score = by == By::weight ? shares_[k * l_ + i] : specificity(i, k);
      if (score > 0) found_.push_back({score, i});
    }
    most = std::min(most, found_.size());
    std::partial_sort(found_.begin(), found_.begin() + most, found_.end(),
                      [](const Scored& a, const Scored& b) {
                        return a.score > b.score || (a.score == b.score && a.row < b.row);
                      });
    std::vector<std::size_t> rows(most);
    for (std::size_t q = 0; q < most; ++q) rows[q] = found_[q].row;
    return rows;
  }

 private:
  struct Scored {
    double score;
    std::size_t row;
  };

  void rank(std::size_t i, int k, double share) {
    if (share > first_[i]) {
      second_[i] = first_[i];
      first_[i] = share;
      best_[i] = k;
    } else {
      second_[i] = std::max(second_[i], share);
    }
  }

  // The divergence of two Poisson means from their middle, of the largest share from the next; 0 in other
  // columns.
  double specificity(std::size_t i, int k) const {
    if (best_[i] != k) return 0.0;
    const double a = first_[i], b = second_[i];
    return a * std::log(2 * a / (a + b)) - (a - b) / 2;
  }

  const std::size_t l_;
  const int r_;
  std::vector<double> shares_;
  std::vector<int> best_;
  std::vector<double> first_, second_;  // the two largest shares of each row
  std::vector<Scored> found_;
};

}  // namespace nonneg

#endif
