// Kullback-Leibler, x log(x/q) - x + q; the sum of q is in EntryProblem::u.
struct KullbackLeibler : EntryLossBase {
  static constexpr bool kConvex = true, kBySums = true;
  static constexpr LossRow row() {
    return {"kullback-leibler", "kl poisson brunet i-divergence ",
            "Kullback-Leibler divergence, of Poisson counts"};
  }
  static LossFacts facts(double) {
    LossFacts f = beta_facts(1);
    f.by_sums = true;
    f.cost = 6;
    return f;
  }
  static double size2(double x, double) { return x; }
  static double exact(double x, double q, double) { return beta_divergence(x, q, 1); }

  explicit KullbackLeibler(double) {}
  static double reach() { return beta_reach(1); }
  NN_INLINE Terms operator()(vec x, vec q, vec) const {
    const vec inverse = reciprocal(q), ratio = x * inverse;
    return {ratio, vec{}, ratio * inverse, ratio * inverse, vec{}, inverse};
  }
  NN_INLINE vec value(vec x, vec q, vec) const { return x * vlog(max(x, splat(kTiny)) / q) - x + q; }
};
