# Data of counts that every function of this package can do with.
block_data <- function() {
  x <- round(8 * grouped_data())
  x[x < 3] <- 0
  x
}

# `b` stands for the matrix `y`, of block_data(), in every function that takes data. `in_memory`: losses other than
# Frobenius go the same way (see test-fit-one-read.R for the other one).
expect_same_everywhere <- function(b, y, kind, in_memory = TRUE) {
  start <- random_start(nrow(y), ncol(y), 3)
  same <- function(f, label, ...) {
    expect_equal(withr::with_seed(1, f(b, ...)), withr::with_seed(1, f(y, ...)), tolerance = 1e-8, label = paste(label, kind))
  }
  w <- outer(1:24, 1:18, function(i, j) (i + j) %% 3)
  factors <- function(x, ...) unclass(nmf(x, 3, init = start, max_iter = 30, verbose = FALSE, ...))[c("W", "H", "objective", "certificate")]
  same(factors, "frobenius")
  if (in_memory) {
    same(factors, "kl", loss = "kl")
    same(factors, "beta", loss = 1.5)
  }
  same(factors, "weights", weights = w)
  same(factors, "rows", weights = list(rows = 1:24))
  same(factors, "missing zeros", missing = "zeros")
  same(function(x) nmf(x, 3, verbose = FALSE)$objective, "start")
  same(function(x) nmf(x, 2, nrun = 3, max_iter = 10, verbose = FALSE)$runs$objective, "restarts")
  for (loss in c("frobenius", "kl")) {
    fit <- nmf(y, 3, loss, init = start, max_iter = 30)
    for (type in c("H", "class", "reconstruction", "proportion", "divergence")) {
      same(function(x) predict(fit, x, type), paste("predict", loss, type))
    }
    same(function(x) predict(fit, x, weights = w), paste("predict weighted", loss))
    same(function(x) divergence(x, fit, loss), paste("divergence", loss))
    same(function(x) divergence(x, fit, loss, weights = w), paste("divergence weighted", loss))
  }
  same(function(x) residuals(fit, x), "residuals")
  same(function(x) residuals(fit, x, at = cbind(1:5, 18:14)), "residuals at")
  same(function(x) as.matrix(impute(fit, x)), "impute")
  same(function(x) augment(fit, x), "augment")
  same(function(x) as.matrix(tf_idf(x)), "tf_idf")
  same(function(x) as.matrix(documents(x, in_rows = FALSE)), "documents")
  same(function(x) coherence(fit, x), "coherence")
  same(function(x) as_topics(fit, x)$loglik, "topics")
  same(function(x) nnls(fit$W, x), "nnls")
  same(function(x) cut(nmf_tree(x, 3, verbose = FALSE)), "tree")
  same(function(x) {
    grDevices::pdf(NULL)
    on.exit(grDevices::dev.off())
    metagene_map(fit, x)
  }, "metagene_map")
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  same(function(x) result_of(nmf_survey(x, 2, nrun = 2, times = 2, max_iter = 20, verbose = FALSE)), "survey")
  same(function(x) cross_validate(x, 1:2, folds = 2, max_iter = 20, verbose = FALSE)$errors, "cross-validation")
  if (!in_memory) fit <- nmf(y, 3, init = start, max_iter = 30)
  same(function(x) nmf_bootstrap(fit, x, times = 2, verbose = FALSE)$W, "bootstrap")
  same(function(x) unclass(consensus_nmf(x, 2, nrun = 4, max_iter = 20, density_threshold = 2, verbose = FALSE))[c("W", "H")], "consensus")
}

# A store in a folder that goes when the test ends.
local_store <- function(x, ..., env = parent.frame()) {
  path <- withr::local_tempfile(.local_envir = env)
  nmf_store(x, path, ..., verbose = FALSE)
}

# Changes the description of a store, with a checksum that fits or not.
change_header <- function(path, from, to, sum = TRUE) {
  lines <- readLines(file.path(path, "header"))
  lines <- sub(from, to, lines)
  last <- length(lines)
  if (sum) lines[last] <- paste("Checksum:", checksum_of_lines(lines[-last]))
  con <- file(file.path(path, "header"), "wb")
  on.exit(close(con))
  writeLines(lines, con)
}
