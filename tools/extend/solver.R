# A toy solver: projected gradient steps, h <- max(0, h - (Ah - b) / L), where L, the largest sum of a row of A, is
# at least its largest eigenvalue.

file <- '// Projected gradient steps of length 1/L. Part of kernel/impl.h.
static void projected(const LaneProblem& p) {
  double largest = 0;
  for (int k = 0; k < p.r; ++k) {
    double sum = 0;
    for (int m = 0; m < p.r; ++m) sum += std::fabs(p.A[k * p.r + m]);
    largest = sum > largest ? sum : largest;
  }
  const double step = 1 / largest;
  for (int sweep = 0; sweep < p.sweeps; ++sweep)
    for (int at = 0; at < kLanes; at += VL) {
      for (int k = 0; k < p.r; ++k) {
        vec slope = -load(p.b + k * kLanes + at);
        for (int m = 0; m < p.r; ++m) slope += p.A[k * p.r + m] * load(p.h + m * kLanes + at);
        store(p.work + k * VL, positive_part(load(p.h + k * kLanes + at) - step * slope));
      }
      for (int k = 0; k < p.r; ++k) store(p.h + k * kLanes + at, load(p.work + k * VL));
    }
}'

list(
  files = c("src/kernel/projected.h" = file),
  rows = list(
    list(
      path = "src/kernel/kernels.h", from = "  void (*mu)(const LaneProblem&);",
      to = "  void (*mu)(const LaneProblem&);\n  void (*projected)(const LaneProblem&);"
    ),
    list(
      path = "src/kernel/impl.h", from = "#include \"kernel/bpp.h\"",
      to = "#include \"kernel/bpp.h\"\n#include \"kernel/projected.h\""
    ),
    list(path = "src/kernel/impl.h", from = "  k.mu = mu;", to = "  k.mu = mu;\n  k.projected = projected;"),
    list(
      path = "src/solver/solvers.cpp", from = "    return std::vector<Solver>{cd, bpp, newton, mu};",
      to = paste(
        "    Solver pg;", "    pg.name = \"pg\";", "    pg.title = \"projected gradient\";",
        "    pg.solve = &Kernels::projected;", "    pg.sweeps = 20;",
        "    return std::vector<Solver>{cd, bpp, newton, mu, pg};",
        sep = "\n"
      )
    )
  ),
  check = quote({
    set.seed(1)
    x <- matrix(rexp(20 * 40), 20)
    start <- list(W = matrix(runif(60), 20), H = matrix(runif(120), 3))
    stopifnot("pg" %in% nmf_solvers()$name)
    best <- nmf(x, 3, solver = "bpp", init = start, tol = 1e-8, max_iter = 5000)
    for (data in list(x, as(x, "CsparseMatrix"))) {
      for (w in list(NULL, matrix(runif(800), 20))) {
        fit <- nmf(data, 3, solver = "pg", init = start, tol = 1e-6, max_iter = 5000, weights = w)
        v <- if (is.null(w)) 1 else w
        stopifnot(
          fit$settings$solver == "pg", fit$converged,
          all(diff(fit$history$objective) <= 1e-12 * fit$history$objective[1]),
          all.equal(fit$objective, sum(v * (x - fit$W %*% fit$H)^2) / 2, tolerance = 1e-10)
        )
        if (is.null(w)) stopifnot(all.equal(fit$objective, best$objective, tolerance = 1e-5))
      }
    }
    refused <- tryCatch(nmf(x, 3, loss = "kl", solver = "pg"), error = conditionMessage)
    stopifnot(grepl("does not work with", refused))
    print(fit)
  })
)
