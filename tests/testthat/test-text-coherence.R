# Six documents; a, b together in 3, a in 4, b in 3, c in 2, never with a.
coherent <- function() {
  matrix(
    c(1, 1, 0, 1, 5, 2, 0, 1, 1, 3, 0, 1, 1, 0, 0, 1, 0, 0, 4, 1, 0, 0, 1, 1), 4,
    dimnames = list(c("a", "b", "c", "every"), NULL)
  )
}

test_that("UMass and NPMI are as by hand", {
  x <- coherent()
  D <- tcrossprod((x > 0) * 1)
  expect_equal(unname(diag(D)), c(4, 3, 2, 6))
  expect_equal(D["a", "b"], 3)
  expect_equal(D["a", "c"], 0)
  out <- coherence(list(one = c("a", "b"), two = c("b", "a"), three = c("a", "c"), four = c("a", "b", "c")), x)
  # log((D(second, first) + 1) / D(first)), best term first.
  expect_equal(out$umass[1:3], log(c(4 / 4, 4 / 3, 1 / 4)))
  expect_equal(out$umass[4], log(4 / 4) + log(1 / 4) + log((D["b", "c"] + 1) / 3))
  npmi <- function(both, p, q) log(both * 6 / (p * q)) / -log(both / 6)
  expect_equal(out$npmi[1:3], c(npmi(3, 4, 3), npmi(3, 4, 3), -1))
  bc <- if (D["b", "c"] == 0) -1 else npmi(D["b", "c"], 3, 2)
  expect_equal(out$npmi[4], mean(c(npmi(3, 4, 3), -1, bc)))
  expect_identical(levels(out$component), c("one", "two", "three", "four"))
  expect_identical(out$n, c(2L, 2L, 2L, 3L))
})

test_that("always together is 1, everywhere is 0, one term has no coherence", {
  x <- matrix(c(1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1), 3, dimnames = list(c("a", "b", "every"), NULL))
  out <- coherence(list(c("a", "b"), c("every"), c("a", "every")), x)
  expect_equal(out$npmi[1], 1)
  expect_identical(out$npmi[2], NA_real_)
  expect_equal(out$npmi[3], 0)
  everywhere <- matrix(1, 2, 3, dimnames = list(c("a", "b"), NULL))
  expect_identical(coherence(list(c("a", "b")), everywhere)$npmi, 0)
})

test_that("a fit, the matrix of its top terms and other storages give the same", {
  fit <- nmf(tf_idf(austen$x), 6)
  out <- coherence(fit, austen$x, n = 8)
  expect_identical(out, coherence(top_terms(fit, 8), austen$x, n = 8))
  expect_identical(out, coherence(fit, as.matrix(austen$x), n = 8))
  expect_identical(out, coherence(fit, documents(Matrix::t(austen$x), in_rows = TRUE), n = 8))
  # Rows are found by name.
  expect_identical(out, coherence(fit, austen$x[5107:1, ], n = 8))
  expect_true(all(out$npmi > 0.3 & out$npmi < 1))
  # Without names, by position.
  plain <- nmf(unname(as.matrix(austen$x[1:50, 1:30])), 2)
  expect_identical(nrow(coherence(plain, unname(austen$x[1:50, 1:30]))), 2L)
})

test_that("components with a term that no document has are NA, and the terms are named", {
  x <- coherent()
  whole <- coherence(list(one = c("a", "b"), two = c("b", "every")), x)
  expect_snapshot({
    topics <- list(one = c("a", "b"), odd = c("b", "z"), two = c("b", "every"))
    out <- warned(coherence(topics, x), "nonneg_warning_terms")
    none <- warned(coherence(list(c("a", "b")), x[, 5, drop = FALSE]), "nonneg_warning_terms")
  })
  expect_identical(out$npmi, c(whole$npmi[1], NA, whole$npmi[2]))
  expect_identical(out$umass, c(whole$umass[1], NA, whole$umass[2]))
  expect_identical(none$umass, NA_real_)
  # A fit on another corpus.
  fit <- nmf(tf_idf(austen$x), 4)
  expect_warning(out <- coherence(fit, austen$x[, austen$class == "Emma"]), class = "nonneg_warning_terms")
  expect_identical(nrow(out), 4L)
})

test_that("wrong arguments are refused", {
  x <- coherent()
  expect_snapshot({
    fault(coherence(list("a", "b"), unname(x)))
    fault(coherence(list(1, 2), x))
    fault(coherence(list(c("a", "b")), x, n = 1))
    fault(coherence(list(c("a", "b"))))
    fault(coherence(list(c("a", "b", "a")), x))
    fault(coherence(list(c("a", "b")), `rownames<-`(x, c("a", "b", "a", "c"))))
    fault(coherence(list(c("a", "b")), replace(x, 2, NA)))
  })
  expect_no_error(coherence(list(c("b", "every")), `rownames<-`(x, c("a", "b", "a", "every"))))
  expect_no_error(coherence(list(c("a", "b", "a")), x, n = 2))
})
