// The kernels of every loss of loss/terms/list.h, as one table. Part of kernel/impl.h.

// What the table points to. (No lambdas: those of clang know nothing of the target.)
template <class Loss>
struct LossCalls {
  // A parameter for which there are shorter formulas has a loss of its own for the loops.
  typedef typename Loss::Special Special;
  static void cd(const EntryProblem& p) {
    if constexpr (!std::is_void<Special>::value)
      if (Loss::is_special(p.parameter)) return LossCalls<Special>::cd(p);
    const Loss loss(p.parameter);
    p.v ? entry_cd<true>(p, loss) : entry_cd<false>(p, loss);
  }
  static void gradient(const EntryProblem& p, const EntryPanel& out) {
    if constexpr (!std::is_void<Special>::value)
      if (Loss::is_special(p.parameter)) return LossCalls<Special>::gradient(p, out);
    const Loss loss(p.parameter);
    p.v ? entry_gradient<true>(p, loss, out) : entry_gradient<false>(p, loss, out);
  }
  static void terms(const EntryProblem& p, double* above, double* below, double* curve) {
    if constexpr (!std::is_void<Special>::value)
      if (Loss::is_special(p.parameter)) return LossCalls<Special>::terms(p, above, below, curve);
    entry_terms(p, Loss(p.parameter), above, below, curve);
  }
  static double value(const EntryProblem& p) { return entry_value(p, Loss(p.parameter)); }
  static void lanes_cd(const EntryLanes& p) {
    if constexpr (!std::is_void<Special>::value)
      if (Loss::is_special(p.parameter)) return LossCalls<Special>::lanes_cd(p);
    lanes_cd_of(p, Loss(p.parameter));
  }
  static void lanes_gradient(const EntryLanes& p, const EntryPanel& out) {
    if constexpr (!std::is_void<Special>::value)
      if (Loss::is_special(p.parameter)) return LossCalls<Special>::lanes_gradient(p, out);
    lanes_gradient_of(p, Loss(p.parameter), out);
  }
  static void lanes_value(const EntryLanes& p, double* out) { lanes_value_of(p, Loss(p.parameter), out); }
};

// Coordinates of convex losses whose zeros come in by sums go two at a time.
static void entries_cd_pairs(const EntryProblem& p) {
  p.v ? entry_cd_pairs<true>(p) : entry_cd_pairs<false>(p);
}

template <class Loss>
static LossFacts facts_of(double parameter) {
  LossFacts f = Loss::facts(parameter);
  f.quadratic = Loss::kQuadratic;
  f.by_sums = Loss::kBySums;
  f.convex = f.convex || Loss::kConvex;
  return f;
}

template <class Loss>
static void values_of(std::ptrdiff_t n, const double* x, const double* q, const double* parameters,
                      double* out) {
  for (std::ptrdiff_t i = 0; i < n; ++i) out[i] = Loss::exact(x[i], q[i], parameters[i]);
}

template <class Loss, bool kQuadratic = Loss::kQuadratic, bool kBySums = Loss::kBySums>
struct LossTable {
  static constexpr LossKernels all() {
    typedef LossCalls<Loss> C;
    LossKernels k = {};
    k.cd = C::cd;
    k.gradient = C::gradient;
    k.value = C::value;
    k.terms = C::terms;
    k.lanes_cd = C::lanes_cd;
    k.lanes_gradient = C::lanes_gradient;
    k.lanes_value = C::lanes_value;
    return k;
  }
};

template <class Loss>
struct LossTable<Loss, false, true> {
  static constexpr LossKernels all() {
    typedef LossCalls<Loss> C;
    LossKernels k = {};
    k.cd = entries_cd_pairs;
    k.gradient = C::gradient;
    k.value = C::value;
    k.terms = C::terms;
    k.lanes_cd = lanes_cd_pairs;
    k.lanes_gradient = C::lanes_gradient;
    k.lanes_value = C::lanes_value;
    return k;
  }
};

// Its problems are not solved over entries.
template <class Loss>
struct LossTable<Loss, true, false> {
  static constexpr LossKernels all() { return LossKernels(); }
};

template <class Loss>
static constexpr LossKernels kernels_of() {
  LossKernels k = LossTable<Loss>::all();
  k.row = Loss::row();
  k.facts = facts_of<Loss>;
  k.values = values_of<Loss>;
  k.size2 = Loss::size2;
  return k;
}

#define NN_LOSS_KERNELS(Loss) kernels_of<Loss>(),
// Constants, which no code of this instruction set makes at load.
static constexpr LossKernels loss_table[] = {NN_LOSSES(NN_LOSS_KERNELS)};
#undef NN_LOSS_KERNELS
#undef NN_LOSSES
constexpr int kLossCount = sizeof(loss_table) / sizeof(loss_table[0]);
