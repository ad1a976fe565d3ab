// Negative binomial: counts with mean q and variance q + s q^2, half the deviance,
//   d = x log(x/q) - (x + 1/s) log((1 + sx) / (1 + sq)).
// The dispersion s may be one number for every row of X. As s -> 0 this is Kullback-Leibler, and s d is
// Itakura-Saito as s -> Inf. With e = 1 / (1 + sq) and g(z) = z - log(1 + z) >= 0 it is also
//   d = x g(u) + g(t) / s,   u = (q - x) e / x,  t = s (x - q) e,
// of which nothing cancels, however small or large s is.
//
// d = x log(s + 1/q) + log(1 + sq) / s and what has no q in it: the first part is convex in q, the second
// concave. (To take x log(1/q) for the convex part, as is usual, would lead to steps that are shorter by 1 +
// sq.) The slope of the first along a coordinate, which is in proportion to -1 / (t (1 + sqt)) as the
// coordinate goes to t times itself, is bounded by that of -1 / t^2.

// g of z where r = 1 + z is known as well. Near 0 by the series of the logarithm, with y = z / (2 + z):
// log(1 + z) = 2 (y + y^3/3 + y^5/5 + ...).
static NN_INLINE vec log_excess(vec z, vec r) {
  const vec y = z / (2.0 + z), w = y * y;
  vec p = splat(1.0 / 19.0);
  p = p * w + 1.0 / 17.0;
  p = p * w + 1.0 / 15.0;
  p = p * w + 1.0 / 13.0;
  p = p * w + 1.0 / 11.0;
  p = p * w + 1.0 / 9.0;
  p = p * w + 1.0 / 7.0;
  p = p * w + 1.0 / 5.0;
  p = p * w + 1.0 / 3.0;
  const vec near = z * y - 2.0 * y * w * p, far = z - vlog(max(r, splat(DBL_MIN)));
  return (z > splat(-0.29)) & (z < splat(0.41)) ? near : far;
}

static double log_excess(double z) {
  if (z < -0.29 || z > 0.41) return z - std::log1p(z);
  const double y = z / (2 + z), w = y * y;
  double sum = 0;
  for (int k = 19; k >= 3; k -= 2) sum = sum * w + 1.0 / k;
  return z * y - 2 * y * w * sum;
}

struct NegativeBinomial : EntryLossBase {
  static constexpr bool kByRow = true;
  static constexpr LossRow row() {
    LossRow row = {"negative-binomial", "nb negbin ",
                   "negative binomial deviance, of counts more dispersed than Poisson's"};
    row.parameter = "dispersion";
    row.least = 0;
    row.most = 1e300;
    row.by_row = true;
    row.parameter_degree = -1;
    return row;
  }
  static LossFacts facts(double) {
    LossFacts f;
    f.degree = 1;
    f.rise = 0;
    f.fall = -2;
    f.lost = beta_facts(1).lost;
    f.beta = __builtin_nan("");
    f.cost = 8;
    return f;
  }
  static double size2(double x, double s) { return x / (1 + s * x); }
  // In units of the larger of x and q, a power of 2, with which s goes the other way.
  static double exact(double x, double q, double s) {
    if (x == q) return 0;
    if (q == 0) return __builtin_inf();
    int exponent;
    std::frexp(x > q ? x : q, &exponent);
    x = std::ldexp(x, -exponent);
    q = std::ldexp(q, -exponent);
    s = std::ldexp(s, exponent);
    // The limit: what it leaves out is less than rounding.
    if (s < 1e-300) return std::ldexp(beta_divergence(x, q, 1), exponent);
    if (s > 1e300) s = 1e300;
    const double e = 1 / (1 + s * q), w = (q - x) * e;
    const double first = x > 1e-280 ? x * log_excess(w / x) : w;
    return std::ldexp(first + log_excess(-s * w) / s, exponent);
  }

  explicit NegativeBinomial(double) {}
  // Between those of Kullback-Leibler and of Itakura-Saito.
  static double reach() { return beta_reach(0); }
  NN_INLINE Terms operator()(vec x, vec q, vec s) const {
    const vec inverse = reciprocal(q), e = reciprocal(1.0 + s * q), se = s * e;
    const vec above = x * inverse * e, bound = above * (inverse + se);
    return {above, e, bound - se * e, bound, vec{}, inverse};
  }
  NN_INLINE vec value(vec x, vec q, vec s) const {
    const vec e = 1.0 / (1.0 + s * q), w = (q - x) * e, top = 1.0 + s * x;
    const vec some = max(x, splat(1e-280));
    const vec first = x > splat(1e-280) ? some * log_excess(w / some, top * e * (q / some)) : w;
    return first + log_excess(-s * w, top * e) / s;
  }
};
