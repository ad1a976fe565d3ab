// See loss/frobenius_stack.h.
#include "loss/frobenius_stack.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "core/clock.h"
#include "core/limit.h"

namespace nonneg {

namespace {

// Columns of W in the stack: beyond this the products are no faster, and their scratch leaves the cache.
constexpr std::ptrdiff_t kMostRank = 160;
// From here on W and P are larger than a block of X, and are read from an outer cache for every one:
// so neighbours go as one. No sum depends on that.
constexpr std::ptrdiff_t kWideRank = 100;
// A smaller X stays in the caches: there, fits had better go one per thread.
constexpr double kLeastBytes = 8e6;
// Places whose small problems one thread takes at a time.
constexpr std::ptrdiff_t kGrab = 8;

// Neighbouring blocks as one, up to the columns that one call of `tn` takes.
std::vector<Block> joined(const std::vector<Block>& blocks) {
  std::vector<Block> out;
  for (const Block& block : blocks) {
    if (!out.empty()) {
      Block& last = out.back();
      if (last.columns + block.columns <= kTnColumns && last.x + last.columns * last.ld == block.x) {
        last.columns += block.columns;
        continue;
      }
    }
    out.push_back(block);
  }
  return out;
}

}  // namespace

bool worth_stacking(const std::vector<Job>& jobs) {
  if (jobs.size() < 2) return false;
  const Source& x = *jobs[0].source;
  if (x.sparse() || 8.0 * x.rows() * x.cols() < kLeastBytes) return false;
  for (const Job& job : jobs) {
    if (!dynamic_cast<Frobenius*>(job.loss) || job.options.W_from_H || job.options.mixed ||
        job.options.free_W || !job.options.constraint_H.none() || job.data != jobs[0].data ||
        2 * job.W.r > kMostRank)
      return false;
  }
  return jobs[0].data != nullptr;
}

FrobeniusStack::Place::Place(Job& job_, Frobenius& loss_)
    : job(job_),
      loss(loss_),
      scaled(loss_.units(), job_.W, job_.H),
      run(loss_, job_.options, job_.extrapolate, job_.W, job_.H, alone) {}

FrobeniusStack::FrobeniusStack(Source& source, int threads)
    : source_(source), threads_(threads), l_(source.rows()), products_(l_, 0, threads), scratch_(threads) {}

// Something for every place of the coming pass, each in one thread.
template <class F>
void FrobeniusStack::each(F&& f) {
  Counter counter;
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(active_.size());
  parallel(threads_, [&](const Member&) {
    for (std::ptrdiff_t m; (m = counter.next++) < count;) f(*active_[m]);
  });
}

void FrobeniusStack::fill(std::vector<Job>& jobs, double deadline) {
  std::ptrdiff_t rank = 0;
  for (const auto& place : places_) rank += place->job.W.r;
  while (next_job_ < jobs.size() && (next_job_ == 0 || now() < deadline)) {
    Job& job = jobs[next_job_];
    if (!places_.empty() && rank + job.W.r > kMostRank) break;
    places_.push_back(std::make_unique<Place>(job, static_cast<Frobenius&>(*job.loss)));
    rank += job.W.r;
    ++next_job_;
    // Memory is taken here, not in threads.
    for (Scratch& s : scratch_) {
      if (s.of_rank.size() <= static_cast<std::size_t>(job.W.r)) s.of_rank.resize(job.W.r + 1);
      auto& of = s.of_rank[job.W.r];
      if (!of) of = std::make_unique<LaneScratch>(job.W.r);
    }
  }
}

// active_ and each place's plan and W are set.
void FrobeniusStack::prepare() {
  rank_ = 0;
  for (Place* p : active_) {
    p->offset = rank_;
    rank_ += p->job.W.r;
  }
  products_.set_rank(rank_);
  each([&](Place& p) {
    p.loss.set_for_H(*p.W);
    p.loss.start_H(p.run.H());
    products_.pack(*p.W, p.loss.units_.X, 0, l_, p.offset);
  });
}

Frobenius::PassState FrobeniusStack::state(Place& p) {
  return {p.plan, p.run.H(), p.run.H_before(), p.run.H_plain(), p.run.H_next()};
}

// As Products::dense_block(), with the columns of all.
void FrobeniusStack::block(const Block& block, std::ptrdiff_t ahead, BlockWork& work, const Member& me) {
  Scratch& mine = scratch_[me.id];
  const std::ptrdiff_t B = block.columns, groups = (B + kLanes - 1) / kLanes;
  products_.multiply_W(block, ahead, work, me);
  me.barrier.wait();
  const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(active_.size());
  const std::ptrdiff_t grabs = (count + kGrab - 1) / kGrab;
  for (std::ptrdiff_t q; (q = work.groups.next++) < groups * grabs;) {
    const std::ptrdiff_t g = q / grabs, first = q % grabs * kGrab;
    const int lanes = static_cast<int>(std::min<std::ptrdiff_t>(kLanes, B - g * kLanes));
    for (std::ptrdiff_t m = first; m < std::min(first + kGrab, count); ++m) {
      Place& p = *active_[m];
      const int r = p.job.W.r;
      products_.take(block, g * kLanes, lanes, p.offset, r, mine.items.data());
      p.loss.solve_group(state(p), *mine.of_rank[r], block.first + g * kLanes, lanes, mine.items.data(), r);
    }
  }
  me.barrier.wait();
  for (Place* p : active_)
    products_.set_H(block, p->plan.solve ? p->run.H_next() : p->run.H(), p->loss.units_.X, p->offset, me);
  products_.multiply_H(block, ahead, work, me);
}

bool FrobeniusStack::pass(Host& host, double deadline) {
  const std::ptrdiff_t width = std::max<std::ptrdiff_t>(source_.widest(), kTnColumns);
  products_.set_width(width, true);
  for (Scratch& s : scratch_) s.items.resize(kLanes * rank_);
  std::vector<Block> batch;
  for (int b = 0; b < source_.blocks(); b += static_cast<int>(batch.size())) {
    source_.load(b, source_.blocks(), batch);
    double work = 0;
    for (std::size_t q = 0; q < batch.size() && work < kWorkPerPoll; ++q) {
      work += 2.0 * (rank_ + 4) * l_ * batch[q].columns;
      if (work >= kWorkPerPoll) batch.resize(q + 1);
    }
    const std::vector<Block> blocks = rank_ >= kWideRank ? joined(batch) : batch;
    std::deque<BlockWork> work_on;
    for (std::size_t q = 0; q < blocks.size(); ++q) work_on.emplace_back(threads_);
    parallel(threads_, [&](const Member& me) {
      for (std::size_t q = 0; q < blocks.size(); ++q) {
        const bool more =
            prefetches_ahead() && q + 1 < blocks.size() && blocks[q + 1].columns == blocks[q].columns;
        block(blocks[q], more ? blocks[q].columns : 0, work_on[q], me);
      }
    });
    if (host.interrupted() || now() > deadline) return false;
  }
  return true;
}

// The second half of an iteration, of every place.
void FrobeniusStack::alternate(double began) {
  each([&](Place& p) {
    const Factor& H = p.run.H_next();
    p.loss.gram_.compute(H, 1, p.loss.gram_H_);
    p.loss.set_for_W(H);
    if (!p.run.passed(p.loss.measured(p.loss.sum_certificates(p.run.H())))) {
      p.ended = true;
      return;
    }
    const HalfStep step = p.loss.rows(products_.P() + p.offset * kRowTile, kLanes * rank_, p.run.W_used(),
                                      &p.run.W_new(), p.plan.sweep_factor);
    p.run.updated(step, now() - began);
  });
}

// Certificates of places that ended without one. False if interrupted.
bool FrobeniusStack::measure(std::vector<Place*>& places, Host& host) {
  active_ = places;
  for (Place* p : active_) {
    p->plan = PassPlan();
    p->plan.certify = true;
    p->plan.solve = false;
    p->W = &p->job.W;
  }
  prepare();
  if (!pass(host, kNever)) return false;
  each([&](Place& p) {
    p.loss.gram_.compute(p.run.H(), 1, p.loss.gram_H_);
    p.loss.set_for_W(p.run.H());
    const HalfStep H = p.loss.measured(p.loss.sum_certificates(p.run.H()));
    const HalfStep W = p.loss.rows(products_.P() + p.offset * kRowTile, kLanes * rank_, p.job.W, nullptr, 1);
    if (conclude(p.run.result, certificate_of(H, W, p.loss), p.loss, p.job.options, p.job.W, p.run.H(),
                 p.alone))
      p.run.stop(Reason::tol);
  });
  return true;
}

void FrobeniusStack::fit(std::vector<Job>& jobs, double max_seconds, Host& host) {
  const double began = now(), deadline = began + max_seconds;
  bool stopped = false;
  fill(jobs, deadline);
  while (!places_.empty()) {
    active_.clear();
    for (const auto& place : places_) active_.push_back(place.get());
    each([&](Place& p) {
      p.ended = !p.run.next(source_);
      p.plan = p.run.plan();
      p.W = &p.run.W_used();
    });
    active_.erase(std::remove_if(active_.begin(), active_.end(), [](Place* p) { return p->ended; }),
                  active_.end());
    if (!active_.empty()) {
      // The first pass of the first is not cut short by time: without it there is no fit.
      const bool cold = std::any_of(active_.begin(), active_.end(), [](Place* p) { return p->run.first(); });
      prepare();
      if (pass(host, cold ? kNever : deadline)) {
        alternate(began);
        host.progress(active_[0]->run.result.history.back());
      } else {
        stopped = true;
        for (Place* p : active_) p->run.stop(now() > deadline ? Reason::max_seconds : Reason::interrupt);
      }
      if (!stopped && now() > deadline) {
        stopped = true;
        for (Place* p : active_)
          if (!p->ended) p->run.stop(Reason::max_seconds);
      }
    }
    // Who has ended leaves, with a certificate.
    std::vector<Place*> bare;
    for (const auto& place : places_) {
      Result& result = place->run.result;
      if (!place->ended && !stopped) continue;
      place->ended = true;
      if (result.history.empty())
        finish(source_, place->loss, place->job.options, place->job.W, place->job.H, kNever, host, result);
      else if (std::isnan(result.certificate.kkt) && result.reason != Reason::interrupt)
        bare.push_back(place.get());
    }
    if (!bare.empty()) stopped = !measure(bare, host) || stopped;
    for (const auto& place : places_)
      if (place->ended) {
        place->job.result = place->run.result;
        place->job.done = true;
      }
    places_.erase(std::remove_if(places_.begin(), places_.end(),
                                 [](const std::unique_ptr<Place>& p) { return p->ended; }),
                  places_.end());
    if (!stopped) fill(jobs, deadline);
  }
}

}  // namespace nonneg
