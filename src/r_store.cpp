// The border for stores: writing one by blocks, and reading parts of one.
#include "r_store.h"

#include <algorithm>
#include <cstdio>
#include <limits>

#include "core/matrix_market.h"
#include "core/store_appender.h"
#include "core/store_source.h"
#include "r_list.h"

namespace nonneg {

StoreSpec store_spec(SEXP x) {
  const Rcpp::List list(x);
  StoreSpec spec;
  spec.folder = Rcpp::as<std::string>(list["path"]);
  spec.rows = static_cast<std::ptrdiff_t>(Rcpp::as<double>(list["nrow"]));
  spec.cols = static_cast<std::ptrdiff_t>(Rcpp::as<double>(list["ncol"]));
  spec.stored = static_cast<std::int64_t>(Rcpp::as<double>(list["stored"]));
  spec.all = spec.cols;
  // Some columns of it: `stored` is then of these.
  if (list.containsElementNamed("within")) {
    const Rcpp::NumericVector within = list["within"];
    spec.first = static_cast<std::ptrdiff_t>(within["first"]);
    spec.all = static_cast<std::ptrdiff_t>(within["columns"]);
    spec.stored = static_cast<std::int64_t>(within["stored"]);
    if (spec.first < 0 || spec.first + spec.cols > spec.all) Rcpp::stop("store: it has not so many columns");
  }
  spec.sparse = Rcpp::as<bool>(list["sparse"]);
  spec.type = type_of(Rcpp::as<std::string>(list["type"]));
  const Rcpp::List scan = list["scan"];
  spec.missing = Rcpp::as<double>(scan["n_na"]) > 0;
  spec.na = NA_REAL;
  const SEXP keep = Rf_GetOption1(Rf_install("nonneg.store_cache"));
  if (!Rf_isNull(keep)) spec.keep = Rcpp::as<double>(keep);
  return spec;
}

}  // namespace nonneg

namespace {

std::string hexadecimal(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%08lx%08lx", static_cast<unsigned long>(value >> 32),
                static_cast<unsigned long>(value & 0xffffffffu));
  return text;
}

using Writer = Rcpp::XPtr<nonneg::StoreAppender>;

}  // namespace

// `type` is what values begin with; it stays if it is `fixed`.
// [[Rcpp::export(rng = false)]]
SEXP cpp_store_begin(const std::string& folder, double rows, bool sparse, const std::string& type,
                     bool fixed) {
  return Writer(new nonneg::StoreAppender(folder, static_cast<std::ptrdiff_t>(rows), sparse,
                                          nonneg::type_of(type), fixed));
}

// Begins to write columns of a double matrix or a dgCMatrix, which the writer holds on to.
// [[Rcpp::export(rng = false)]]
void cpp_store_append(SEXP writer, SEXP block) {
  Writer to(writer);
  R_SetExternalPtrProtected(writer, block);
  const Rcpp::RObject x(block);
  if (x.isS4()) {
    const Rcpp::IntegerVector dim = x.slot("Dim");
    to->append_sparse(INTEGER(x.slot("p")), INTEGER(x.slot("i")), REAL(x.slot("x")), dim[1]);
  } else {
    const Rcpp::IntegerVector dim = x.attr("dim");
    to->append_dense(REAL(block), dim[1]);
  }
}

// Waits for them. 0, or the number of the first stored value that does not fit the type.
// [[Rcpp::export(rng = false)]]
double cpp_store_wait(SEXP writer) {
  const std::int64_t misfit = Writer(writer)->wait();
  R_SetExternalPtrProtected(writer, R_NilValue);
  return static_cast<double>(misfit + 1);
}

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_store_end(SEXP writer) {
  Writer to(writer);
  to->finish();
  std::vector<std::string> name, checksum;
  std::vector<double> bytes;
  for (const nonneg::OutputFile* file : to->writer().files()) {
    name.push_back(file->name());
    bytes.push_back(static_cast<double>(file->bytes()));
    checksum.push_back(hexadecimal(file->checksum()));
  }
  return nonneg::list(
      {{"type", nonneg::type_name(to->writer().type())},
       {"columns", static_cast<double>(to->writer().columns())},
       {"stored", static_cast<double>(to->writer().stored())},
       {"files", nonneg::data_frame({{"name", name}, {"bytes", bytes}, {"checksum", checksum}})}});
}

// Closes its files, whatever has been written.
// [[Rcpp::export(rng = false)]]
void cpp_store_abandon(SEXP writer) { Writer(writer).release(); }

// [[Rcpp::export(rng = false)]]
std::string cpp_checksum(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) Rcpp::stop("store: %s cannot be opened", path);
  nonneg::Checksum sum;
  std::vector<char> piece(1 << 20);
  int round = 0;
  for (std::size_t n; (n = std::fread(piece.data(), 1, piece.size(), file)) > 0;) {
    sum.add(piece.data(), n);
    if (++round % 64 == 0 && R_ToplevelExec([](void*) { R_CheckUserInterrupt(); }, nullptr) == FALSE) {
      std::fclose(file);
      throw Rcpp::internal::InterruptedException();
    }
  }
  std::fclose(file);
  return hexadecimal(sum.value());
}

// [[Rcpp::export(rng = false)]]
std::string cpp_checksum_of(const Rcpp::RawVector& bytes) {
  nonneg::Checksum sum;
  sum.add(RAW(bytes), bytes.size());
  return hexadecimal(sum.value());
}

// Are the files there, with the sizes that they should have, and do columns follow each other?
// [[Rcpp::export(rng = false)]]
void cpp_store_check(SEXP store) { nonneg::Store(nonneg::store_spec(store)).check_columns(); }

// Columns `j`, from 1: a matrix, or of a sparse store list(p, i, x).
// [[Rcpp::export(rng = false)]]
SEXP cpp_store_columns(SEXP store, const Rcpp::NumericVector& j) {
  const nonneg::Store from(nonneg::store_spec(store));
  const nonneg::StoreSpec& spec = from.spec();
  const R_xlen_t n = j.size();
  const auto column = [&](R_xlen_t q) { return static_cast<std::ptrdiff_t>(j[q]) - 1; };
  if (!spec.sparse) {
    Rcpp::NumericMatrix out(static_cast<int>(spec.rows), static_cast<int>(n));
    for (R_xlen_t q = 0; q < n; ++q)
      from.widen(from.begin(column(q)), spec.rows, out.begin() + q * spec.rows);
    return out;
  }
  Rcpp::IntegerVector p(n + 1);
  double total = 0;
  for (R_xlen_t q = 0; q < n; ++q) {
    const std::int64_t begin = from.begin(column(q)), end = from.begin(column(q) + 1);
    if (begin < 0 || end < begin || end > spec.stored) from.damaged(column(q));
    total += static_cast<double>(end - begin);
    if (total > std::numeric_limits<int>::max())
      Rcpp::stop("store: these columns have more than 2^31 - 1 entries");
    p[q + 1] = static_cast<int>(total);
  }
  Rcpp::IntegerVector i(p[n]);
  Rcpp::NumericVector x(p[n]);
  for (R_xlen_t q = 0; q < n; ++q) {
    if (!from.sound(column(q), 1)) from.damaged(column(q));
    const std::int64_t begin = from.begin(column(q));
    const int count = p[q + 1] - p[q];
    std::copy(from.rows() + begin, from.rows() + begin + count, i.begin() + p[q]);
    from.widen(begin, count, x.begin() + p[q]);
  }
  return nonneg::list({{"p", p}, {"i", i}, {"x", x}});
}

// Single entries, from 1.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector cpp_store_values(SEXP store, const Rcpp::NumericVector& row,
                                     const Rcpp::NumericVector& column) {
  const nonneg::Store from(nonneg::store_spec(store));
  const nonneg::StoreSpec& spec = from.spec();
  Rcpp::NumericVector out(row.size());
  for (R_xlen_t q = 0; q < row.size(); ++q) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(row[q]) - 1,
                         j = static_cast<std::ptrdiff_t>(column[q]) - 1;
    std::int64_t at = from.begin(j) + i;
    if (spec.sparse) {
      if (!from.sound(j, 1)) from.damaged(j);
      const std::int32_t* begin = from.rows() + from.begin(j);
      const std::int32_t* end = from.rows() + from.begin(j + 1);
      const std::int32_t* found = std::lower_bound(begin, end, static_cast<std::int32_t>(i));
      if (found == end || *found != i) continue;
      at = found - from.rows();
    }
    from.widen(at, 1, &out[q]);
  }
  return out;
}

// For tests: how many times a fit or product began to read a store, since the session began.
// [[Rcpp::export(rng = false)]]
double cpp_store_reads() { return static_cast<double>(nonneg::StoreSource::reads()); }

// How many entries each column stores.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector cpp_store_counts(SEXP store) {
  const nonneg::Store from(nonneg::store_spec(store));
  Rcpp::NumericVector out(from.spec().cols);
  for (std::ptrdiff_t j = 0; j < from.spec().cols; ++j)
    out[j] = static_cast<double>(from.begin(j + 1) - from.begin(j));
  return out;
}

// Entries in any order, see core/store_buckets.h.
// [[Rcpp::export(rng = false)]]
SEXP cpp_buckets_begin(const std::string& folder, double rows, double cols, double expected) {
  return Rcpp::XPtr<nonneg::StoreBuckets>(new nonneg::StoreBuckets(
      folder, static_cast<std::ptrdiff_t>(rows), static_cast<std::ptrdiff_t>(cols), expected));
}

// A run of rows of X, from row `first` (from 0) on: row k has the columns i[p[k] .. p[k + 1]), from 0.
// [[Rcpp::export(rng = false)]]
void cpp_buckets_add_rows(SEXP buckets, double first, const Rcpp::NumericVector& p,
                          const Rcpp::IntegerVector& i, const Rcpp::NumericVector& x, double cols) {
  Rcpp::XPtr<nonneg::StoreBuckets> to(buckets);
  for (R_xlen_t k = 0; k + 1 < p.size(); ++k)
    for (R_xlen_t q = static_cast<R_xlen_t>(p[k]); q < static_cast<R_xlen_t>(p[k + 1]); ++q) {
      if (i[q] < 0 || i[q] >= cols) Rcpp::stop("store: an entry lies outside of the matrix");
      to->add(static_cast<std::int32_t>(first + k), i[q], x[q]);
    }
}

namespace {

Rcpp::List sorted_list(nonneg::StoreBuckets& from, int k) {
  const nonneg::SortedColumns out = from.take(k);
  return nonneg::list({{"p", out.p}, {"i", out.row}, {"x", out.value}});
}

}  // namespace

// [[Rcpp::export(rng = false)]]
int cpp_buckets_count(SEXP buckets) { return Rcpp::XPtr<nonneg::StoreBuckets>(buckets)->count(); }

// Bucket `k`, from 1.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_buckets_take(SEXP buckets, int k) {
  return sorted_list(*Rcpp::XPtr<nonneg::StoreBuckets>(buckets), k - 1);
}

// [[Rcpp::export(rng = false)]]
SEXP cpp_mtx_begin(const std::string& folder) {
  return Rcpp::XPtr<nonneg::MatrixMarket>(new nonneg::MatrixMarket(folder));
}

// The next bytes of the file, or its end where there are none.
// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_mtx_feed(SEXP reader, const Rcpp::RawVector& bytes) {
  Rcpp::XPtr<nonneg::MatrixMarket> to(reader);
  if (bytes.size() > 0)
    to->feed(reinterpret_cast<const char*>(RAW(bytes)), bytes.size());
  else
    to->finish();
  return nonneg::list({{"sized", to->sized()},
                       {"array", to->array()},
                       {"rows", to->rows()},
                       {"columns", to->cols()},
                       {"buckets", to->sized() ? to->buckets().count() : 0}});
}

// [[Rcpp::export(rng = false)]]
Rcpp::List cpp_mtx_take(SEXP reader, int k) {
  return sorted_list(Rcpp::XPtr<nonneg::MatrixMarket>(reader)->buckets(), k - 1);
}
