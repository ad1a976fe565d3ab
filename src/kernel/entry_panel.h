// What is done with the sums of items rather than with their entries: the step of the
// majorant and the certificate, one item per lane. Part of kernel/impl.h.

// Where below s^0 and above s^-1 make the majorant, as for Kullback-Leibler: h_k <- h_k s with
// u + l1 + l2 h s = above / s, the root of a quadratic. Of lanes where this raises a
// coordinate more than `eager` times, or where h as a whole is more than half as many times
// too large; are there any? 0 for all.
static bool panel_majorize(const EntryPanel& p, double eager) {
  bool any = false;
  for (int g = 0; g < p.lanes; g += VL) {
    vec wanted = vec{}, has = vec{}, wants = vec{};
    for (int k = 0; k < p.r; ++k) {
      if (p.fixed && p.fixed[k]) continue;
      const int at = k * kLanes + g;
      const vec h = load(p.h + at), above = load(p.above + at), u = load(p.below + at) + p.l1 + p.l2 * h;
      wanted = (h > vec{}) & (above > eager * u) ? splat(1.0) : wanted;
      has += u * h;
      wants += above * h;
    }
    wanted = has > (0.5 * eager) * wants ? splat(1.0) : wanted;
    if (eager == 0) wanted = splat(1.0);
    if (hsum(wanted) == 0) continue;
    any = true;
    for (int k = 0; k < p.r; ++k) {
      if (p.fixed && p.fixed[k]) continue;
      const int at = k * kLanes + g;
      const vec old = load(p.h + at), u = load(p.below + at) + p.l1, above = load(p.above + at);
      vec now = old * (above / u);
      if (p.l2 > 0) {
        const vec square = u * u + 4.0 * p.l2 * old * above;
        vec root;
        for (int v = 0; v < VL; ++v) root[v] = std::sqrt(square[v]);
        // Where neighbours pull more than u pushes, neither 0 nor above = 0 holds it back.
        const vec up = u < vec{} ? (root - u) * (0.5 / p.l2) : old * (2.0 * above / (u + root));
        now = root <= splat(DBL_MAX) ? up : old;
      }
      now = (above > vec{}) | (u < vec{}) ? now : vec{};
      now = (now <= splat(DBL_MAX)) & ((old > vec{}) | (u < vec{})) & (wanted > vec{}) ? now : old;
      store(p.h + at, now);
    }
  }
  return any;
}

// In the metric of the local quadratic model, with d = sqrt(curvature), h d and g / d are in the units of
// sqrt(objective): for the Frobenius loss those of X. min(h d, g / d)^2 = curvature min(h, g / curvature)^2.
// The value is that of the penalty alone. The curvature takes the place of p.curve.
static void panel_certify(const EntryPanel& p, double* value, double* kkt2, double* gap) {
  const bool kl = p.by_sums;
  // Fixed coefficients cannot be scaled with the others, as the bound of the gap does.
  const bool bound = kl && p.l2 == 0 && !p.fixed;
  for (int g = 0; g < p.lanes; g += VL) {
    const vec sum = load(p.sum + g);
    vec uh = vec{}, penalty = vec{}, steepest = vec{}, square = vec{};
    for (int k = 0; k < p.r; ++k) {
      const vec h = load(p.h + k * kLanes + g);
      if (kl) uh += (load(p.below + k * kLanes + g) + p.l1) * h;
      penalty += p.l1 * h + 0.5 * p.l2 * h * h;
    }
    const vec most = max(sum, uh);
    for (int k = 0; k < p.r; ++k) {
      if (p.fixed && p.fixed[k]) continue;
      const int at = k * kLanes + g;
      const vec h = load(p.h + at), below = load(p.below + at), above = load(p.above + at);
      const vec slope = below + p.l1 + p.l2 * h - above;
      vec curve = load(p.curve + at);
      if (kl) {
        // By Cauchy's inequality the expected curvature is at least this: that of the
        // entries listed vanishes where x does.
        const vec least = below * below / most;
        curve = (most > vec{}) & (least > curve) ? least : curve;
        const vec u = below + p.l1, steep = above / u;
        steepest = (u > vec{}) & (steep > steepest) ? steep : steepest;
      }
      curve += p.l2;
      store(p.curve + at, curve);
      const vec newton = slope / curve, least = h < newton ? h : newton;
      square += curve > vec{} ? curve * least * least : vec{};
    }
    store(value + g, penalty);
    store(kkt2 + g, square);
    vec out = splat(__builtin_nan(""));
    if (bound) {
      // With h scaled so that u'h = sum x, f(h) - f* <= sum x log max_k(c_k / u_k); the
      // scaling itself gains sum x (t - 1 - log t), t = u'h / sum x.
      const vec least = splat(DBL_MIN), largest = splat(DBL_MAX), one = splat(1.0);
      const vec t = uh / sum, t_in = t > least ? (t < largest ? t : largest) : least;
      const vec s = steepest * t_in, s_in = s > one ? (s < largest ? s : largest) : one;
      out = sum * (t_in - 1.0 - vlog(t_in)) + sum * vlog(s_in);
      // Nothing pulls h off 0, whatever q: it is the best there is.
      out = uh > vec{} ? out : (steepest > vec{} ? splat(__builtin_inf()) : vec{});
      out = sum > vec{} ? out : uh;
    }
    store(gap + g, out);
  }
}
