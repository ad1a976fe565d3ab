// See loss/revive.h.
#include "loss/revive.h"

#include <algorithm>

namespace nonneg {

namespace {

// scale x_j - W h_j for one column of a block.
void residual(const Block& block, std::ptrdiff_t column, double scale, const Factor& W, const Factor& H,
              std::vector<double>& out) {
  const double* h = H.item(block.first + column);
  for (std::ptrdiff_t i = 0; i < W.count; ++i) {
    double fit = 0;
    for (int k = 0; k < W.r; ++k) fit += W.item(i)[k] * h[k];
    out[i] = (block.sparse ? 0.0 : scale * block.x[i + column * block.ld]) - fit;
  }
  if (block.sparse)
    for (int p = block.p[column]; p < block.p[column + 1]; ++p) out[block.row[p]] += scale * block.value[p];
}

std::vector<double> sums(const Factor& f) {
  std::vector<double> out(f.r, 0.0);
  for (std::ptrdiff_t j = 0; j < f.count; ++j)
    for (int k = 0; k < f.r; ++k) out[k] += f.item(j)[k];
  return out;
}

}  // namespace

std::vector<int> dead_components(const Factor& W, const Factor& H, Host& host) {
  const std::vector<double> in_W = sums(W);
  std::vector<double> in_H = sums(H);
  host.reduce(in_H.data(), in_H.size());
  std::vector<int> dead;
  for (int k = 0; k < W.r; ++k)
    if (in_W[k] == 0 || in_H[k] == 0) dead.push_back(k);
  return dead;
}

void add_worst_columns(Source& source, int part, double scale, double weight, const Factor& W,
                       const Factor& H, double least, std::size_t most, std::vector<BadColumn>& worst,
                       std::ptrdiff_t before, std::ptrdiff_t all) {
  std::vector<double> column(W.count);
  const std::ptrdiff_t step = (all + 255) / 256;
  std::vector<Block> batch;
  for (int b = 0; b < source.blocks(); b += static_cast<int>(batch.size())) {
    source.load(b, source.blocks(), batch);
    for (const Block& block : batch)
      for (std::ptrdiff_t j = (step - (before + block.first) % step) % step; j < block.columns; j += step) {
        residual(block, j, scale, W, H, column);
        double gain = 0;
        for (double& v : column) {
          v = v > 0 ? v : 0;
          gain += v * v;
        }
        gain *= weight;
        if (gain <= least) continue;
        auto at = std::find_if(worst.begin(), worst.end(), [&](const BadColumn& c) { return gain > c.gain; });
        if (at == worst.end() && worst.size() == most) continue;
        worst.insert(at, {gain, part, block.first + j, column});
        if (worst.size() > most) worst.pop_back();
      }
  }
}

}  // namespace nonneg
