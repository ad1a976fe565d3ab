// See core/store_buckets.h.
#include "core/store_buckets.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace nonneg {

namespace {

constexpr double kPerBucket = 4e6;  // entries, of 16 bytes
constexpr double kMostBuckets = 512;

}  // namespace

StoreBuckets::StoreBuckets(const std::string& folder, std::ptrdiff_t rows, std::ptrdiff_t cols,
                           double expected)
    : folder_(folder), rows_(rows), cols_(cols) {
  const double wanted = std::min({expected / kPerBucket + 1, kMostBuckets, static_cast<double>(cols)});
  const std::ptrdiff_t buckets = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(wanted));
  width_ = (cols + buckets - 1) / buckets;
  waiting_.resize((cols + width_ - 1) / width_);
  written_.assign(waiting_.size(), 0);
}

StoreBuckets::~StoreBuckets() {
  for (std::size_t k = 0; k < written_.size(); ++k)
    if (written_[k] > 0) std::remove(name(k).c_str());
}

std::string StoreBuckets::name(std::size_t k) const { return folder_ + "/bucket-" + std::to_string(k); }

// Opened for each piece: there may be more of them than a process may hold open.
void StoreBuckets::flush(std::size_t k) {
  std::vector<Triplet>& from = waiting_[k];
  if (from.empty()) return;
  errno = 0;
  std::FILE* file = std::fopen(name(k).c_str(), "ab");
  bool good = file && std::fwrite(from.data(), sizeof(Triplet), from.size(), file) == from.size();
  if (file && std::fclose(file) != 0) good = false;
  if (!good) throw std::runtime_error("store: " + name(k) + " cannot be written: " + std::strerror(errno));
  written_[k] += from.size();
  from.clear();
}

SortedColumns StoreBuckets::take(int k) {
  std::vector<Triplet> all = std::move(waiting_[k]);
  waiting_[k].clear();
  if (written_[k] > 0) {
    const std::size_t late = all.size();
    std::vector<Triplet> early(written_[k]);
    errno = 0;
    std::FILE* file = std::fopen(name(k).c_str(), "rb");
    const bool good = file && std::fread(early.data(), sizeof(Triplet), early.size(), file) == early.size();
    if (file) std::fclose(file);
    if (!good) throw std::runtime_error("store: " + name(k) + " cannot be read: " + std::strerror(errno));
    std::remove(name(k).c_str());
    written_[k] = 0;
    early.reserve(early.size() + late);
    early.insert(early.end(), all.begin(), all.end());
    all.swap(early);
  }
  const std::ptrdiff_t first = k * width_, columns = std::min(width_, cols_ - first);
  // Those of one place keep the order in which they came, so that their sum has the same bits.
  std::stable_sort(all.begin(), all.end(), [](const Triplet& a, const Triplet& b) {
    return a.column != b.column ? a.column < b.column : a.row < b.row;
  });
  SortedColumns out;
  out.p.assign(columns + 1, 0);
  for (std::size_t q = 0; q < all.size(); ++q) {
    const bool again = q > 0 && all[q].row == all[q - 1].row && all[q].column == all[q - 1].column;
    if (again) {
      out.value.back() += all[q].value;
      continue;
    }
    out.row.push_back(all[q].row);
    out.value.push_back(all[q].value);
    ++out.p[all[q].column - first + 1];
  }
  for (std::ptrdiff_t j = 0; j < columns; ++j) out.p[j + 1] += out.p[j];
  return out;
}

}  // namespace nonneg
