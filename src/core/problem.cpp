// See core/problem.h.
#include "core/problem.h"

#include <stdexcept>
#include <utility>

#include "core/driver.h"
#include "core/scan.h"
#include "core/single_source.h"
#include "loss/entry_window.h"
#include "loss/frobenius.h"
#include "loss/weighted.h"

namespace nonneg {

namespace {

const Solver& solver_for(const ProblemSpec& spec, const EntryLoss& loss, int rank, bool dense) {
  if (spec.solver.empty()) return default_solver(rank, loss.facts, dense);
  const Solver* solver = find_solver(spec.solver.c_str());
  if (!solver) throw std::invalid_argument("no solver of the name '" + spec.solver + "'");
  if (!solves(*solver, loss.facts))
    throw std::invalid_argument("solver '" + spec.solver + "' is not for loss '" + loss.row().name + "'");
  return *solver;
}

}  // namespace

Problem::Problem(Data data, const ProblemSpec& spec, int rank, double largest_W, const Problem* same)
    : options_(spec.options),
      data_(std::move(data)),
      entry_loss_(make_loss(spec.loss, data_.source->rows())),
      solver_(&solver_for(spec, entry_loss_, rank, spec.dense_known ? spec.dense : !data_.source->sparse())) {
  const bool quadratic = entry_loss_.facts.quadratic;
  if (!quadratic && !data_.in_memory && !data_.one_read)
    throw std::invalid_argument("blocks are for the Frobenius loss");
  check_mask();
  if (options_.free_W && (!quadratic || by_items()))
    throw std::invalid_argument("a W of any sign is for the Frobenius loss of complete data");
  if (!options_.constraint_H.none() && (!quadratic || by_items()))
    throw std::invalid_argument("a constraint on H is for the Frobenius loss of complete data");
  const double unit = unit_for(spec.largest, quadratic ? kMostUnitOfW : kMostUnit);
  const double unit_W = unit_for(largest_W);
  const Units units = {unit, unit_W, unit / unit_W};
  if (by_items())
    make_entries(rank, units, spec, same);
  else
    make_blocks(rank, units, spec, same);
}

// Only losses that take sums of the other factor can do with it.
void Problem::check_mask() const {
  const EntryView& x = data_.columns;
  if (!x.mask) return;
  if (data_.one_read) throw std::invalid_argument("a mask is for data in memory");
  const bool taken = entry_loss_.facts.quadratic || (entry_loss_.facts.by_sums && x.sparse());
  if (!taken || x.partial || x.weight || x.missing)
    throw std::invalid_argument("a mask is not for this loss or data of this kind");
}

// Is every column, and every row, a problem of its own?
bool Problem::by_items() const {
  const EntryView& x = data_.columns;
  return (data_.in_memory || data_.one_read) &&
         (!entry_loss_.facts.quadratic || x.missing || x.partial || x.weighted() || x.mask);
}

void Problem::make_entries(int rank, const Units& units, const ProblemSpec& spec, const Problem* same) {
  EntryView columns = data_.columns, rows;
  if (data_.one_read) {
    columns = entries_to_come(columns, data_.source->sparse());
    rows = entries_to_come(columns, false);
    std::swap(rows.length, rows.items);
    std::swap(rows.across, rows.own);
  } else if (spec.only_H) {
    // All that is known of rows, without one of them.
    rows = columns;
    std::swap(rows.across, rows.own);
    rows.mask = columns.mask.turned();
    rows.length = std::exchange(rows.items, 0);
  } else {
    rows_ = same && same->rows_ ? same->rows_ : std::make_shared<Transposed>(columns);
    rows = rows_->view();
  }
  if (entry_loss_.facts.quadratic) {
    loss_ = std::make_unique<WeightedFrobenius>(columns, rows, rank, *solver_, options_, units);
  } else {
    divergence_ = new Divergence(columns, rows, entry_loss_, rank, *solver_, options_, units, spec.largest);
    loss_.reset(divergence_);
  }
}

void Problem::make_blocks(int rank, const Units& units, const ProblemSpec& spec, const Problem* same) {
  const EntryView& x = data_.columns;
  const bool held = data_.in_memory;
  const std::size_t size = !held        ? 0
                           : x.sparse() ? x.p[x.items]
                                        : static_cast<std::size_t>(x.length) * x.items;
  const double sumsq = scaled_sumsq(spec.sumsq, held ? x.value : nullptr, size, units.X, options_.threads);
  std::vector<std::ptrdiff_t> nonzeros;
  if (options_.threads > 1) nonzeros = data_.source->row_nonzeros();
  if (options_.mixed && held) {
    if (same && same->singles_.source)
      singles_ = same->singles_;
    else
      singles_.source = std::make_shared<SingleSource>(
          *data_.source, x.value, static_cast<std::ptrdiff_t>(size), units.X, options_.threads);
  } else if (options_.mixed) {
    singles_ = data_.source->singles(units.X);
  }
  const std::ptrdiff_t columns = spec.columns < 0 ? data_.source->cols() : spec.columns;
  loss_ = std::make_unique<Frobenius>(*data_.source, rank, *solver_, options_, units, sumsq, columns,
                                      std::move(nonzeros), singles_);
}

bool Problem::project(Factor& W, Factor& H, std::vector<double>& residual, Host& host) {
  return divergence_ ? divergence_->project(W, H, residual, host)
                     : nonneg::project(source(), loss(), W, H, host);
}

}  // namespace nonneg
