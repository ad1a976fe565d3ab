# Names decide wherever both sides have them.

named <- function(l = 6, n = 5) {
  x <- random_data(l, n)
  dimnames(x) <- list(paste0("g", seq_len(l)), paste0("s", seq_len(n)))
  x
}

test_that("nnls() matches rows by name (issue: catalogues and signatures in other orders)", {
  A <- cbind(a = c(g1 = 1, g2 = 0, g3 = 0), b = c(0, 1, 1))
  x <- cbind(s = c(g3 = 5, g2 = 5, g1 = 2))
  expect_equal(nnls(A, x), cbind(s = c(a = 2, b = 5)))
  expect_equal(nnls(A, storages$sparse(x) |> `dimnames<-`(dimnames(x))), cbind(s = c(a = 2, b = 5)))
  expect_equal(nnls(A, c(g3 = 5, g2 = 5, g1 = 2))[, 1], c(a = 2, b = 5))
  # By position where one side has no names.
  expect_equal(nnls(A, unname(x))[, 1], c(a = 5, b = 3.5))
  expect_snapshot({
    fault(nnls(A, cbind(s = c(g3 = 5, g2 = 5, g4 = 2))))
    fault(nnls(A, cbind(s = c(g3 = 5, g2 = 5, g2 = 2))))
  })
})

test_that("weights, starts and fixed coefficients go by name in any order", {
  x <- named()
  v <- withr::with_seed(1, matrix(stats::runif(30), 6, dimnames = dimnames(x)))
  start <- random_start(6, 5, 2)
  dimnames(start$W) <- list(rownames(x), c("a", "b"))
  dimnames(start$H) <- list(c("a", "b"), colnames(x))
  fit <- function(...) unclass(nmf(x, 2, max_iter = 20, ...))[c("W", "H")]
  plain <- lapply(start, unname)
  turn <- c(3, 1, 2, 6, 5, 4)
  back <- 5:1
  same <- function(...) expect_equal(fit(...), fit(init = plain, weights = v))
  same(init = list(W = start$W[turn, ], H = start$H[, back]), weights = v[turn, back])
  swapped <- fit(init = list(W = start$W[turn, 2:1], H = start$H[, back]), weights = v)
  expect_equal(sort(colSums(swapped$W)), sort(colSums(fit(init = plain, weights = v)$W)), ignore_attr = TRUE)
  rows <- stats::setNames(1:6, rownames(x))
  columns <- stats::setNames(1:5, colnames(x))
  one <- fit(init = plain, weights = list(rows = 1:6, columns = 1:5))
  expect_equal(fit(init = plain, weights = list(rows = rows[turn], columns = columns[back])), one)
  expect_equal(fit(init = plain, weights = rows[turn]), fit(init = plain, weights = list(rows = 1:6)))
  # A square x: names tell which side.
  square <- x[1:5, ]
  expect_equal(
    nmf(square, 1, weights = columns[back])$W, nmf(square, 1, weights = list(columns = 1:5))$W
  )
  expect_equal(fit(init = plain, fixed_H = start$H[, back]), fit(init = plain, fixed_H = start$H))
  expect_snapshot({
    fault(nmf(x, 2, weights = `rownames<-`(v, c("h1", rownames(x)[-1]))))
    fault(nmf(x, 2, weights = stats::setNames(1:6, c("g1", "g1", "g2", "g3", "g4", "g5"))))
    fault(nmf(x, 2, init = list(W = `rownames<-`(start$W, letters[1:6]))))
    fault(nmf(x, 2, init = list(W = start$W, H = `rownames<-`(start$H, c("a", "c")))))
  })
})
