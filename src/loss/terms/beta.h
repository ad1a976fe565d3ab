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

  explicit Beta(double b) : beta(b) {}
  double beta;
  double reach() const { return beta_reach(beta); }
  NN_INLINE Terms operator()(vec x, vec q, vec) const {
    const vec inverse = 1.0 / q, power = vexp((beta - 2.0) * vlog(q));  // q^(b-2)
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
    const vec least = splat(DBL_MIN), power = vexp((beta - 1.0) * vlog(q));
    const vec xb = x > least ? vexp(beta * vlog(max(x, least))) : vec{};
    return (xb + (beta - 1.0) * power * q - beta * x * power) * (1.0 / (beta * (beta - 1.0)));
  }
};
