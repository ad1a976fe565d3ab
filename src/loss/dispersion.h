// The dispersion of every row of counts, by moments, for the negative binomial loss.
#ifndef NONNEG_DISPERSION_H
#define NONNEG_DISPERSION_H

#include <vector>

#include "core/host.h"
#include "core/source.h"
#include "loss/entry_view.h"

namespace nonneg {

// With m_ij the counts if rows and columns were independent, v weights, and sums over the columns j observed:
//   N_i = sum v ((x_ij - m_ij)^2 - m_ij),  D_i = sum v m_ij^2,  e_i^2 = sum v^2 (m_ij + 2 m_ij^2),
// the dispersion is N_i / D_i, drawn towards the median of those that are well known (D_i > e_i) as far as
// Poisson noise alone would move it:  max(0, (N_i + e_i median) / (D_i + e_i)). A row without counts has the
// median.
//
// `columns`: its sizes, weights, and what is missing. Three reads, or thirty where entries are missing.
std::vector<double> dispersions(Source&, const EntryView& columns, Host&);

}  // namespace nonneg

#endif
