// The beta-divergence of beta = 1/2, for which no power is needed but that of 1/sqrt(q).
struct HalfBeta : EntryLossBase {
  explicit HalfBeta(double) {}
  static double reach() { return beta_reach(0.5); }
  NN_INLINE Terms operator()(vec x, vec q, vec) const {
    const vec root = inverse_root(q), inverse = root * root, power = root * inverse;
    const vec above = x * power, from_x = 1.5 * above * inverse;
    return {above, root, from_x - 0.5 * power, from_x, vec{}, inverse};
  }
};

// The beta-divergence, (x^b + (b-1) q^b - b x q^(b-1)) / (b (b-1)), for any b but 0 and 1. Outside of [1, 2]
// it is not convex in q; its convex part alone gives `bound`.
struct Beta : EntryLossBase {
  static constexpr LossRow row() {
    LossRow row = {"beta-divergence", "", "beta-divergence of any beta"};
    row.parameter = "beta";
    // Powers of what is as small as the floor of WH stay in range up to this.
    row.least = -4;
    row.most = 4;
    return row;
  }
  static LossFacts facts(double b) { return beta_facts(b); }
  static double size2(double x, double b) { return std::pow(x, b); }
  static double exact(double x, double q, double b) { return beta_divergence(x, q, b); }

  // Sound is often described with this one.
  typedef HalfBeta Special;
  static bool is_special(double b) { return b == 0.5; }

  explicit Beta(double b) : beta(b), halves(2 * b == std::floor(2 * b) ? static_cast<int>(2 * b) : kNone) {}
  // The usual ones, such as 0.5 and 1.5, are whole numbers of halves.
  static constexpr int kNone = INT_MIN;
  double beta;
  int halves;
  NN_INLINE vec power_of(vec x, vec inverse, int less) const {  // x^(beta - less)
    return halves == kNone ? vexp((beta - less) * vlog(x)) : half_power(x, inverse, halves - 2 * less);
  }
  double reach() const { return beta_reach(beta); }
  NN_INLINE Terms operator()(vec x, vec q, vec) const {
    const vec inverse = reciprocal(q), power = power_of(q, inverse, 2);
    const vec above = x * power, below = power * q;
    const vec from_q = (beta - 1.0) * power, from_x = (2.0 - beta) * above * inverse;
    return {above,
            below,
            from_q + from_x,
            positive_part(from_q) + positive_part(from_x),
            positive_part((0.5 * (beta - 2.0)) * from_q * inverse),
            inverse};
  }
  NN_INLINE vec value(vec x, vec q, vec) const {
    const vec least = splat(DBL_MIN), some = max(x, least), power = power_of(q, 1.0 / q, 1);
    const vec xb = x > least ? power_of(some, 1.0 / some, 0) : vec{};
    return (xb + (beta - 1.0) * power * q - beta * x * power) * (1.0 / (beta * (beta - 1.0)));
  }
};
