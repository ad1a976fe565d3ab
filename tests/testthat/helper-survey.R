# Counts of a known rank: sparse factors, Poisson noise.
planted_counts <- function(rank, seed, l = 100, n = 80, level = 20) {
  withr::with_seed(seed, {
    W <- matrix(stats::rgamma(l * rank, 0.3), l)
    H <- matrix(stats::rgamma(rank * n, 0.3), rank)
    matrix(stats::rpois(l * n, level * W %*% H), l)
  })
}

# Three clear groups of observations with names, small and quick.
grouped_data <- function(per = 6, seed = 1) {
  withr::with_seed(seed, {
    W <- kronecker(diag(3), matrix(1, 8, 1))
    H <- kronecker(diag(3), matrix(1, 1, per))
    x <- W %*% H * 10 + matrix(stats::runif(24 * 3 * per), 24)
    dimnames(x) <- list(paste0("g", 1:24), paste0("s", seq_len(3 * per)))
    x
  })
}

# The same without noise: one factorization, up to scale and order.
exact_groups <- function(per = 6) kronecker(diag(3), outer(1 + (1:8) / 8, 1 + seq_len(per) / per))

small_survey <- function(x = grouped_data(), ..., seed = 1) {
  withr::with_seed(seed, nmf_survey(x, ..., verbose = FALSE))
}

# All of a survey that must be the same whatever ran it: not times.
result_of <- function(survey) {
  survey$runs$seconds <- NULL
  survey$runs <- survey$runs[order(survey$runs$rank, survey$runs$from, survey$runs$run), ]
  rownames(survey$runs) <- NULL
  fits <- lapply(survey$fits, function(f) unclass(f)[c("W", "H", "objective", "certificate")])
  c(list(fits = fits), unclass(survey)[c("measures", "stability", "components", "runs", "members")])
}

# Puts `value` in the place of an internal function until the calling test ends.
local_replaced <- function(name, value, frame = parent.frame()) {
  home <- asNamespace("nonneg")
  put <- function(what) {
    unlockBinding(name, home)
    assign(name, what, home)
    lockBinding(name, home)
  }
  old <- get(name, home)
  withr::defer(put(old), envir = frame)
  put(value)
}
