// log, exp, 1/x and powers of whole registers, to about one unit in the last place. For
// positive normal numbers and results only. Part of kernel/impl.h.

static NN_INLINE ivec bits_of(vec v) { return (ivec)v; }
static NN_INLINE vec of_bits(ivec v) { return (vec)v; }

// A wide division takes 16 cycles, in which a processor does 32 multiply-adds. These are 8: the difference of
// a constant and the bits of x is y = 1/x but for an eighth, and with e = 1 - xy, 1/x is y (1 + e + e^2 +
// ...). It pays where a loop does little else; beside much other work a division costs nothing.
static NN_INLINE vec reciprocal(vec x) {
  if (!kWide) return 1.0 / x;
  vec y = of_bits((std::int64_t)0x7FDE6238502484BALL - bits_of(x));
  NN_UNROLL
  for (int step = 0; step < 2; ++step) {
    const vec e = 1.0 - x * y;
    y += y * (e + e * e);
  }
  return y + y * (1.0 - x * y);
}

// 1/sqrt(x) by Newton's steps, each of which squares the error, from half the exponent of x.
static NN_INLINE vec inverse_root(vec x) {
  vec y = of_bits((std::int64_t)0x5FE6EB50C7B537A9LL - (bits_of(x) >> 1));
  const vec half = 0.5 * x;
  NN_UNROLL
  for (int step = 0; step < 4; ++step) y *= 1.5 - half * y * y;
  return y;
}

// x^(halves / 2), `inverse` being 1/x: multiplications, where an exponential and a logarithm cost ten times
// as much.
static NN_INLINE vec half_power(vec x, vec inverse, int halves) {
  const vec base = halves < 0 ? inverse : x;
  const int size = halves < 0 ? -halves : halves;
  vec power = splat(1.0);
  if (size % 2 == 1) power = halves < 0 ? inverse_root(x) : x * inverse_root(x);
  for (int k = 0; k < size / 2; ++k) power *= base;
  return power;
}

// x = m 2^e with m in [sqrt(1/2), sqrt(2));  log m = 2 atanh(s), s = (m-1)/(m+1).
static NN_INLINE vec vlog(vec x) {
  const ivec bits = bits_of(x);
  const ivec top = bits - (std::int64_t)0x3FE6A09E667F3BCDLL;  // sqrt(1/2)
  const ivec e = top >> 52;
  const vec m = of_bits(bits - (e << 52));
  // |e| < 2048, so adding it to the bits of 1.5 * 2^52 makes that number plus e.
  const vec big = splat(6755399441055744.0);
  const vec exponent = of_bits(bits_of(big) + e) - big;
  const vec s = (m - 1.0) / (m + 1.0), z = s * s;
  vec p = splat(1.0 / 19.0);
  p = p * z + 1.0 / 17.0;
  p = p * z + 1.0 / 15.0;
  p = p * z + 1.0 / 13.0;
  p = p * z + 1.0 / 11.0;
  p = p * z + 1.0 / 9.0;
  p = p * z + 1.0 / 7.0;
  p = p * z + 1.0 / 5.0;
  p = p * z + 1.0 / 3.0;
  // log 2 in two parts: the first has zeros at the end, so exponent * high is exact.
  const double high = 6.93147180369123816490e-01, low = 1.90821492927058770002e-10;
  return exponent * high + (2.0 * s + (2.0 * s * z * p + exponent * low));
}

// x = n log 2 + f, |f| <= log(2)/2. Results below the smallest normal number are
// cut there, above the largest at it.
static NN_INLINE vec vexp(vec x) {
  x = x > 709.0 ? splat(709.0) : x;
  x = x < -708.0 ? splat(-708.0) : x;
  const vec big = splat(6755399441055744.0);
  const vec shifted = x * 1.4426950408889634 + big;
  const vec n = shifted - big;
  const ivec power = (bits_of(shifted) - bits_of(big)) << 52;
  const vec f = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
  vec p = splat(1.0 / 6227020800.0);
  p = p * f + 1.0 / 479001600.0;
  p = p * f + 1.0 / 39916800.0;
  p = p * f + 1.0 / 3628800.0;
  p = p * f + 1.0 / 362880.0;
  p = p * f + 1.0 / 40320.0;
  p = p * f + 1.0 / 5040.0;
  p = p * f + 1.0 / 720.0;
  p = p * f + 1.0 / 120.0;
  p = p * f + 1.0 / 24.0;
  p = p * f + 1.0 / 6.0;
  p = p * f + 0.5;
  p = p * f + 1.0;
  p = p * f + 1.0;
  return of_bits(bits_of(p) + power);
}
