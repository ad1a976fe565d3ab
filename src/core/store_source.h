// The blocks of a store, where it lies. Borders are those of the same matrix in memory, and so are the bits
// of what is made of them. In doubles, or in numbers of half the length for quick products, which those of a
// store that has such numbers are as they lie there.
#ifndef NONNEG_STORE_SOURCE_H
#define NONNEG_STORE_SOURCE_H

#include <vector>

#include "core/factor.h"
#include "core/source.h"
#include "core/store.h"

namespace nonneg {

class StoreSource : public Source {
 public:
  StoreSource(const StoreSpec& spec, int threads) : StoreSource(spec, threads, 0.0) {}
  bool sparse() const override { return store_.spec().sparse; }
  int blocks() const override { return static_cast<int>(border_.size()) - 1; }
  std::ptrdiff_t widest() const override { return widest_; }
  void load(int first, int last, std::vector<Block>& out) override;
  std::vector<std::ptrdiff_t> row_nonzeros() const override;
  Singles singles(double unit) const override;
  // How many times any store was read from its beginning, in this process.
  static std::int64_t reads();

 private:
  // `unit`, if it is not 0: numbers of half the length, which times unit_left() are `unit` times those of X.
  StoreSource(const StoreSpec&, int threads, double unit);
  bool single() const { return unit_ > 0; }
  double unit_left() const { return in_place_ ? unit_ : 1.0; }
  template <class Number, class Convert>
  const Number* converted(BufferOf<Number>&, std::int64_t from, std::int64_t count, const Convert&);
  std::int64_t begin(int block) const { return store_.begin(border_[block]); }
  int batch_end(int first, int last) const;
  void check(int first, int last);
  void ask_ahead(int first, int end);

  const Store store_;
  const int threads_;
  const double unit_;
  const bool in_place_;
  std::vector<std::ptrdiff_t> border_;
  std::ptrdiff_t widest_ = 0;
  int checked_ = 0;          // blocks before this one have been looked at
  int kept_ = 0;             // from this one on, what has been read is dropped
  int behind_ = 0, at_ = 0;  // the blocks handed out last, [behind_, at_)
  int asked_ = 0;            // before this one they have been asked for; those of the next pass count on
  Buffer values_;            // converted
  BufferOf<float> singles_;
  std::vector<int> pointers_;
};

}  // namespace nonneg

#endif
