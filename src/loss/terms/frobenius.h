// Half the squared distance, (x - q)^2 / 2. Its small problems are quadratic: it goes its own way, without
// kernels over entries (loss/frobenius.h, loss/weighted.h).
struct Frobenius : EntryLossBase {
  static constexpr bool kQuadratic = true;
  static constexpr LossRow row() {
    return {"frobenius", "euclidean lee gaussian ls ", "half the squared Frobenius norm of the residual"};
  }
  static LossFacts facts(double) {
    LossFacts f = beta_facts(2);
    f.quadratic = true;
    return f;
  }
  static double size2(double x, double) { return x * x; }
  static double exact(double x, double q, double) { return 0.5 * (x - q) * (x - q); }
};
