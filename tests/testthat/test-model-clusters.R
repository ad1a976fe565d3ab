test_that("coefficients are compared after W has columns of norm one", {
  fit <- example_fit()
  for (norm in c("l2", "l1", "max")) {
    H <- normalize(fit, "W", norm)$H
    expected <- apply(H, 2, function(h) if (all(h == 0)) NA else which.max(h))
    out <- assign_clusters(fit, norm = norm)
    expect_identical(as.integer(out), unname(expected))
    expect_identical(names(out), colnames(fit$H))
    expect_identical(out, assign_clusters(normalize(fit, "H"), norm = norm))
    expect_identical(attr(out, "rule"), norm)
  }
  expect_identical(levels(out), colnames(fit$W))
  expect_identical(is.na(out[[10]]), TRUE)
})

test_that("the norms differ where components are spread differently", {
  # Component 1 has one large entry, component 2 nine small ones: sums 1 and 9, lengths 1 and 3.
  W <- cbind(c(1, rep(0, 9)), c(0, rep(1, 9)))
  fit <- fit_with(W, rbind(c(4, 4), c(1, 2)))
  expect_identical(as.integer(assign_clusters(fit, norm = "l2")), c(1L, 2L))
  expect_identical(as.integer(assign_clusters(fit, norm = "l1")), c(2L, 2L))
  expect_identical(as.integer(assign_clusters(fit, norm = "max")), c(1L, 1L))
  expect_identical(assign_clusters(fit), assign_clusters(fit, norm = "l1"))
  expect_identical(attr(assign_clusters(fit, norm = "l2"), "rule"), "l2")
})

test_that("the class of an observation is the same on every path, for every loss", {
  for (loss in c("frobenius", "kullback-leibler")) {
    fit <- nmf(sqrt(leukemia$x[1:300, ]), 3, loss = loss, max_iter = 30, tol = 0)
    class <- predict(fit, type = "class")
    expect_identical(attr(class, "rule"), "l1")
    expect_identical(assign_clusters(fit), class)
    expect_identical(as.character(augment(fit)$.class), as.character(class))
    expect_identical(as.character(component_class(fit$W, fit$H)), as.character(class))
  }
})

test_that("l1 is predict(type = \"class\"), also for new data", {
  fit <- nmf(austen$x[1:500, ], 4, loss = "kl", max_iter = 20, tol = 0)
  expect_identical(assign_clusters(fit), predict(fit, type = "class"))
  new <- austen$x[1:500, 3:9]
  expect_identical(assign_clusters(fit, new), predict(fit, new, type = "class"))
})

test_that("wrong arguments are refused", {
  expect_snapshot({
    fault(assign_clusters(1))
    fault(assign_clusters(example_fit(), norm = "l3"))
  })
})
