# A toy loss: twice the squared Hellinger distance, d(x, q) = 2 (sqrt(x) - sqrt(q))^2. Its slope is
# 2 - 2 sqrt(x/q), its curvature sqrt(x) q^(-3/2).

file <- '// Hellinger, 2 (sqrt(x) - sqrt(q))^2.
struct Hellinger : EntryLossBase {
  static constexpr bool kConvex = true;
  static constexpr LossRow row() { return {"hellinger", "matusita ", "twice the squared Hellinger distance"}; }
  static LossFacts facts(double) {
    LossFacts f;
    f.degree = 1;
    f.rise = 0;  // below s^0 - above s^(-1/2), by Jensen
    f.fall = -0.5;
    f.beta = __builtin_nan("");
    f.cost = 48;
    return f;
  }
  static double size2(double x, double) { return x; }
  static double exact(double x, double q, double) {
    const double d = std::sqrt(x) - std::sqrt(q);
    return 2 * d * d;
  }

  explicit Hellinger(double) {}
  static double reach() { return 1.0 / 3; }
  static NN_INLINE vec root(vec x) { return x > splat(DBL_MIN) ? vexp(0.5 * vlog(max(x, splat(DBL_MIN)))) : vec{}; }
  NN_INLINE Terms operator()(vec x, vec q, vec) const {
    const vec inverse = 1.0 / q, ratio = root(x * inverse), curve = ratio * inverse;
    return {2.0 * ratio, splat(2.0), curve, curve, vec{}, inverse};
  }
  NN_INLINE vec value(vec x, vec q, vec) const {
    const vec d = root(x) - root(q);
    return 2.0 * d * d;
  }
};'

list(
  files = c("src/loss/terms/hellinger.h" = file),
  rows = list(
    list(
      path = "src/loss/terms/list.h", from = "#include \"loss/terms/frobenius.h\"",
      to = "#include \"loss/terms/frobenius.h\"\n#include \"loss/terms/hellinger.h\""
    ),
    list(path = "src/loss/terms/list.h", from = "ROW(NegativeBinomial)", to = "ROW(NegativeBinomial) ROW(Hellinger)")
  ),
  check = quote({
    set.seed(1)
    x <- matrix(rexp(20 * 30), 20)
    x[runif(600) < 0.3] <- 0
    v <- matrix(runif(600), 20)
    start <- list(W = matrix(runif(60), 20), H = matrix(runif(90), 3))
    value <- function(W, H, v = 1) sum(2 * v * (sqrt(x) - sqrt(W %*% H))^2)
    stopifnot("hellinger" %in% nmf_losses())
    for (loss in c("hellinger", "Matusita")) {
      for (solver in c("cd", "mu")) {
        for (data in list(x, as(x, "CsparseMatrix"))) {
          fit <- nmf(data, 3, loss = loss, solver = solver, init = start, tol = 1e-6, max_iter = 3000)
          stopifnot(
            fit$settings$loss == "hellinger", is.na(fit$settings$beta),
            all(diff(fit$history$objective) <= 1e-12 * fit$history$objective[1]),
            all.equal(fit$objective, value(fit$W, fit$H), tolerance = 1e-10),
            all.equal(divergence(data, fit, loss), fit$objective, tolerance = 1e-10)
          )
          if (solver == "mu") next
          slope <- 2 - 2 * ifelse(x > 0, sqrt(x / (fit$W %*% fit$H)), 0)
          stopifnot(
            fit$converged,
            max(abs(pmin(fit$H, t(fit$W) %*% slope))) < 1e-3, max(abs(pmin(fit$W, slope %*% t(fit$H)))) < 1e-3,
            all.equal(unname(predict(fit, x)), unname(fit$H), tolerance = 1e-3)
          )
        }
      }
    }
    weighed <- nmf(x, 3, loss = "hellinger", weights = v, init = start, max_iter = 50)
    stopifnot(all.equal(weighed$loss, value(weighed$W, weighed$H, v), tolerance = 1e-10))
    print(fit)
  })
)
