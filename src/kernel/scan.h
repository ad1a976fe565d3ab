// Plain runs of numbers: their validity and size; a scaled copy. Part of kernel/impl.h.

static bool scan(std::ptrdiff_t n, const double* x, double scale, double* largest, double* sum, double* sumsq,
                 double* nonzero) {
  constexpr int V = 4;
  vec top[V], total[V], squares[V];
  ivec bad[V], zero[V];
  NN_UNROLL
  for (int v = 0; v < V; ++v) {
    top[v] = total[v] = squares[v] = vec{};
    bad[v] = zero[v] = ivec{};
  }
  std::ptrdiff_t i = 0;
  for (; i + V * VL <= n; i += V * VL) {
    NN_UNROLL
    for (int v = 0; v < V; ++v) {
      const vec y = load(x + i + v * VL);
      const vec z = y * splat(scale);
      bad[v] |= ~((y >= vec{}) & (y <= splat(DBL_MAX)));  // NaN fails both
      zero[v] -= y == vec{};
      top[v] = max(y, top[v]);
      total[v] += z;
      squares[v] += z * z;
    }
  }
  double t = 0, s = 0, q = 0, filled = static_cast<double>(n);
  bool ok = true;
  for (int v = 0; v < V; ++v) {
    double lane[VL];
    std::int64_t flag[VL], zeros[VL];
    std::memcpy(lane, &top[v], sizeof lane);
    std::memcpy(flag, &bad[v], sizeof flag);
    std::memcpy(zeros, &zero[v], sizeof zeros);
    for (int k = 0; k < VL; ++k) {
      if (lane[k] > t) t = lane[k];
      if (flag[k]) ok = false;
      filled -= static_cast<double>(zeros[k]);
    }
    s += hsum(total[v]);
    q += hsum(squares[v]);
  }
  for (; i < n; ++i) {
    if (!(x[i] >= 0 && x[i] <= DBL_MAX)) ok = false;
    if (x[i] > t) t = x[i];
    if (x[i] == 0) --filled;
    s += scale * x[i];
    q += (scale * x[i]) * (scale * x[i]);
  }
  *largest = t;
  *sum = s;
  *sumsq = q;
  *nonzero = filled;
  return ok;
}

// to = max(by * from, least), `columns` numbers in each of `rows` runs.
static void rescale(std::ptrdiff_t rows, std::ptrdiff_t columns, const double* from, std::ptrdiff_t ld_from,
                    double by, double least, double* to, std::ptrdiff_t ld_to) {
  for (std::ptrdiff_t i = 0; i < rows; ++i, from += ld_from, to += ld_to) {
    std::ptrdiff_t j = 0;
    for (; j + VL <= columns; j += VL) store(to + j, max(by * load(from + j), splat(least)));
    for (; j < columns; ++j) to[j] = by * from[j] > least ? by * from[j] : least;
  }
}
