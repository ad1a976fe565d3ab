# Shares of components in entries, and the types of predict() that tell of whole columns.

fitted_with <- function(x) example_fit()$W %*% predict(example_fit(), x)
dictionary_of_positive <- function() unname(example_factors()$W) + 0.2

naive_shares <- function(W, H) {
  WH <- W %*% H
  lapply(seq_len(ncol(W)), function(k) {
    s <- outer(W[, k], H[k, ]) / WH
    s[WH == 0] <- 1 / ncol(W)
    s
  })
}

test_that("shares are W[i, k] H[k, j] / (WH)[i, j], 1 / r where WH is 0, and sum to 1", {
  fit <- example_fit()
  shares <- component_shares(fit)
  expect_named(shares, c("NMF1", "NMF2", "NMF3"))
  naive <- naive_shares(fit$W, fit$H)
  for (k in 1:3) {
    expect_close(shares[[k]], naive[[k]], 1e-14)
    expect_identical(dimnames(shares[[k]]), list(rownames(fit$W), colnames(fit$H)))
  }
  expect_close(Reduce(`+`, shares), matrix(1, 12, 10), 1e-15)
})

test_that("groups by factor, by name, by list; columns; powers", {
  fit <- example_fit()
  each <- component_shares(fit)
  two <- component_shares(fit, groups = c("a", "b", "a"))
  expect_named(two, c("a", "b"))
  expect_close(two$a, each[[1]] + each[[3]], 1e-15)
  expect_identical(component_shares(fit, groups = c(NMF3 = "a", NMF2 = "b", NMF1 = "a"))$a, two$a)
  expect_identical(component_shares(fit, groups = list(a = c("NMF1", "NMF3")))$a, two$a)
  expect_identical(component_shares(fit, groups = c(NA, "b", NA)), two["b"])
  expect_identical(component_shares(fit, columns = c(3, 1))$NMF2, each$NMF2[, c(3, 1)])
  expect_identical(component_shares(fit, columns = "s2")$NMF2, each$NMF2[, "s2", drop = FALSE])
  expect_close(component_shares(fit, power = 2)[[2]], naive_shares(fit$W^2, fit$H^2)[[2]], 1e-14)
  x <- example_data()
  H <- predict(fit, x)
  expect_identical(component_shares(fit, x), component_shares(fit, H = H))
  expect_identical(component_shares(fit, H = H[3:1, ]), component_shares(fit, H = H))
})

test_that("shares do not depend on scale, also out of the range of products", {
  fit <- example_fit()
  shares <- component_shares(fit)
  scaled <- normalize(normalize(fit, "H", "max"), "W")
  expect_close(unlist(component_shares(scaled)), unlist(shares), 1e-14)
  far <- list(c(1e-200, 1e-200), c(1e200, 1e200), c(1e-200, 1e200))
  for (by in far) {
    scaled <- as_nmf(fit$W * by[1], fit$H * by[2])
    expect_close(unlist(component_shares(scaled)), unlist(shares), 1e-12)
  }
  by <- c(1e-200, 1, 1e200)
  expect_close(unlist(component_shares(as_nmf(sweep(fit$W, 2, by, "*"), fit$H / by))), unlist(shares), 1e-12)
})

test_that("blocks of columns are one result", {
  W <- random_data(5000, 3)
  H <- random_data(3, 450)
  model <- as_nmf(W, H)
  at <- c(1, 200, 201, 450)
  expect_close(component_shares(model)[[2]][, at], naive_shares(W, H[, at])[[2]], 1e-14)
})

test_that("faults of shares are told", {
  fit <- example_fit()
  expect_snapshot({
    fault(component_shares(fit, groups = 1:2))
    fault(component_shares(fit, groups = c(NA, NA, NA)))
    fault(component_shares(fit, groups = list(a = 1:2, b = 2)))
    fault(component_shares(fit, groups = c(a = 1, b = 2, c = 3)))
    fault(component_shares(fit, columns = 11))
    fault(component_shares(fit, columns = "s11"))
    fault(component_shares(fit, power = 0))
    fault(component_shares(fit, H = fit$H[1:2, ]))
    fault(component_shares(fit, example_data(), H = fit$H))
  })
})

test_that("proportions are parts of the fitted sum of a column", {
  fit <- example_fit()
  P <- predict(fit, type = "proportion")
  WH <- fitted(fit)
  expect_close(P[2, 1:9], (sum(fit$W[, 2]) * fit$H[2, ] / colSums(WH))[1:9], 1e-14)
  expect_close(colSums(P)[1:9], rep(1, 9), 1e-14)
  expect_true(all(is.na(P[, 10]))) # an observation of which the fit has nothing
  expect_identical(dimnames(P), dimnames(fit$H))
  expect_identical(as.integer(predict(fit, type = "class"))[1:9], unname(apply(P[, 1:9], 2, which.max)))
})

test_that("the divergence of each column, under any loss, storage and weights", {
  x <- example_data()
  x[x < 2] <- 0
  v <- withr::with_seed(3, matrix(sample(0:3, 120, TRUE), 12))
  kinds <- list(none = NULL, entries = v, few = Matrix::Matrix(v * (v > 2), sparse = TRUE),
    rows = list(rows = 1:12), columns = list(columns = 1:10))
  for (loss in list("frobenius", "kl", 1.5, 0.5)) {
    model <- as_nmf(dictionary_of_positive(), loss = loss)
    for (kind in names(kinds)) {
      w <- kinds[[kind]]
      for (storage in c("dense", "sparse")) {
        label <- paste(loss, kind, storage)
        data <- storages[[storage]](x)
        empty <- if (kind == "few") colSums(v > 2) == 0 else rep(FALSE, 10)
        # Nothing is known of a column without observations.
        known <- function(code) suppressWarnings(code, classes = if (any(empty)) "nonneg_warning_unobserved" else "none")
        H <- known(predict(model, data, weights = w))
        each <- known(predict(model, data, "divergence", weights = w))
        expect_identical(unname(is.na(each)), unname(is.na(colSums(H))), label = label)
        expect_identical(unname(is.na(each)), empty, label = label)
        H[is.na(H)] <- each[is.na(each)] <- 0
        expect_close(sum(each), divergence(data, list(W = model$W, H = H), loss, w), 1e-12, label = label)
        naive <- vapply(1:10, function(j) {
          wj <- if (is.list(w)) {
            if (is.null(w$rows)) rep(w$columns[j], 12) else w$rows
          } else if (!is.null(w)) {
            as.matrix(w)[, j]
          }
          d <- entry_divergence(x[, j], drop(model$W %*% H[, j]), check_loss(loss))
          sum(if (is.null(wj)) d else (d * wj)[wj > 0])
        }, 0)
        expect_close(each, naive, 1e-11, label = label)
      }
    }
  }
  expect_error(predict(example_fit(), type = "divergence"), "needs", class = "nonneg_error_input")
  holes <- example_data()
  holes[2, 3] <- NA
  full <- predict(example_fit(), holes, "divergence")
  expect_named(full, colnames(holes))
  expect_close(full[3], sum((holes - fitted_with(holes))[, 3]^2, na.rm = TRUE) / 2, 1e-10)
  # Below the floor of an Itakura-Saito model everything counts as the floor.
  model <- as_nmf(dictionary_of_positive(), loss = "is", control = nmf_control(floor = 0.5))
  H <- predict(model, x)
  expect_close(
    predict(model, x, "divergence"), colSums(entry_divergence(pmax(x, 0.5), model$W %*% H, check_loss(0))), 1e-12
  )
})
