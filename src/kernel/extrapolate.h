// A step ahead of a factor. Part of kernel/impl.h.

static void extrapolate(std::ptrdiff_t n, const double* at, const double* before, double beta, double part,
                        double* to) {
  std::ptrdiff_t i = 0;
  for (; i + VL <= n; i += VL) {
    const vec a = load(at + i);
    store(to + i, max(a + splat(beta) * (a - load(before + i)), splat(part) * a));
  }
  for (; i < n; ++i) {
    const double ahead = at[i] + beta * (at[i] - before[i]), least = part * at[i];
    to[i] = ahead > least ? ahead : least;
  }
}
