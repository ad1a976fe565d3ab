#include "r_source.h"

#include "core/clock.h"
#include "core/factored_source.h"
#include "core/store_source.h"
#include "r_list.h"
#include "r_store.h"

namespace nonneg {

namespace {

Rcpp::IntegerVector dim_of(const Rcpp::RObject& x) {
  if (x.isS4()) return x.slot("Dim");
  return x.attr("dim");
}

// Blocks that an R function delivers: a matrix or dgCMatrix of columns
// first..last (from 1). One is held at a time.
class CallbackSource : public Source {
 public:
  CallbackSource(std::ptrdiff_t rows, std::ptrdiff_t cols, bool sparse, Rcpp::Function block)
      : Source(rows, cols),
        sparse_(sparse),
        width_(dense_block_columns(rows)),
        block_(block),
        held_(R_NilValue) {}
  bool sparse() const override { return sparse_; }
  int blocks() const override { return static_cast<int>((cols_ + width_ - 1) / width_); }
  std::ptrdiff_t widest() const override { return width_; }
  void load(int first, int, std::vector<Block>& out) override {
    Block block;
    block.first = first * width_;
    block.columns = std::min(width_, cols_ - block.first);
    held_ = block_(static_cast<double>(block.first + 1), static_cast<double>(block.first + block.columns));
    const Rcpp::RObject object(held_);
    const bool is_sparse = object.isS4();
    if (is_sparse != sparse_) Rcpp::stop("a block is not of the storage that its source declares");
    const Rcpp::IntegerVector dim = dim_of(object);
    if (dim.size() != 2 || dim[0] != rows_ || dim[1] != block.columns)
      Rcpp::stop("a block of columns %d to %d has the wrong size", static_cast<int>(block.first + 1),
                 static_cast<int>(block.first + block.columns));
    block.sparse = is_sparse;
    if (is_sparse) {
      block.p = INTEGER(object.slot("p"));
      block.row = INTEGER(object.slot("i"));
      block.value = REAL(object.slot("x"));
    } else {
      if (TYPEOF(held_) != REALSXP) Rcpp::stop("a dense block must be a double matrix");
      block.x = REAL(held_);
      block.ld = rows_;
    }
    out.assign(1, block);
  }

 private:
  const bool sparse_;
  const std::ptrdiff_t width_;
  Rcpp::Function block_;
  Rcpp::RObject held_;
};

void check_interrupt(void*) { R_CheckUserInterrupt(); }

}  // namespace

std::unique_ptr<Source> make_source(SEXP x, int threads) {
  const Rcpp::RObject object(x);
  if (is_store(x)) return std::make_unique<StoreSource>(store_spec(x), threads);
  if (object.isS4()) {
    const Rcpp::IntegerVector dim = dim_of(object);
    return std::make_unique<SparseSource>(INTEGER(object.slot("p")), INTEGER(object.slot("i")),
                                          REAL(object.slot("x")), dim[0], dim[1]);
  }
  if (TYPEOF(x) == VECSXP) {
    const Rcpp::List list(x);
    if (list.containsElementNamed("left")) {
      // A copy of numbers of another type would be gone before they are read.
      for (const char* side : {"left", "right"})
        if (TYPEOF(list[side]) != REALSXP) Rcpp::stop("the factors of x must be double matrices");
      const Rcpp::NumericMatrix L = list["left"], B = list["right"];
      if (L.ncol() != B.nrow()) Rcpp::stop("the factors of x do not fit together");
      return std::make_unique<FactoredSource>(L.begin(), B.begin(), L.nrow(), L.ncol(), B.ncol());
    }
    return std::make_unique<CallbackSource>(static_cast<std::ptrdiff_t>(Rcpp::as<double>(list["nrow"])),
                                            static_cast<std::ptrdiff_t>(Rcpp::as<double>(list["ncol"])),
                                            Rcpp::as<bool>(list["sparse"]),
                                            Rcpp::as<Rcpp::Function>(list["block"]));
  }
  const Rcpp::IntegerVector dim = dim_of(object);
  return std::make_unique<DenseSource>(REAL(x), dim[0], dim[1]);
}

Values values_of(SEXP x) {
  const Rcpp::RObject object(x);
  const SEXP values = object.isS4() ? static_cast<SEXP>(object.slot("x")) : x;
  return {REAL(values), static_cast<std::size_t>(XLENGTH(values))};
}

EntryView entries_of(SEXP x) {
  const Rcpp::RObject object(x);
  EntryView view;
  const Rcpp::IntegerVector dim = dim_of(object);
  view.length = dim[0];
  view.items = dim[1];
  view.value = values_of(x).data;
  if (object.isS4()) {
    view.p = INTEGER(object.slot("p"));
    view.index = INTEGER(object.slot("i"));
  }
  return view;
}

namespace {

// A checkpoint as a list of vectors of doubles: bits stay what they are.
Rcpp::NumericVector vector_of(const Factor& f) {
  return Rcpp::NumericVector(f.values.data(), f.values.data() + f.size());
}

Factor factor_from(const Rcpp::List& list, const char* name, int r) {
  const Rcpp::NumericVector values = list[name];
  if (r < 1 || values.size() % r != 0) Rcpp::stop("the checkpoint is not that of this fit");
  Factor out(r, values.size() / r);
  std::copy(values.begin(), values.end(), out.values.data());
  return out;
}

constexpr int kOfRecord = 6;

Rcpp::List list_of(const Checkpoint& c) {
  Rcpp::NumericMatrix history(kOfRecord, static_cast<int>(c.history.size()));
  for (std::size_t q = 0; q < c.history.size(); ++q) {
    const Record& r = c.history[q];
    const double values[kOfRecord] = {
        static_cast<double>(r.iteration), r.seconds, r.loss, r.penalty, r.objective, r.kkt};
    std::copy_n(values, kOfRecord, history.begin() + kOfRecord * q);
  }
  return nonneg::list({{"rank", c.W.r},
                       {"numbers", c.numbers},
                       {"history", history},
                       {"W", vector_of(c.W)},
                       {"W_ahead", vector_of(c.W_ahead)},
                       {"H", vector_of(c.H)},
                       {"H_plain", vector_of(c.H_plain)},
                       {"quick", c.quick}});
}

std::unique_ptr<Checkpoint> checkpoint_of(const Rcpp::List& list) {
  auto out = std::make_unique<Checkpoint>();
  const int r = Rcpp::as<int>(list["rank"]);
  out->numbers = Rcpp::as<std::vector<double>>(list["numbers"]);
  const Rcpp::NumericMatrix history = list["history"];
  for (int q = 0; q < history.ncol(); ++q) {
    const double* v = history.begin() + kOfRecord * q;
    out->history.push_back({static_cast<int>(v[0]), v[1], v[2], v[3], v[4], v[5]});
  }
  out->W = factor_from(list, "W", r);
  out->W_ahead = factor_from(list, "W_ahead", r);
  out->H = factor_from(list, "H", r);
  out->H_plain = factor_from(list, "H_plain", r);
  out->quick = Rcpp::as<bool>(list["quick"]);
  return out;
}

}  // namespace

RHost::RHost(SEXP progress, SEXP machines, SEXP checkpoint) : progress_(progress) {
  if (!Rf_isNull(checkpoint)) {
    const Rcpp::List list(checkpoint);
    every_ = Rcpp::as<double>(list["every"]);
    save_ = list["save"];
    saved_ = now();
    const SEXP from = list["from"];
    if (!Rf_isNull(from)) from_ = checkpoint_of(from);
  }
  if (Rf_isNull(machines)) return;
  const Rcpp::List list(machines);
  machines_.me = Rcpp::as<int>(list["me"]);
  machines_.count = Rcpp::as<int>(list["count"]);
  machines_.first = static_cast<std::ptrdiff_t>(Rcpp::as<double>(list["first"]));
  machines_.columns = static_cast<std::ptrdiff_t>(Rcpp::as<double>(list["columns"]));
  sum_ = list["sum"];
  swap_ = list["swap"];
}

bool RHost::interrupted() {
  const bool now = R_ToplevelExec(check_interrupt, nullptr) == FALSE;
  if (machines_.alone()) return now;
  postponed_ = postponed_ || now;
  return false;
}

// Of several machines when the first says so.
bool RHost::wants_checkpoint() {
  if (save_.isNULL()) return false;
  double due = machines_.me == 0 && now() - saved_ >= every_ ? 1 : 0;
  reduce(&due, 1);
  return due > 0;
}

void RHost::save(const Checkpoint& c) {
  Rcpp::Function keep(static_cast<SEXP>(save_));
  keep(list_of(c));
  saved_ = now();
}

namespace {

// Numbers of a message that no library is too small for.
constexpr std::size_t kMostOfMessage = 16777216;

}  // namespace

RHost::Room& RHost::room(std::size_t length) {
  Room& room = rooms_[length];
  if (static_cast<std::size_t>(room.out.size()) != length) {
    room.out = Rcpp::NumericVector(length);
    room.in = Rcpp::NumericVector(length);
  }
  return room;
}

void RHost::reduce(double* values, std::size_t n) {
  if (machines_.alone()) return;
  Rcpp::Function sum(static_cast<SEXP>(sum_));
  for (std::size_t at = 0; at < n; at += kMostOfMessage) {
    const std::size_t count = std::min(kMostOfMessage, n - at);
    Rcpp::NumericVector& out = room(count).out;
    std::copy_n(values + at, count, out.begin());
    const Rcpp::NumericVector all = sum(out);
    if (static_cast<std::size_t>(all.size()) != count) Rcpp::stop("a sum over machines has the wrong length");
    std::copy(all.begin(), all.end(), values + at);
  }
}

template <class Exchange>
void RHost::each_pair(const Exchange& exchange) const {
  for (int step = 1; step < machines_.count; ++step)
    exchange((machines_.me + step) % machines_.count,
             (machines_.me + machines_.count - step) % machines_.count);
}

// The result stays where it is until the next message of this length.
const double* RHost::swap(Room& room, int to, int from) {
  Rcpp::Function call(static_cast<SEXP>(swap_));
  const Rcpp::NumericVector got = call(room.out, room.in, to, from);
  if (got.size() != room.out.size()) Rcpp::stop("a message of another machine has the wrong length");
  room.in = got;
  return room.in.begin();
}

// All messages of a step have the same length, whatever the shares are, and as many rows as fit: `count` of
// them, those from `begin` on of each share. exchange(to, from, begin, count, room).
template <class Exchange>
void RHost::each_message(std::ptrdiff_t rows, std::ptrdiff_t size, const Exchange& exchange) {
  if (size == 0) return;
  const std::ptrdiff_t most = machines_.largest_share(rows),
                       at_once = std::max<std::ptrdiff_t>(1, kMostOfMessage / size);
  each_pair([&](int to, int from) {
    for (std::ptrdiff_t begin = 0; begin < most; begin += at_once) {
      const std::ptrdiff_t count = std::min(at_once, most - begin);
      exchange(to, from, begin, count, room(count * size));
    }
  });
}

void RHost::reduce_share(std::ptrdiff_t rows, std::ptrdiff_t size, const PutRow& put, const AddRow& add) {
  const Range own = machines_.own(rows);
  each_message(rows, size, [&](int to, int from, std::ptrdiff_t begin, std::ptrdiff_t count, Room& message) {
    const Range theirs = machines_.share(to, rows);
    for (std::ptrdiff_t q = 0; q < count && theirs.first + begin + q < theirs.last; ++q)
      put(theirs.first + begin + q, message.out.begin() + q * size);
    const double* got = swap(message, to, from);
    for (std::ptrdiff_t q = 0; q < count && own.first + begin + q < own.last; ++q)
      add(own.first + begin + q, got + q * size);
  });
}

void RHost::spread_share(std::ptrdiff_t rows, std::ptrdiff_t size, double* values) {
  const Range own = machines_.own(rows);
  each_message(rows, size, [&](int to, int from, std::ptrdiff_t begin, std::ptrdiff_t count, Room& message) {
    const Range theirs = machines_.share(from, rows);
    const auto part = [&](const Range& share) {
      return std::max<std::ptrdiff_t>(0, std::min(count, share.size() - begin)) * size;
    };
    std::copy_n(values + (own.first + begin) * size, part(own), message.out.begin());
    const double* got = swap(message, to, from);
    std::copy_n(got, part(theirs), values + (theirs.first + begin) * size);
  });
}

void RHost::progress(const Record& r) {
  if (progress_.isNULL()) return;
  constexpr double kInterval = 0.1;
  const double time = now();
  if (time - last_ < kInterval) return;
  last_ = time;
  Rcpp::Function call(static_cast<SEXP>(progress_));
  call(r.iteration, r.objective, r.kkt);
}

}  // namespace nonneg
