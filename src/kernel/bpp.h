// Exact small problems by block principal pivoting (Kim & Park 2011), some at a time: every lane
// has its own passive set F. Restricting A to F is done by masks (rows and columns outside F become
// those of the identity), so that all these factorizations run in step. Two and three coordinates
// have formulas. Part of kernel/impl.h.

// Some lanes: a register, or two.
template <int S>
struct Some {
  vec v[S / VL];
};
#define NN_SOME(expr)                                 \
  Some<S> out;                                        \
  NN_UNROLL                                           \
  for (int i = 0; i < S / VL; ++i) out.v[i] = (expr); \
  return out;
template <int S>
static NN_INLINE Some<S> load_some(const double* p) {
  NN_SOME(load(p + i * VL))
}
template <int S>
static NN_INLINE Some<S> splat_some(double x) {
  NN_SOME(splat(x))
}
template <int S, class Matrix>
static NN_INLINE Some<S> entry_some(const Matrix& A, int k, int m) {
  NN_SOME(A.at(k, m, i * VL))
}
template <int S>
static NN_INLINE Some<S> times(const Some<S>& a, const Some<S>& b) {
  NN_SOME(a.v[i] * b.v[i])
}
template <int S>
static NN_INLINE Some<S> take(const Some<S>& s, const Some<S>& a, const Some<S>& b) {
  NN_SOME(s.v[i] - a.v[i] * b.v[i])
}
#undef NN_SOME
template <int S>
static NN_INLINE void store_some(double* p, const Some<S>& a) {
  NN_UNROLL
  for (int i = 0; i < S / VL; ++i) store(p + i * VL, a.v[i]);
}

template <int S>
static NN_INLINE double* lower(double* L, int i, int j) {
  return L + S * (i * (i + 1) / 2 + j);
}

// z = solution of A[F,F] z_F = b_F, z = 0 outside F, by LDL'. A pivot lost to
// rounding (dependent columns) gives a zero coordinate: a basic solution.
template <int S, class Matrix>
static void solve_passive(int r, const Matrix& A, const double* b, std::ptrdiff_t ldb, const double* F,
                          double* L, double* U, double* inverse, double* z) {
  constexpr double kLost = 1e-13;  // A has a unit diagonal
  const Some<S> one = splat_some<S>(1.0), lost = splat_some<S>(kLost);
  for (int j = 0; j < r; ++j) {
    const Some<S> fj = load_some<S>(F + S * j);
    // Column j of L D is U[i] = M_ij - sum_k L_ik U_jk, and U_jk = L_jk d_k.
    Some<S> d = one;
    for (int k = 0; k < j; ++k) {
      const Some<S> l = load_some<S>(lower<S>(L, j, k));
      Some<S> u;
      NN_UNROLL
      for (int i = 0; i < S / VL; ++i) u.v[i] = l.v[i] * load(z + S * k + i * VL);  // z holds d here
      store_some(U + S * k, u);
      d = take(d, l, u);
    }
    Some<S> inv;
    NN_UNROLL
    for (int i = 0; i < S / VL; ++i) {
      const auto alive = d.v[i] > lost.v[i];
      inv.v[i] = alive ? one.v[i] / d.v[i] : vec{};
    }
    store_some(z + S * j, d);
    store_some(inverse + S * j, inv);
    int i = j + 1;
    for (; i + 3 < r; i += 4) {
      Some<S> s[4];
      NN_UNROLL
      for (int q = 0; q < 4; ++q)
        s[q] = times(times(entry_some<S>(A, i + q, j), load_some<S>(F + S * (i + q))), fj);
      for (int k = 0; k < j; ++k) {
        const Some<S> u = load_some<S>(U + S * k);
        NN_UNROLL
        for (int q = 0; q < 4; ++q) s[q] = take(s[q], load_some<S>(lower<S>(L, i + q, k)), u);
      }
      NN_UNROLL
      for (int q = 0; q < 4; ++q) store_some(lower<S>(L, i + q, j), times(s[q], inv));
    }
    for (; i < r; ++i) {
      Some<S> s = times(times(entry_some<S>(A, i, j), load_some<S>(F + S * i)), fj);
      for (int k = 0; k < j; ++k) s = take(s, load_some<S>(lower<S>(L, i, k)), load_some<S>(U + S * k));
      store_some(lower<S>(L, i, j), times(s, inv));
    }
  }
  for (int i = 0; i < r; ++i) {
    Some<S> s = times(load_some<S>(b + ldb * i), load_some<S>(F + S * i));
    for (int k = 0; k < i; ++k) s = take(s, load_some<S>(lower<S>(L, i, k)), load_some<S>(z + S * k));
    store_some(z + S * i, s);
  }
  for (int i = 0; i < r; ++i)
    store_some(z + S * i, times(load_some<S>(z + S * i), load_some<S>(inverse + S * i)));
  for (int i = r - 1; i >= 0; --i) {
    const Some<S> zi = load_some<S>(z + S * i);
    for (int k = 0; k < i; ++k)
      store_some(z + S * k, take(load_some<S>(z + S * k), load_some<S>(lower<S>(L, i, k)), zi));
  }
}

// Exchanges infeasible coordinates between F and its complement until none is left; a
// lane that stops improving exchanges one at a time (Murty's rule, which ends in exact
// arithmetic). Tells which lanes are solved.
template <int S, class Matrix>
static void pivot(int r, const Matrix& A, const double* b, const double* h, double* F, double* z, double* y,
                  double* L, double* U, double* inverse, bool* solved) {
  constexpr double kNoise = 1e-13;
  constexpr int kPatience = 3;
  int best[S], patience[S];
  double noise[S], wrong[S], off[S];
  for (int c = 0; c < S; ++c) {
    best[c] = r + 1;
    patience[c] = kPatience;
    solved[c] = false;
  }
  for (int i = 0; i < S; i += VL) {
    vec largest = vec{};
    for (int k = 0; k < r; ++k) {
      const vec bk = load(b + k * kLanes + i);
      largest = max(largest, max(bk, -bk));
      store(F + S * k + i, load(h + k * kLanes + i) > vec{} ? splat(1.0) : vec{});
    }
    store(noise + i, largest * splat(kNoise));
  }
  const int most = 20 + 10 * r;
  for (int step = 0; step < most; ++step) {
    solve_passive<S>(r, A, b, kLanes, F, L, U, inverse, z);
    for (int k = 0; k < r; ++k) {  // y = Az - b
      Some<S> s;
      NN_UNROLL
      for (int i = 0; i < S / VL; ++i) s.v[i] = -load(b + k * kLanes + i * VL);
      for (int m = 0; m < r; ++m) {
        NN_UNROLL
        for (int i = 0; i < S / VL; ++i) s.v[i] += A.at(k, m, i * VL) * load(z + S * m + i * VL);
      }
      store_some(y + S * k, s);
    }
    // How many coordinates of every lane are infeasible. And where a pivot was lost, the equations
    // of F may not hold: by how much.
    for (int i = 0; i < S; i += VL) {
      const vec least = -load(noise + i);
      vec count = vec{}, most_off = vec{};
      for (int k = 0; k < r; ++k) {
        const vec zk = load(z + S * k + i), yk = load(y + S * k + i);
        const auto in = load(F + S * k + i) > vec{};
        count += (in ? zk : yk) < least ? splat(1.0) : vec{};
        most_off = max(most_off, in ? max(yk, -yk) : vec{});
      }
      store(wrong + i, count);
      store(off + i, most_off);
    }
    bool all = true;
    for (int c = 0; c < S; ++c) {
      if (wrong[c] == 0) {  // and stays so: F does not change any more
        solved[c] = off[c] <= 1e3 * noise[c];
        continue;
      }
      all = false;
      bool whole = true;
      if (wrong[c] < best[c]) {
        best[c] = static_cast<int>(wrong[c]);
        patience[c] = kPatience;
      } else if (patience[c] > 0) {
        --patience[c];
      } else {
        whole = false;
      }
      for (int k = r - 1; k >= 0; --k) {
        const double test = F[S * k + c] > 0 ? z[S * k + c] : y[S * k + c];
        if (!(test < -noise[c])) continue;
        F[S * k + c] = 1.0 - F[S * k + c];
        if (!whole) break;
      }
    }
    if (all) return;
  }
}

// One problem by the active-set method of Lawson and Hanson (1974), which moves
// between feasible points of ever lower value and so cannot cycle: the way out
// where nearly dependent columns make pivoting fail. Values of b and x have
// stride kLanes. `work` holds r (r + 9) / 2 doubles.
template <class Matrix>
static void lane_active_set(int r, const Matrix& A, const double* b, double* x, double* work) {
  enum State { kBanned = -1, kActive = 0, kPassive = 1 };  // banned until x moves
  double* z = work;
  double* state = z + r;
  double* passive = state + r;  // indices, in order of entry
  double* L = passive + r;
  const auto index = [&](int i) { return static_cast<int>(passive[i]); };
  int size = 0;
  double largest = 0;
  for (int k = 0; k < r; ++k) {
    x[k * kLanes] = 0;
    state[k] = kActive;
    largest = std::fabs(b[k * kLanes]) > largest ? std::fabs(b[k * kLanes]) : largest;
  }
  for (int step = 0; step < 10 * r + 20; ++step) {
    double sum = 0;
    for (int k = 0; k < r; ++k) sum += x[k * kLanes];
    double steepest = 1e-14 * (largest + sum);  // rounding errors of b - Ax
    int enter = -1;
    for (int k = 0; k < r; ++k) {
      if (state[k] != kActive) continue;
      double g = b[k * kLanes];
      for (int m = 0; m < r; ++m) g -= A.entry(k, m) * x[m * kLanes];
      if (g > steepest) {
        steepest = g;
        enter = k;
      }
    }
    if (enter < 0) return;
    state[enter] = kPassive;
    passive[size++] = enter;
    bool moved = false;
    for (bool feasible = false; !feasible && size > 0;) {
      // Cholesky of A on the passive set. A lost pivot means dependent columns.
      int lost = -1;
      for (int i = 0; i < size && lost < 0; ++i) {
        double* row = L + i * (i + 1) / 2;
        for (int j = 0; j <= i; ++j) {
          double s = A.entry(index(i), index(j));
          const double* other = L + j * (j + 1) / 2;
          for (int m = 0; m < j; ++m) s -= row[m] * other[m];
          if (j < i) {
            row[j] = s / other[j];
          } else if (s > 1e-15) {
            row[i] = std::sqrt(s);
          } else {
            lost = i;
          }
        }
      }
      if (lost >= 0) {
        state[index(lost)] = kBanned;
        x[index(lost) * kLanes] = 0;
        for (int i = lost; i + 1 < size; ++i) passive[i] = passive[i + 1];
        --size;
        continue;
      }
      for (int i = 0; i < size; ++i) {
        double s = b[index(i) * kLanes];
        for (int m = 0; m < i; ++m) s -= L[i * (i + 1) / 2 + m] * z[m];
        z[i] = s / L[i * (i + 1) / 2 + i];
      }
      for (int i = size - 1; i >= 0; --i) {
        for (int m = i + 1; m < size; ++m) z[i] -= L[m * (m + 1) / 2 + i] * z[m];
        z[i] /= L[i * (i + 1) / 2 + i];
      }
      // From x towards z, as far as no value becomes negative.
      double part = 1;
      int stop = -1;
      for (int i = 0; i < size; ++i) {
        const double at = x[index(i) * kLanes];
        if (z[i] <= 0 && (stop < 0 || at / (at - z[i]) < part)) {
          part = at > 0 ? at / (at - z[i]) : 0;
          stop = i;
        }
      }
      feasible = stop < 0;
      int left = 0;
      for (int i = 0; i < size; ++i) {
        const int k = index(i);
        double& at = x[k * kLanes];
        const double next = at + part * (z[i] - at);
        if (i != stop && next > 0) {
          moved = moved || next != at;
          at = next;
          passive[left++] = k;
        } else {
          at = 0;
          state[k] = k == enter ? kBanned : kActive;
        }
      }
      size = left;
    }
    if (moved)
      for (int k = 0; k < r; ++k)
        if (state[k] == kBanned && k != enter) state[k] = kActive;
  }
}

// Has any of these lanes a positive number?
template <int S>
static bool any_positive(int r, const double* b) {
  vec top = vec{};
  for (int k = 0; k < r; ++k)
    for (int i = 0; i < S / VL; ++i) top = max(top, load(b + k * kLanes + i * VL));
  return hsum(top) > 0;
}

// Two coordinates, in closed form (Kuang & Park 2013): the solution of Ah = b if it is not negative,
// otherwise the better of the two with one coordinate 0. By elimination, so that Ah = b holds to rounding
// however close the columns are; where they are the same, one coordinate is as good as two.
// Of one A, as numbers, or of one for each lane, as registers of them.
static NN_INLINE vec lanes_of_all(double x) { return splat(x); }
static NN_INLINE vec lanes_of_all(vec x) { return x; }

struct Two {
  vec part, over, enough;
  template <class Entry>
  NN_INLINE explicit Two(Entry a) {  // A has a unit diagonal
    const Entry pivot = 1.0 - a * a, none = Entry{};
    const auto same = pivot <= none + DBL_EPSILON;
    part = lanes_of_all(a);
    over = lanes_of_all(same ? none : 1.0 / pivot);
    enough = lanes_of_all(same ? none + DBL_MAX : none);
  }
  NN_INLINE void solve(vec b1, vec b2, vec* h1, vec* h2) const {
    const vec second = (b2 - part * b1) * over, first = b1 - part * second, none = vec{};
    const auto one = (first < second ? first : second) < enough;
    // A coordinate alone is max(0, b), and lowers the objective by half the square of that.
    *h1 = positive_part(one ? (b1 < b2 ? none : b1) : first);
    *h2 = positive_part(one ? (b1 < b2 ? b2 : none) : second);
  }
  NN_INLINE void operator()(const LaneProblem& p, int at) const {
    vec h1, h2;
    solve(load(p.b + at), load(p.b + kLanes + at), &h1, &h2);
    store(p.h + at, h1);
    store(p.h + kLanes + at, h2);
  }
};

// Three: the solution of Ah = b if it is not negative; otherwise, with one coordinate 0, that of the other
// two by which the slope of the third is the least below 0. Dependent columns do with two.
struct Three {
  vec a, b, c, l, over2, over3, enough;  // A = LDL'
  const Two without1, without2, without3;
  template <class Entry>
  NN_INLINE Three(Entry of12, Entry of13, Entry of23) : without1(of23), without2(of13), without3(of12) {
    constexpr double kLost = 1e-13;
    const Entry none = Entry{}, least = none + kLost;
    const Entry d2 = 1.0 - of12 * of12, l2 = d2 > least ? (of23 - of12 * of13) / d2 : none;
    const Entry d3 = 1.0 - of13 * of13 - l2 * l2 * d2;
    const auto fine = (d2 < d3 ? d2 : d3) > least;
    a = lanes_of_all(of12);
    b = lanes_of_all(of13);
    c = lanes_of_all(of23);
    l = lanes_of_all(l2);
    over2 = lanes_of_all(fine ? 1.0 / d2 : none);
    over3 = lanes_of_all(fine ? 1.0 / d3 : none);
    enough = lanes_of_all(fine ? none : none + DBL_MAX);
  }
  NN_INLINE void operator()(const LaneProblem& p, int at) const {
    const vec b1 = load(p.b + at), b2 = load(p.b + kLanes + at), b3 = load(p.b + 2 * kLanes + at);
    const vec t2 = b2 - a * b1, t3 = b3 - b * b1 - l * t2;
    vec h3 = t3 * over3, h2 = t2 * over2 - l * h3, h1 = b1 - a * h2 - b * h3;
    const vec low = h1 < h2 ? h1 : h2;
    const auto edge = (low < h3 ? low : h3) < enough;
    if (hsum(edge ? splat(1.0) : vec{}) > 0) {
      vec x, y, best1 = vec{}, best2, best3;
      without1.solve(b2, b3, &best2, &best3);
      vec slope = a * best2 + b * best3 - b1;
      without2.solve(b1, b3, &x, &y);
      vec other = a * x + c * y - b2;
      auto better = other > slope;
      slope = better ? other : slope;
      best1 = better ? x : best1;
      best2 = better ? vec{} : best2;
      best3 = better ? y : best3;
      without3.solve(b1, b2, &x, &y);
      other = b * x + c * y - b3;
      better = other > slope;
      h1 = edge ? (better ? x : best1) : h1;
      h2 = edge ? (better ? y : best2) : h2;
      h3 = edge ? (better ? vec{} : best3) : h3;
    }
    store(p.h + at, positive_part(h1));
    store(p.h + kLanes + at, positive_part(h2));
    store(p.h + 2 * kLanes + at, positive_part(h3));
  }
};

static void closed_forms(const LaneProblem& p, const SharedA& A) {
  if (p.r == 2) {
    const Two all(A.entry(0, 1));
    for (int at = 0; at < kLanes; at += VL) all(p, at);
  } else {
    const Three all(A.entry(0, 1), A.entry(0, 2), A.entry(1, 2));
    for (int at = 0; at < kLanes; at += VL) all(p, at);
  }
}

static void closed_forms(const LaneProblem& p, const OwnA& A) {
  for (int at = 0; at < kLanes; at += VL) {
    if (p.r == 2)
      Two(A.at(0, 1, at))(p, at);
    else
      Three(A.at(0, 1, at), A.at(0, 2, at), A.at(1, 2, at))(p, at);
  }
}

template <int S, class Matrix>
static void pivoted(const LaneProblem& p, const Matrix& A) {
  double* L = p.work;
  double* F = L + S * (p.r * (p.r + 1) / 2);
  double* z = F + S * p.r;
  double* y = z + S * p.r;
  double* U = y + S * p.r;
  double* inverse = U + S * p.r;
  bool all = true;
  for (int g = 0; g < kLanes; g += S) {
    if (!any_positive<S>(p.r, p.b + g)) {  // the slope at 0 is -b
      for (int k = 0; k < p.r; ++k) std::memset(p.h + k * kLanes + g, 0, S * sizeof(double));
      continue;
    }
    bool solved[S];
    pivot<S>(p.r, A.from(g), p.b + g, p.h + g, F, z, y, L, U, inverse, solved);
    for (int k = 0; k < p.r; ++k)
      for (int i = 0; i < S; i += VL) store(p.h + k * kLanes + g + i, positive_part(load(z + S * k + i)));
    for (int c = 0; c < S; ++c) {
      if (solved[c]) continue;
      all = false;
      lane_active_set(p.r, A.from(g + c), p.b + g + c, p.h + g + c, L);  // L is done with
    }
  }
  if (!all) {  // what rounding left of the descent
    LaneProblem rest = p;
    rest.sweeps = 20;
    rest.stall = 1e-8;
    cd(rest);
  }
}

// A step of a factorization waits for the one before, which a second register of lanes makes use of, unless
// there is nothing in it. Up to this rank the factors of both stay in a first cache, or nearly so.
constexpr int kMostTwice = 32;

template <class Matrix>
static void block_pivoting(const LaneProblem& p, const Matrix& A) {
  constexpr int kOnce = 8, kTwice = 2 * VL > 8 ? 2 * VL : 8;
  if (p.r == 2 || p.r == 3)
    closed_forms(p, A);
  else if (p.r <= kMostTwice && any_positive<kOnce>(p.r, p.b + kOnce))
    pivoted<kTwice>(p, A);
  else
    pivoted<kOnce>(p, A);
}

static void bpp(const LaneProblem& p) { p.own ? block_pivoting(p, OwnA(p)) : block_pivoting(p, SharedA(p)); }
