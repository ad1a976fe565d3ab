// 1/x and log of registers of numbers of half the length: see kernel/math.h. Part of kernel/impl.h.

static NN_INLINE ivec bits_of(vec v) { return (ivec)v; }
static NN_INLINE vec of_bits(ivec v) { return (vec)v; }

static NN_INLINE vec reciprocal(vec x) {
  if (!kWide) return splat(1.0f) / x;
  vec y = of_bits(0x7EF311C3 - bits_of(x));
  NN_UNROLL
  for (int step = 0; step < 2; ++step) {
    const vec e = splat(1.0f) - x * y;
    y += y * (e + e * e);
  }
  return y;
}

static NN_INLINE vec vlog(vec x) {
  const ivec bits = bits_of(x), top = bits - 0x3F3504F3, e = top >> 23;
  const vec m = of_bits(bits - (e << 23));
  // As in kernel/math.h, with 1.5 * 2^23.
  const vec big = splat(12582912.0f);
  const vec exponent = of_bits(bits_of(big) + e) - big;
  const vec s = (m - splat(1.0f)) * reciprocal(m + splat(1.0f)), z = s * s;
  vec p = splat(1.0f / 9.0f);
  p = p * z + splat(1.0f / 7.0f);
  p = p * z + splat(1.0f / 5.0f);
  p = p * z + splat(1.0f / 3.0f);
  const vec high = splat(6.93145752e-01f), low = splat(1.42860677e-06f);
  return exponent * high + (splat(2.0f) * s + (splat(2.0f) * s * z * p + exponent * low));
}
