// Small problems of which each lane has an A of its own, and those of either kind. Part of kernel/impl.h.

// Entries from some lane on.
struct OwnA {
  const double* A;
  int r;
  explicit OwnA(const LaneProblem& p) : A(p.A), r(p.r) {}
  OwnA(const double* from, int rank) : A(from), r(rank) {}
  NN_INLINE OwnA from(int lane) const { return OwnA(A + lane, r); }
  NN_INLINE vec at(int k, int m, int lane) const { return load(A + (k * r + m) * kLanes + lane); }
  NN_INLINE double entry(int k, int m) const { return A[(k * r + m) * kLanes]; }
};

static void cd(const LaneProblem& p) { p.own ? descend(p, OwnA(p)) : cd_shared(p); }

// A1, and 1'A1.
struct OwnSums {
  double *a1, *a11;
  OwnSums(const OwnA& A, double* work) : a1(work), a11(work + A.r * kLanes) {
    for (int c = 0; c < kLanes; c += VL) {
      vec all = vec{};
      for (int k = 0; k < A.r; ++k) {
        vec sum = vec{};
        for (int m = 0; m < A.r; ++m) sum += A.at(k, m, c);
        store(a1 + k * kLanes + c, sum);
        all += sum;
      }
      store(a11 + c, all);
    }
  }
  NN_INLINE vec of(int k, int lane) const { return load(a1 + k * kLanes + lane); }
  NN_INLINE vec inverse(int k, int lane) const { return splat(1.0) / of(k, lane); }
  NN_INLINE vec all(int lane) const { return load(a11 + lane); }
};

static LaneCertificate certify(const LaneProblem& p) {
  if (!p.own) return certify_shared(p);
  const OwnA A(p);
  return certify_lanes(p, A, OwnSums(A, p.work));
}
