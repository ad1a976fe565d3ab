// What a step of Newton for Kullback-Leibler needs of the entries: slope and Hessian. An entry costs one
// division and r^2/2 multiply-adds, where coordinate descent divides once for every coordinate. Of numbers of
// either length, as in kernel/entry.h. Part of kernel/impl.h.
//
//   g = u + l1 + l2 h - sum_p v_p a_p x_p/q_p,    M = sum_p v_p x_p/q_p^2 a_p a_p',  and l2 I
//
// M goes in tiles of at most kTileM x kTileM coordinates, without those above the diagonal.

constexpr int kTileM = kWide ? 4 : 2;
constexpr std::ptrdiff_t kEntryChunk = 256;  // entries whose quotients stay in L1

// A tile: M(k, l) += sum_p c_p a_pk a_pl, and on the diagonal b_l += sum_p e_p a_pl, one register for
// each sum. `from_entry`: registers hold entries, or (`from_lane`) one entry of many items.
struct TileM {
  std::ptrdiff_t n;
  const number *ak, *al;
  std::ptrdiff_t ld;
  const number *c, *e;
  number* M;
  int row;    // from one k of M to the next
  number* b;  // null off the diagonal
  int next;   // from one l to the next
};

template <bool kPerLane>
static NN_INLINE vec tile_load(const number* a, std::ptrdiff_t i) {
  return kPerLane ? splat(a[i]) : load(a + i * VL);
}

template <bool kPerLane, int K, int L>
static void tile_hessian(const TileM& t) {
  constexpr int step = kPerLane ? kLanes : VL;
  const std::ptrdiff_t count = kPerLane ? t.n : t.n / VL, ld = t.ld;
  const number *ak = t.ak, *al = t.al, *c = t.c, *e = t.e;
  vec s[K][L], b[L];
  NN_UNROLL
  for (int l = 0; l < L; ++l) {
    b[l] = t.b ? load(t.b + l * t.next) : vec{};
    NN_UNROLL
    for (int k = 0; k < K; ++k) s[k][l] = load(t.M + k * t.row + l * t.next);
  }
  const bool diagonal = t.b;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const vec ci = load(c + i * step);
    vec w[L];
    NN_UNROLL
    for (int l = 0; l < L; ++l) {
      const vec a = tile_load<kPerLane>(al + l * ld, i);
      w[l] = a * ci;
      if (diagonal) b[l] += a * load(e + i * step);
    }
    NN_UNROLL
    for (int k = 0; k < K; ++k) {
      const vec a = tile_load<kPerLane>(ak + k * ld, i);
      NN_UNROLL
      for (int l = 0; l < L; ++l) s[k][l] += a * w[l];
    }
  }
  NN_UNROLL
  for (int l = 0; l < L; ++l) {
    if (diagonal) store(t.b + l * t.next, b[l]);
    NN_UNROLL
    for (int k = 0; k < K; ++k) store(t.M + k * t.row + l * t.next, s[k][l]);
  }
}

// Tiles are even: L differs from K by one at most.
template <bool kPerLane, int K>
static void tile_of_height(const TileM& t, int L) {
  constexpr int kLess = K > 1 ? K - 1 : K, kMore = K < kTileM ? K + 1 : K;
  if (L == K) return tile_hessian<kPerLane, K, K>(t);
  if (L < K) return tile_hessian<kPerLane, K, kLess>(t);
  tile_hessian<kPerLane, K, kMore>(t);
}

// All tiles; those of `t` are the sums of the first coordinate.
template <bool kPerLane>
static void all_tiles(int r, const number* A, TileM t, number* M, number* b) {
  const int count = (r + kTileM - 1) / kTileM;
  for (int i = 0; i < count; ++i)
    for (int j = 0; j <= i; ++j) {
      // Even tiles: five coordinates go as 2 + 3, not 4 + 1.
      const int k = i * r / count, l = j * r / count, K = (i + 1) * r / count - k,
                L = (j + 1) * r / count - l;
      t.ak = A + k * t.ld;
      t.al = A + l * t.ld;
      t.M = M + k * t.row + l * t.next;
      t.b = i == j ? b + l * t.next : nullptr;
      switch (K) {
        case 1: tile_of_height<kPerLane, 1>(t, L); break;
        case 2: tile_of_height<kPerLane, 2>(t, L); break;
        case 3: tile_of_height<kPerLane, (kTileM < 3 ? 1 : 3)>(t, L); break;
        default: tile_of_height<kPerLane, (kTileM < 4 ? 1 : 4)>(t, L);
      }
    }
}

// The sums of registers, a register of doubles full of them at a time. (One by one they take as long as what
// they are summed from.)
class SumList {
 public:
  explicit SumList(bool add) : add_(add) {}
  NN_INLINE void add(const number* from, double* to, double* as_well) {
    NN_ISA::store(some_ + count_ * kDoubles, whole_sums(from));
    to_[count_] = to;
    as_well_[count_] = as_well;
    if (++count_ == kDoubles) finish();
  }
  NN_INLINE void finish() {
    double sums[kDoubles];
    for (int q = count_; q < kDoubles; ++q) NN_ISA::store(some_ + q * kDoubles, NN_ISA::vec{});
    hsums(some_, sums);
    for (int q = 0; q < count_; ++q) {
      const double sum = add_ ? *to_[q] + sums[q] : sums[q];
      *to_[q] = sum;
      if (as_well_[q]) *as_well_[q] = sum;
    }
    count_ = 0;
  }

 private:
  const bool add_;
  int count_ = 0;
  alignas(64) double some_[kDoubles * kDoubles];
  double *to_[kDoubles], *as_well_[kDoubles];
};

// Of one item, at p.h, to lane 0 of the panel. p.work: r (r + 1) registers.
static void entries_newton_sums(const EntryProblem& p, const EntryPanel& out, double* M) {
  const int r = p.r;
  number *sums = p.work, *sums_b = sums + r * r * VL;
  alignas(64) number e[kEntryChunk], c[kEntryChunk];
  for (std::ptrdiff_t run = 0, end; run < p.n || run == 0; run = end) {
    end = p.n - run > kEntryRun ? run + kEntryRun : p.n;
    std::memset(sums, 0, sizeof(number) * r * (r + 1) * VL);
    for (std::ptrdiff_t from = run; from < end; from += kEntryChunk) {
      const std::ptrdiff_t n = end - from < kEntryChunk ? end - from : kEntryChunk;
      EntryProblem chunk = p;
      chunk.n = n;
      chunk.A = p.A + from;
      chunk.q = p.q + from;
      entry_product(chunk, p.h);
      for (std::ptrdiff_t i = 0; i < n; i += VL) {
        const vec inverse = reciprocal(at_least(load(p.q + from + i), p.floor));
        vec ratio = load(p.x + from + i) * inverse;
        if (p.v) ratio *= load(p.v + from + i);
        store(e + i, ratio);
        store(c + i, ratio * inverse);
      }
      all_tiles<false>(r, p.A + from, {n, nullptr, nullptr, p.ld, c, e, nullptr, r * VL, nullptr, VL}, sums,
                       sums_b);
    }
    SumList list(run > 0);
    for (int k = 0; k < r; ++k) {
      list.add(sums_b + k * VL, out.above + k * kLanes, nullptr);
      for (int l = 0; l <= k; ++l)
        list.add(sums + (k * r + l) * VL, M + (k * r + l) * kLanes, M + (l * r + k) * kLanes);
    }
    list.finish();
    if (end == p.n) break;
  }
  for (int k = 0; k < r; ++k) out.curve[k * kLanes] = M[k * (r + 1) * kLanes];
}
