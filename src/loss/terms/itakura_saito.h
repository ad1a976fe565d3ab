// Itakura-Saito, x/q - log(x/q) - 1.
struct ItakuraSaito : EntryLossBase {
  static constexpr LossRow row() {
    return {"itakura-saito", "is gamma ", "Itakura-Saito divergence, of errors in proportion to the mean"};
  }
  static LossFacts facts(double) {
    LossFacts f = beta_facts(0);
    f.cost = 6;
    return f;
  }
  static double size2(double, double) { return 1; }
  static double exact(double x, double q, double) { return beta_divergence(x, q, 0); }

  explicit ItakuraSaito(double) {}
  static double reach() { return beta_reach(0); }
  NN_INLINE Terms operator()(vec x, vec q, vec) const {
    const vec inverse = reciprocal(q), above = x * inverse * inverse;
    const vec bound = 2.0 * above * inverse;
    return {above, inverse, bound - inverse * inverse, bound, vec{}, inverse};
  }
  NN_INLINE vec value(vec x, vec q, vec) const {
    const vec ratio = x / q;
    return ratio - vlog(max(ratio, splat(DBL_MIN))) - 1.0;
  }
};
