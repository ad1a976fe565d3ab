#include "r_source.h"

#include "core/clock.h"
#include "core/store_source.h"
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

bool RHost::interrupted() { return R_ToplevelExec(check_interrupt, nullptr) == FALSE; }

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
