# The classes of Matrix are known once it is loaded.
loadNamespace("Matrix")

# What the contracts loop over, and how they run one fit in any storage.

# The core takes blocks from a function; nmf() itself has no class for them yet.
block_source <- function(x, sparse = !is.matrix(x), seen = function(first, last) NULL) {
  list(
    nrow = nrow(x), ncol = ncol(x), sparse = sparse,
    block = function(first, last) {
      seen(first, last)
      x[, first:last, drop = FALSE]
    }
  )
}

storages <- list(
  dense = function(x) unname(as.matrix(x)),
  sparse = function(x) as_dgC(Matrix::Matrix(unname(as.matrix(x)), sparse = TRUE)),
  `dense blocks` = function(x) block_source(storages$dense(x)),
  `sparse blocks` = function(x) block_source(storages$sparse(x))
)

label_of <- function(loss) loss_label(check_loss(loss))
solvers_for <- function(loss) check_loss(loss)$solvers
solver_names <- function() solvers_for("frobenius")
extrapolated <- function() with(nmf_solvers(), name[frobenius & extrapolates])

# One row per solver x storage for the Frobenius loss. (The other losses have
# other storages and certificates: test-contract-divergence.R.)
contract_cases <- function(storage = names(storages)) {
  cases <- expand.grid(
    loss = "frobenius", solver = solver_names(), storage = storage,
    stringsAsFactors = FALSE
  )
  cases$label <- paste(cases$loss, cases$solver, cases$storage)
  split(cases, seq_len(nrow(cases)))
}

contract_settings <- function(rank, loss = "frobenius", solver = "bpp", alpha_W = 0,
                              alpha_H = alpha_W, l1_ratio = 0, max_iter = 500,
                              tol = 1e-4, threads = 1L, control = nmf_control()) {
  c(loss_settings(check_loss(loss)), list(
    solver = solver, init = "user", rank = rank, alpha_W = alpha_W,
    alpha_H = alpha_H, l1_ratio = l1_ratio, nrun = 1L, max_iter = max_iter, tol = tol,
    threads = threads, control = control
  ))
}

# What core_options() needs to know about the data.
facts <- function(x) nmf_data(storages$dense(x))

# A fit from given factors. Matrices go through nmf(), blocks straight to the core.
contract_fit <- function(x, start, storage = "dense", ...) {
  stored <- storages[[storage]](x)
  if (!is.list(stored)) {
    fit <- withCallingHandlers(
      nmf(stored, ncol(start$W), init = start, ...),
      # Of a penalty on one factor only, which has a test of its own.
      nonneg_warning_penalty = function(w) invokeRestart("muffleWarning")
    )
    return(fit)
  }
  settings <- contract_settings(ncol(start$W), ...)
  data <- facts(x)
  fit <- cpp_fit(stored, start$W, start$H, core_options(data, settings), NULL)
  runs <- cbind(run_summary(1, fit)[-6], best = TRUE)
  finish_fit(fit, data, settings, runs, 0, NULL)
}

# A short fit of `x` as it is.
contract_fit_of <- function(x, start, solver = NULL, max_iter = 8) {
  nmf(x, ncol(start$W), init = start, solver = solver, max_iter = max_iter, tol = 0)
}

# Objective and certificate of a given pair, in any storage.
contract_measure <- function(x, start, storage = "dense", ...) {
  settings <- contract_settings(ncol(start$W), ...)
  at <- cpp_certify(storages[[storage]](x), start$W, start$H, core_options(facts(x), settings))
  c(at[c("loss", "penalty", "objective")], at$certificate)
}

# Data and factors without structure, the same in every test that asks for the
# same size. `zeros`: which part of the data is zero.
random_data <- function(l, n, zeros = 0, seed = 1) {
  withr::with_seed(seed, {
    x <- matrix(stats::rexp(l * n), l)
    x[stats::runif(l * n) < zeros] <- 0
    x
  })
}

random_start <- function(l, n, rank, seed = 2) {
  withr::with_seed(seed, list(
    W = matrix(stats::runif(l * rank), l), H = matrix(stats::runif(rank * n), rank)
  ))
}

# Relative difference, in the norm that a user would judge a matrix by.
differs_by <- function(a, b) {
  size <- max(abs(b))
  difference <- max(abs(a - b))
  if (size > 0) difference / size else difference
}

expect_close <- function(a, b, within, label = NULL) {
  expect_lte(differs_by(a, b), within, label = label)
}

# A correct object whose numbers are all numbers: one expectation for all of it.
expect_sound <- function(fit, label = NULL) {
  expect_identical(faults_of(fit), character(), label = label)
}

faults_of <- function(fit) {
  invalid <- tryCatch(
    {
      validate_nmf(fit)
      NULL
    },
    nonneg_error_input = conditionMessage
  )
  numbers <- list(
    history = fit$history[c("iteration", "seconds", "loss", "penalty", "objective")],
    objective = c(fit$objective, fit$loss, fit$penalty),
    certificate = unlist(fit$certificate),
    runs = fit$runs
  )
  c(invalid, sprintf("NA in %s", names(numbers)[vapply(numbers, anyNA, NA)]))
}

# Numbers, all of them; the gap of most losses is not known.
expect_sound_entries <- function(fit, label) {
  numbers <- c(fit$W, fit$H, unlist(fit$history[c("loss", "penalty", "objective")]), fit$certificate$kkt)
  expect_true(all(is.finite(numbers)) && all(numbers >= 0), label = label)
}

# A dgCMatrix with about `density` of its entries nonzero, and a first row that
# is nearly full.
sparse_data <- function(l, n, density, seed = 1) {
  withr::with_seed(seed, {
    count <- round(l * n * density)
    Matrix::sparseMatrix(
      i = c(sample.int(l, count, replace = TRUE), rep(1L, n - 1)),
      j = c(sample.int(n, count, replace = TRUE), seq_len(n - 1)),
      x = stats::rexp(count + n - 1), dims = c(l, n)
    )
  })
}

# Another set of instructions until the end of the test.
local_isa <- function(isa, env = parent.frame()) {
  old <- cpp_isa()
  withr::defer(cpp_isa(old), envir = env)
  cpp_isa(isa)
}
