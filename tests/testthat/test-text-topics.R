test_that("topics and documents are distributions that make the fitted columns", {
  for (loss in c("kullback-leibler", "frobenius")) {
    fit <- nmf(austen$x, 4, loss = loss, max_iter = 20, tol = 0)
    t <- as_topics(fit)
    expect_equal(colSums(t$terms), c(NMF1 = 1, NMF2 = 1, NMF3 = 1, NMF4 = 1))
    expect_equal(unname(colSums(t$documents)), rep(1, 269))
    expect_equal(sum(t$share), 1)
    expect_identical(dimnames(t$terms), dimnames(fit$W))
    expect_identical(dimnames(t$documents), dimnames(fit$H))
    WH <- fit$W %*% fit$H[, 1:5]
    expect_equal(t$terms %*% t$documents[, 1:5], sweep(WH, 2, colSums(WH), "/"))
    # The scale between W and H is no part of it.
    expect_equal(as_topics(normalize(fit, "H", "max"))[1:3], t[1:3])
    expect_identical(t$loglik, NA_real_)
  }
})

test_that("the likelihood is the multinomial one, and the divergence up to the documented constant", {
  x <- austen$x[1:400, 1:40]
  fit <- nmf(x, 3, loss = "kl", tol = 1e-9, max_iter = 3000)
  t <- as_topics(fit, x)
  # By stats::dmultinom(), its coefficients taken off.
  dense <- as.matrix(x)
  p <- t$terms %*% t$documents
  by_hand <- sum(vapply(seq_len(ncol(dense)), function(j) {
    n <- dense[, j]
    stats::dmultinom(n, prob = p[, j], log = TRUE) - lgamma(sum(n) + 1) + sum(lgamma(n + 1))
  }, 0))
  expect_equal(t$loglik, by_hand)
  n <- colSums(dense)
  xlogx <- sum(dense[dense > 0] * log(dense[dense > 0]))
  # At a stationary point columns of WH have the sums of x.
  expect_equal(colSums(fit$W %*% fit$H), n, tolerance = 1e-6)
  expect_equal(fit$loss, xlogx - sum(n * log(n)) - t$loglik, tolerance = 1e-9)
  # And anywhere, with the term for the sums.
  early <- nmf(x, 3, loss = "kl", tol = 0, max_iter = 1)
  s <- colSums(early$W %*% early$H)
  expect_equal(
    early$loss, xlogx - as_topics(early, x)$loglik + sum(s - n - n * log(s)), tolerance = 1e-9
  )
  expect_equal(t$perplexity, exp(-t$loglik / sum(x)))
  expect_identical(as_topics(fit, dense)$loglik, t$loglik)
  ll <- logLik(t)
  expect_equal(as.numeric(ll), t$loglik)
  expect_identical(attr(ll, "df"), 3 * 399 + 40 * 2)
})

test_that("empty documents have no topics; a zero component is no topic", {
  f <- example_factors()
  f$W[, 2] <- 0
  fit <- fit_with(f$W, f$H)
  t <- as_topics(fit)
  expect_identical(colnames(t$terms), c("NMF1", "NMF3"))
  expect_true(all(is.na(t$documents[, 10])))
  expect_equal(unname(colSums(t$documents[, 1:9])), rep(1, 9))
  expect_snapshot(fault(as_topics(fit_with(f$W * 0, f$H))))
})

test_that("a document of impossible terms has likelihood zero", {
  fit <- nmf(matrix(c(2, 1, 0, 1, 2, 0), 3), 1, loss = "kl")
  fit$W[3, 1] <- 0
  x <- matrix(c(2, 1, 0, 1, 2, 1), 3)
  expect_identical(as_topics(fit, x)$loglik, -Inf)
})

test_that("tidy() has the columns of tidytext", {
  fit <- nmf(small_counts(), 2, loss = "kl")
  t <- as_topics(fit)
  beta <- tidy(t)
  expect_named(beta, c("topic", "term", "beta"))
  expect_equal(beta$beta[beta$topic == "NMF2"], unname(t$terms[, 2]))
  expect_identical(beta$term[1:4], rownames(small_counts()))
  gamma <- tidy(t, "gamma")
  expect_named(gamma, c("document", "topic", "gamma"))
  expect_equal(gamma$gamma[gamma$document == "b"], unname(t$documents[, "b"]))
})

test_that("topics print; wrong arguments are refused", {
  fit <- nmf(austen$x, 3, loss = "kl", max_iter = 30, tol = 0)
  expect_snapshot({
    as_topics(fit, austen$x)
    fault(as_topics(nmf(small_counts(), 2), small_counts()))
    fault(as_topics(fit, austen$x[1:10, ]))
    fault(as_topics(fit, replace(as.matrix(austen$x), 2, NA)))
    fault(as_topics(fit, austen$x, 3))
    fault(tidy(as_topics(fit), "alpha"))
  })
})
