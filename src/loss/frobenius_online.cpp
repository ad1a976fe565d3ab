// A first read of X in which W is updated several times: see Loss::online().
//
// As in online dictionary learning (Mairal, Bach, Ponce and Sapiro 2010, with forgetting): some columns are
// solved with the W that there is, their P and Gram matrix are added to those of the columns before, which
// count less and less, and W is updated from the sums.
#include <algorithm>
#include <limits>

#include "core/alternation.h"
#include "loss/frobenius.h"

namespace nonneg {

namespace {

// More updates gain little, and cost one of W each.
constexpr int kUpdates = 20;
// Of the weight of columns, what is left after one update. With all of it the first W would be remembered for
// long; so about the last ten updates count.
constexpr double kRemembered = 1 - 2.0 / kUpdates;
// Times that columns are solved, and W is updated, while they are there.
constexpr int kRounds = 3;

// Blocks [first, last) of a source.
class PartSource : public Source {
 public:
  PartSource(Source& all, int first, int last)
      : Source(all.rows(), all.cols()), all_(all), first_(first), last_(last) {}
  bool sparse() const override { return all_.sparse(); }
  int blocks() const override { return last_ - first_; }
  std::ptrdiff_t widest() const override { return all_.widest(); }
  void load(int first, int last, std::vector<Block>& out) override {
    if (first == 0 && whole()) {
      out = held_;
      return;
    }
    all_.load(first_ + first, first_ + last, out);
    if (first == 0) held_ = out;
    for (const Block& block : out) {
      from = std::min(from, block.first);
      to = std::max(to, block.first + block.columns);
    }
  }
  // Do all of its blocks stay where they are, so that nothing is read again?
  bool whole() const { return !held_.empty() && static_cast<int>(held_.size()) == blocks(); }
  // Columns that were read.
  std::ptrdiff_t from = std::numeric_limits<std::ptrdiff_t>::max(), to = 0;

 private:
  Source& all_;
  const int first_, last_;
  std::vector<Block> held_;
};

}  // namespace

bool Frobenius::online(Source& source, Factor& W, Factor& H, Host& host, double deadline) {
  const bool alone = host.machines().alone();
  const double extra = static_cast<double>(r_) * r_ * (8 + r_), columns = host.machines().all(n_);
  PassPlan plan;
  plan.sweep_factor = kColdSweeps;  // no column has been solved before
  Factor plain(r_, n_), W_new(r_, l_);
  const PassState state = {plan, H, H, plain, H};
  const Products::Take take = [&](const Member& me, std::ptrdiff_t first, int lanes, const double* b,
                                  std::ptrdiff_t item) {
    solve_group(state, scratch_[me.id], first, lanes, b, item);
  };
  std::vector<double> P(products_.size(), 0.0), gram(static_cast<std::size_t>(r_) * r_, 0.0);
  double seen = 0;
  for (int update = 0; update < kUpdates; ++update) {
    const auto border = [&](int k) {
      return static_cast<int>(static_cast<double>(source.blocks()) * k / kUpdates);
    };
    PartSource part(source, border(update), border(update + 1));
    // The others may have some.
    if (alone && part.blocks() == 0) continue;
    int rounds = 1;
    std::vector<double> P_now, gram_now;
    double count_of_all = 0;
    for (int round = 0; round < rounds; ++round) {
      prepare(W);
      start_H(H, beside(H, penalty_on_H_, host));
      if (!products_.pass(part, &take, &H, extra, host, deadline)) return false;
      const std::ptrdiff_t count = std::max<std::ptrdiff_t>(0, part.to - part.from);
      Factor read(r_, count);
      if (count > 0) std::copy_n(H.item(part.from), read.size(), read.values.data());
      gram_.compute(read, threads_, gram_H_);
      Sums none;
      if (!alone) reduce_statistics(true, none, host);
      if (round == 0) {
        count_of_all = sum_of_all(host, static_cast<double>(count));
        const double again = part.blocks() > 0 && !part.whole() ? 1.0 : 0.0;
        rounds = sum_of_all(host, again) > 0 ? 1 : kRounds;
      }
      P_now.assign(products_.P(), products_.P() + products_.size());
      gram_now = gram_H_;
      // With those before, as if it were all columns, since the penalties on W are.
      const double weight = kRemembered * seen + count_of_all;
      if (weight == 0) break;
      const double by = columns / weight;
      for (std::size_t q = 0; q < P.size(); ++q) products_.P()[q] = by * (kRemembered * P[q] + P_now[q]);
      for (std::size_t q = 0; q < gram.size(); ++q) gram_H_[q] = by * (kRemembered * gram[q] + gram_now[q]);
      rows(products_.P(), products_.group(), W, &W_new, kColdSweeps, &host);
      std::swap(W.values, W_new.values);
    }
    for (std::size_t q = 0; q < P_now.size(); ++q) P[q] = kRemembered * P[q] + P_now[q];
    for (std::size_t q = 0; q < gram_now.size(); ++q) gram[q] = kRemembered * gram[q] + gram_now[q];
    seen = kRemembered * seen + count_of_all;
  }
  return true;
}

}  // namespace nonneg
