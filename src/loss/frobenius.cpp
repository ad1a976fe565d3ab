// The one-read pass for the squared Frobenius loss. See loss/frobenius.h.
#include "loss/frobenius.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <deque>

#include "core/clock.h"
#include "kernel/simd.h"

namespace nonneg {

namespace {

static_assert(kLanes == kRowTile, "a group of rows of W is one tile of P");

// Rows of X are split in parts of whole chunks, at most about this many.
constexpr std::ptrdiff_t kMostParts = 8;
constexpr std::ptrdiff_t kLeastPartRows = 2 * kRowChunk;

// Rows of W that are packed at a time: W stays in L1 over its components.
constexpr std::ptrdiff_t kPackRows = 64;
static_assert(kRowChunk % kPackRows == 0, "they are of one chunk");

// Numbers of P, sparse, that a thread finds in its second cache or soon after: 4 MB.
constexpr std::ptrdiff_t kNearP = 524288;

// The first p in [from, to) with row[p] >= least, or to. The search begins at a guess, and goes away from it
// in steps that double: what is far from it is in no cache.
std::ptrdiff_t first_from(const int* row, std::ptrdiff_t from, std::ptrdiff_t to, std::ptrdiff_t least,
                          double guess) {
  if (from == to) return to;
  std::ptrdiff_t step = 16;
  const std::ptrdiff_t at = std::min(from + static_cast<std::ptrdiff_t>(guess * (to - from)), to - 1);
  if (row[at] < least) {
    for (from = at + 1; to - from > step && row[from + step - 1] < least; step *= 2) from += step;
    to = std::min(to, from + step);
  } else {
    for (to = at; to - from > step && row[to - step] >= least; step *= 2) to -= step;
    from = std::max(from, to - step);
  }
  // Without branches on what is compared, which no processor foresees.
  std::ptrdiff_t left = to - from;
  while (left > 0) {
    const std::ptrdiff_t half = (left + 1) / 2;
    from += row[from + half - 1] < least ? half : 0;
    left -= half;
  }
  return from;
}

// The host is polled after about this many multiply-adds, 0.1 s or less.
constexpr double kWorkPerPoll = 1e9;

}  // namespace

Frobenius::Frobenius(const Source& source, int rank, const Solver& solver, const Options& options,
                     const Units& units, double sumsq, std::vector<std::ptrdiff_t> row_nonzeros)
    : l_(source.rows()),
      n_(source.cols()),
      r_(rank),
      solver_(solver),
      threads_(options.threads),
      sweeps_(options.inner_sweeps > 0 ? options.inner_sweeps : solver.sweeps),
      sparse_(source.sparse()),
      stall_(options.stall),
      units_(units),
      sumsq_(sumsq),
      held_W_(options.held_W),
      held_H_(options.held_H),
      row_nonzeros_(std::move(row_nonzeros)) {
  // With X~ = x X, W~ = w W, H~ = h H and x = w h the objective is x^2 times its
  // true value: l1*sum(W) becomes x h l1 * sum(W~), and l2/2*sum(W^2) becomes
  // h^2 l2/2 * sum(W~^2).
  penalty_on_W_ = scaled(options.W, units.X * units.H, units.H * units.H);
  penalty_on_H_ = scaled(options.H, units.X * units.W, units.W * units.W);
  ld_ = padded(r_, kUnit);
  part_ = padded(std::max(kLeastPartRows, (l_ + kMostParts - 1) / kMostParts), kRowChunk);
  certificates_.resize((std::max(l_, n_) + kLanes - 1) / kLanes);
  for (int t = 0; t < threads_; ++t) {
    scratch_.emplace_back(r_);
    Scratch& s = scratch_.back();
    s.items.resize(kLanes * padded(r_, kUnit));
    if (!sparse_) s.acc.resize(kTnColumns * r_ * 8);
  }
}

double Frobenius::size() const { return std::sqrt(sumsq_); }

void Frobenius::set_for_H(const Factor& W) {
  gram_.compute(W, threads_, gram_W_);
  for_H_.set(r_, gram_W_.data(), r_, penalty_on_H_);
  penalty_W_ = penalty_of(W, penalty_on_W_);
}

// This member's rows of units.X * W, dense.
void Frobenius::pack(const Factor& W, double* packed, std::ptrdiff_t rank, const Member& me) const {
  const std::ptrdiff_t first = me.begin(l_, kPackRows), last = me.end(l_, kPackRows);
  const double scale = units_.X;
  for (std::ptrdiff_t i = first; i < last; i += kPackRows)
    for (int k = 0; k < r_; ++k) {
      double* to = packed + (i / kRowChunk * rank + k) * kRowChunk + i % kRowChunk;
      const std::ptrdiff_t count = std::min(kPackRows, last - i);
      for (std::ptrdiff_t q = 0; q < count; ++q) to[q] = scale * W.item(i + q)[k];
    }
}

void Frobenius::prepare(const Factor& W) {
  set_for_H(W);
  packed_W_.resize(sparse_ ? ld_ * l_ : r_ * padded(l_, kRowChunk));
  const double scale = units_.X;
  parallel(threads_for(threads_, static_cast<double>(W.size())), [&](const Member& me) {
    if (!sparse_) return pack(W, packed_W_.data(), r_, me);
    for (std::ptrdiff_t i = me.begin(l_, kPackRows); i < me.end(l_, kPackRows); ++i) {
      double* to = packed_W_.data() + i * ld_;
      const double* from = W.item(i);
      for (int k = 0; k < r_; ++k) to[k] = scale * from[k];
      for (std::ptrdiff_t k = r_; k < ld_; ++k) to[k] = 0.0;
    }
  });
}

void Frobenius::solve_group(PassState& s, Scratch& mine, std::ptrdiff_t first, int lanes, const double* b,
                            std::ptrdiff_t item) {
  const LaneStep step = {for_H_, solver_, sweeps_ * s.plan.sweep_factor, stall_, held_H_.item(first)};
  double* plain = s.plan.solve ? s.plain.item(first) : nullptr;
  step(b, item, 1, lanes, s.start.item(first), plain,
       s.plan.certify ? &certificates_[first / kLanes] : nullptr, nullptr, mine.lanes);
  if (!plain) return;
  const double* before = s.before.item(first);
  double* next = s.next.item(first);
  const std::ptrdiff_t values = static_cast<std::ptrdiff_t>(lanes) * r_;
  if (s.plan.beta > 0) {
    kernels().extrapolate(values, plain, before, s.plan.beta, 0.0, next);
  } else if (next != plain) {
    std::memcpy(next, plain, sizeof(double) * values);
  }
}

// Rows are split in parts for W'X nearly as they are for XH', so that a thread finds
// in its own cache the rows that it read; the partial sums are few and of fixed order.
void Frobenius::dense_block(const Block& block, std::ptrdiff_t ahead, PassState& s, BlockWork& work,
                            const Member& me) {
  Scratch& mine = scratch_[me.id];
  const std::ptrdiff_t B = block.columns, groups = (B + kLanes - 1) / kLanes;
  const std::ptrdiff_t parts = (l_ + part_ - 1) / part_;
  if (s.plan.solve || s.plan.certify) {
    // Columns are split as threads need it: no sum depends on that.
    const std::ptrdiff_t width = parts % me.size == 0 ? kTnColumns : kLanes;
    const std::ptrdiff_t panels = (B + width - 1) / width;
    work.with_W.run(me, parts * panels, [&](std::ptrdiff_t u) {
      const std::ptrdiff_t row = u / panels * part_, column = u % panels * width;
      kernels().tn(std::min(part_, l_ - row), packed_W_.data() + row * r_, r_,
                   block.x + row + column * block.ld, block.ld, std::min(width, B - column),
                   partial_.data() + (u / panels * B + column) * r_, r_, mine.acc.data(), ahead);
    });
    me.barrier.wait();
    for (std::ptrdiff_t g; (g = work.groups.next++) < groups;) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, B - g * kLanes));
      const double* first = partial_.data() + g * kLanes * r_;
      double* b = mine.items.data();
      for (std::ptrdiff_t q = 0; q < lanes * r_; ++q) {
        double sum = first[q];
        for (std::ptrdiff_t part = 1; part < parts; ++part) sum += first[q + part * B * r_];
        b[q] = sum;
      }
      solve_group(s, mine, block.first + g * kLanes, lanes, b, r_);
    }
  }
  // Also where there was nothing to solve: rows of P may go to another thread than in the block before.
  me.barrier.wait();
  if (!s.plan.gather) return;
  // Every thread scales its own copy of the block's H: smaller than a barrier is long.
  const Factor& H = s.plan.solve ? s.next : s.start;
  const double scale = units_.X;
  double* y = mine.y.data();
  const double* from = H.item(block.first);
  for (std::ptrdiff_t q = 0; q < B * r_; ++q) y[q] = scale * from[q];
  work.with_H.run(me, (l_ + kGatherRows - 1) / kGatherRows, [&](std::ptrdiff_t u) {
    const std::ptrdiff_t begin = u * kGatherRows, rows = std::min(kGatherRows, l_ - begin);
    double* P = P_.data() + begin * r_;
    if (block.first == 0) std::memset(P, 0, sizeof(double) * r_ * padded(rows, kRowTile));
    kernels().nt(rows, B, block.x + begin, block.ld, y, r_, r_, P, ahead);
  });
}

void Frobenius::sparse_block(const Block& block, PassState& s, BlockWork& work, const Member& me) {
  Scratch& mine = scratch_[me.id];
  const std::ptrdiff_t B = block.columns, groups = (B + kLanes - 1) / kLanes;
  const int units = static_cast<int>(ld_ / kUnit);
  if (s.plan.solve || s.plan.certify) {
    for (std::ptrdiff_t g; (g = work.groups.next++) < groups;) {
      const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, B - g * kLanes));
      for (int c = 0; c < lanes; ++c) {
        const std::ptrdiff_t from = block.p[g * kLanes + c], to = block.p[g * kLanes + c + 1];
        kernels().sparse_tn(to - from, block.p[B] - from, block.row + from, block.value + from,
                            packed_W_.data(), ld_, units, mine.items.data() + c * ld_);
      }
      solve_group(s, mine, block.first + g * kLanes, lanes, mine.items.data(), ld_);
    }
    me.barrier.wait();
  }
  if (!s.plan.gather) return;
  const Factor& H = s.plan.solve ? s.next : s.start;
  // Rows are split between threads so that each has the same number of nonzeros.
  std::ptrdiff_t begin = me.begin(l_), end = me.end(l_);
  if (!row_nonzeros_.empty()) {
    const std::ptrdiff_t total = row_nonzeros_.back();
    const auto border = [&](int part) {
      return std::lower_bound(row_nonzeros_.begin(), row_nonzeros_.end(), total / me.size * part) -
             row_nonzeros_.begin();
    };
    begin = me.id == 0 ? 0 : border(me.id);
    end = me.id + 1 == me.size ? l_ : border(me.id + 1);
  }
  const double scale = units_.X;
  const bool far = ld_ * l_ > me.size * kNearP;
  double* y = mine.items.data();
  for (std::ptrdiff_t k = r_; k < ld_; ++k) y[k] = 0.0;
  for (std::ptrdiff_t j = 0; j < B; ++j) {
    const int* row = block.row;
    std::ptrdiff_t from = block.p[j], to = block.p[j + 1];
    const std::ptrdiff_t first = from, last = to;
    if (begin > 0) from = first_from(row, first, last, begin, static_cast<double>(me.id) / me.size);
    if (end < l_) to = first_from(row, first, last, end, (me.id + 1.0) / me.size);
    if (from == to) continue;
    const double* h = H.item(block.first + j);
    for (int k = 0; k < r_; ++k) y[k] = scale * h[k];
    kernels().sparse_nt(to - from, row + from, block.value + from, y, units, P_.data(), ld_, far);
  }
}

HalfStep Frobenius::pass(Source& source, const PassPlan& plan, const Factor& start, const Factor& before,
                         Factor& plain, Factor& next, Host& host, double deadline) {
  PassState state = {plan, start, before, plain, next};
  HalfStep out;
  if (!sparse_) {
    const std::ptrdiff_t width = source.widest();
    partial_.resize((l_ + part_ - 1) / part_ * width * r_);
    for (Scratch& s : scratch_) s.y.resize(width * r_);
  }
  const std::size_t size_P = sparse_ ? ld_ * l_ : r_ * padded(l_, kRowTile);
  if (plan.gather) {
    P_.resize(size_P);
    if (sparse_) std::memset(P_.data(), 0, sizeof(double) * size_P);
  }
  std::vector<Block> batch;
  for (int b = 0; b < source.blocks(); b += static_cast<int>(batch.size())) {
    source.load(b, source.blocks(), batch);
    // Cut the batch where the host wants to be polled. A nonzero costs a visit to
    // a row of W and one of P besides its 2r multiply-adds.
    double work = 0;
    for (std::size_t q = 0; q < batch.size() && work < kWorkPerPoll; ++q) {
      const Block& block = batch[q];
      work += block.sparse ? 2.0 * (r_ + 30) * (block.p[block.columns] - block.p[0])
                           : 2.0 * (r_ + 4) * l_ * block.columns;
      work += static_cast<double>(block.columns) * r_ * r_ * (8 + r_);
      if (work >= kWorkPerPoll) batch.resize(q + 1);
    }
    std::deque<BlockWork> blocks;
    for (std::size_t q = 0; q < batch.size(); ++q) blocks.emplace_back(threads_);
    parallel(threads_for(threads_, work), [&](const Member& me) {
      for (std::size_t q = 0; q < batch.size(); ++q) {
        if (batch[q].sparse) {
          sparse_block(batch[q], state, blocks[q], me);
        } else {
          const bool more =
              prefetches_ahead() && q + 1 < batch.size() && batch[q + 1].columns == batch[q].columns;
          dense_block(batch[q], more ? batch[q].columns : 0, state, blocks[q], me);
        }
      }
    });
    if (host.interrupted() || now() > deadline) {
      out.stopped = true;
      return out;
    }
  }
  if (plan.gather) {
    const Factor& H = plan.solve ? next : start;
    gram_.compute(H, threads_, gram_H_);
    host.reduce(P_.data(), size_P);
    host.reduce(gram_H_.data(), gram_H_.size());
    set_for_W(H);
  }
  if (plan.certify) {
    double sums[3];
    sum_certificates(sums);
    host.reduce(sums, 3);
    out = measured(sums, start);
  }
  return out;
}

// From gram_H_.
void Frobenius::set_for_W(const Factor& H) {
  for_W_.set(r_, gram_H_.data(), r_, penalty_on_W_);
  penalty_H_ = penalty_of(H, penalty_on_H_);
}

void Frobenius::sum_certificates(double sums[3]) const {
  sums[0] = sums[1] = sums[2] = 0;
  for (std::ptrdiff_t g = 0; g < (n_ + kLanes - 1) / kLanes; ++g) {
    sums[0] += certificates_[g].value;
    sums[1] += certificates_[g].kkt2;
    sums[2] += certificates_[g].gap;
  }
}

HalfStep Frobenius::measured(double sums[3], const Factor& start) const {
  HalfStep out;
  out.penalty = penalty_W_ + penalty_of(start, penalty_on_H_);
  out.value = 0.5 * sumsq_ + sums[0] + penalty_W_;
  out.kkt2 = sums[1];
  out.gap = sums[2];
  return out;
}

HalfStep Frobenius::rows(const double* P, std::ptrdiff_t group, const Factor& start, Factor* W,
                         int sweep_factor) {
  const std::ptrdiff_t groups = (l_ + kLanes - 1) / kLanes;
  const std::ptrdiff_t item = sparse_ ? ld_ : 1, value = sparse_ ? 1 : kRowTile;
  Counter counter;
  parallel(threads_for(threads_, static_cast<double>(start.size()) * r_ * 4), [&](const Member& me) {
    Scratch& mine = scratch_[me.id];
    constexpr std::ptrdiff_t kGrab = 8;
    for (std::ptrdiff_t first; (first = kGrab * counter.next++) < groups;)
      for (std::ptrdiff_t g = first; g < std::min(first + kGrab, groups); ++g) {
        const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, l_ - g * kLanes));
        const LaneStep step = {for_W_, solver_, sweeps_ * sweep_factor, stall_, held_W_.item(g * kLanes)};
        LaneCertificate* at = &certificates_[g];
        // In a stack, groups lie far apart.
        if (g + 2 < groups)
          for (std::ptrdiff_t q = 0; q < kLanes * r_; q += 8) NN_PREFETCH(P + (g + 2) * group + q);
        step(P + g * group, item, value, lanes, start.item(g * kLanes), W ? W->item(g * kLanes) : nullptr,
             W ? nullptr : at, W ? at : nullptr, mine.lanes);
      }
  });
  HalfStep out;
  double sum = 0;
  for (std::ptrdiff_t g = 0; g < groups; ++g) {
    sum += certificates_[g].value;
    out.kkt2 += certificates_[g].kkt2;
    out.gap += certificates_[g].gap;
  }
  out.value = 0.5 * sumsq_ + sum + penalty_H_;
  out.penalty = penalty_H_ + penalty_of(W ? *W : start, penalty_on_W_);
  return out;
}

HalfStep Frobenius::update(const PassPlan& plan, const Factor& start, Factor& W, Host&, double) {
  return rows(P_.data(), kLanes * (sparse_ ? ld_ : r_), start, &W, plan.sweep_factor);
}

HalfStep Frobenius::measure(const Factor& W, Host&) {
  return rows(P_.data(), kLanes * (sparse_ ? ld_ : r_), W, nullptr, 1);
}

// x_j - W h_j for one column of a block.
void Frobenius::residual(const Block& block, std::ptrdiff_t column, const Factor& W, const Factor& H,
                         double* out) const {
  const double scale = units_.X;
  const double* h = H.item(block.first + column);
  for (std::ptrdiff_t i = 0; i < l_; ++i) {
    double fit = 0;
    for (int k = 0; k < r_; ++k) fit += W.item(i)[k] * h[k];
    out[i] = (block.sparse ? 0.0 : scale * block.x[i + column * block.ld]) - fit;
  }
  if (block.sparse)
    for (int p = block.p[column]; p < block.p[column + 1]; ++p) out[block.row[p]] += scale * block.value[p];
}

// A dead component becomes the positive part of the worst-fitted column's
// residual, and is used by that column alone: its squared error falls by the
// square of what is taken over. Up to 256 columns, spread evenly, are looked at.
int Frobenius::revive(Source& source, Factor& W, Factor& H) {
  // A penalty may have killed it for good reason; multiplicative updates could
  // not make use of it.
  if (!solver_.extrapolates || !penalty_on_W_.none() || !penalty_on_H_.none()) return 0;
  if (!held_W_.none() || !held_H_.none()) return 0;
  std::vector<double> in_W(r_, 0.0), in_H(r_, 0.0);
  for (std::ptrdiff_t i = 0; i < l_; ++i)
    for (int k = 0; k < r_; ++k) in_W[k] += W.item(i)[k];
  for (std::ptrdiff_t j = 0; j < n_; ++j)
    for (int k = 0; k < r_; ++k) in_H[k] += H.item(j)[k];
  std::vector<int> dead;
  for (int k = 0; k < r_; ++k)
    if (in_W[k] == 0 || in_H[k] == 0) dead.push_back(k);
  if (dead.empty()) return 0;

  struct Candidate {
    double gain;
    std::ptrdiff_t column;
    std::vector<double> positive;
  };
  std::vector<Candidate> best;  // in decreasing order of gain, as many as are dead
  std::vector<double> column(l_);
  const std::ptrdiff_t step = (n_ + 255) / 256;
  std::vector<Block> batch;
  for (int b = 0; b < source.blocks(); b += static_cast<int>(batch.size())) {
    source.load(b, source.blocks(), batch);
    for (const Block& block : batch)
      for (std::ptrdiff_t j = (step - block.first % step) % step; j < block.columns; j += step) {
        residual(block, j, W, H, column.data());
        double gain = 0;
        for (double& v : column) {
          v = v > 0 ? v : 0;
          gain += v * v;
        }
        if (gain <= noise()) continue;
        auto at = std::find_if(best.begin(), best.end(), [&](const Candidate& c) { return gain > c.gain; });
        if (at == best.end() && best.size() == dead.size()) continue;
        best.insert(at, {gain, block.first + j, column});
        if (best.size() > dead.size()) best.pop_back();
      }
  }
  for (std::size_t q = 0; q < best.size(); ++q) {
    const int k = dead[q];
    const double norm = std::sqrt(std::sqrt(best[q].gain));  // shared evenly by W and H
    for (std::ptrdiff_t i = 0; i < l_; ++i) W.item(i)[k] = best[q].positive[i] / norm;
    for (std::ptrdiff_t j = 0; j < n_; ++j) H.item(j)[k] = 0.0;
    H.item(best[q].column)[k] = norm;
  }
  return static_cast<int>(best.size());
}

void Frobenius::read_statistics(double* out) const {
  for (int k = 0; k < r_; ++k)
    for (std::ptrdiff_t i = 0; i < l_; ++i) {
      const double p = sparse_ ? P_[i * ld_ + k] : P_[(i / kRowTile * r_ + k) * kRowTile + i % kRowTile];
      out[i + k * l_] = p / units_.X;
    }
}

}  // namespace nonneg
