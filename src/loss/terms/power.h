// What the losses of the beta family share: the facts, and the value of one entry. Part of kernel/impl.h.

// As a coordinate falls, the curvature of x q^(b-1) grows without bound, but by a step that takes no
// more than this part of any q with x > 0 so little that Newton's step does not raise d. (In units of
// the step, curvature (1 - part t)^(b-3) has the mean, with weight 1 - t, of at most 1/2.)
static NN_INLINE double beta_reach(double b) {
  if (b >= 2) return DBL_MAX;
  const double part = 1.0 / (3.0 - b);
  return part < 0.5 ? part : 0.5;
}

// The majorant is that of Fevotte & Idier (2011): the convex part of d is bounded by Jensen's inequality, the
// concave one by its tangent.
static LossFacts beta_facts(double b) {
  LossFacts f;
  f.degree = f.beta = b;
  f.rise = b < 1 ? 0.0 : b - 1.0;
  f.fall = b > 2 ? 0.0 : b - 2.0;
  // From a q far too small, Newton steps multiply it by 1 + 1 / (2 - b). Where that leads to x in no
  // less than twenty steps, and for b < 1 from a millionth of x, they are of no use. With b near 2 the
  // optimum may have a q as small as that.
  constexpr double kLost = 1e-6;
  f.lost = kLost;
  if (b < 2) {
    const double lost = std::pow(1 + 1 / (2 - b), -20.0);
    if (lost < kLost) f.lost = lost;
  }
  f.steep = b < 2;
  f.zeros = b > 0;
  f.convex = b >= 1 && b <= 2;
  f.cost = 48;  // an exponential and a logarithm each
  return f;
}

// log(a / b), also where the quotient is out of range
static double log_quotient(double a, double b) {
  const double quotient = a / b;
  return quotient >= DBL_MIN && quotient <= DBL_MAX ? std::log(quotient) : std::log(a) - std::log(b);
}

// (e^(pt) - 1) / p
static double power_less_1(double p, double t) { return p == 0 ? t : std::expm1(p * t) / p; }

// x q^p
static double with_power(double x, double q, double p) {
  const double power = std::pow(q, p);
  return power > 0 && power <= DBL_MAX ? x * power : std::exp(std::log(x) + p * std::log(q));
}

// Where q is near x, with q = x e^t,  d = x^b ((e^(bt) - 1) / b - (e^((b-1)t) - 1) / (b-1)), of which little
// cancels.
static double beta_divergence(double x, double q, double b) {
  const double inf = __builtin_inf();
  if (x == q) return 0;
  if (x == 0) return b > 0 ? std::pow(q, b) / b : inf;
  if (q == 0) return b <= 1 ? inf : std::pow(x, b) / (b * (b - 1));
  const double t = log_quotient(q, x);
  double d;
  if (-1 < t && t < 1) {
    const double root = std::pow(x, 0.5 * b);  // x^b may be out of range
    d = root * (power_less_1(b, t) - power_less_1(b - 1, t)) * root;
  } else if (b == 1) {
    d = q - x - x * t;
  } else if (b == 0) {
    d = std::exp(-t) + t - 1;
  } else {
    d = std::pow(x, b) / (b * (b - 1)) + std::pow(q, b) / b - with_power(x, q, b - 1) / (b - 1);
  }
  if (d != d) return inf;  // what is larger than can be less what is so as well: the former is larger
  return d > 0 ? d : 0;    // rounding may leave less
}
