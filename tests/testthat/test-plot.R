# Pictures are compared where vdiffr is installed; the rest looks at what is
# drawn and at what must not fail.

fit_types <- c("history", "composition", "H", "W", "features", "profile", "parts")

draw <- function(...) {
  grDevices::pdf(NULL, width = 7, height = 6)
  on.exit(grDevices::dev.off())
  plot(...)
}

# What choose_loss() makes of counts more dispersed than Poisson's.
example_choice <- function() {
  mean <- 2^(0:9)
  left <- function(loss, power) data.frame(loss = loss, mean = mean, variance = (mean + 0.5 * mean^2)^power, size = 20)
  structure(
    list(
      loss = negative_binomial(), dispersion = 0.5,
      table = data.frame(
        loss = c("frobenius", "kullback-leibler", "negative-binomial"), believed = c(0, 1, NA), measured = c(1.52, 1.6, NA),
        std.error = c(0.1, 0.05, NA), off = c(1.52, 0.6, NA), chosen = c(FALSE, FALSE, TRUE)
      ),
      groups = rbind(left("frobenius", 0.95), left("kullback-leibler", 1))
    ),
    class = "nmf_loss_choice"
  )
}

test_that("pictures are as before", {
  skip_if_not_installed("vdiffr")
  fit <- example_fit()
  vdiffr::expect_doppelganger("history", function() plot(fit))
  vdiffr::expect_doppelganger(
    "history of a penalised fit",
    function() plot(example_fit(alpha_W = 0.001), time = "seconds", main = "Penalised")
  )
  vdiffr::expect_doppelganger("W", function() plot(fit, "W"))
  vdiffr::expect_doppelganger("W as weights", function() {
    plot(fit, "W", scale = "none", sort = FALSE, palette = c("white", "black"))
  })
  vdiffr::expect_doppelganger("H with groups", function() {
    plot(fit, "H", groups = example_groups())
  })
  vdiffr::expect_doppelganger("features", function() plot(fit, "features", n = 4))
  vdiffr::expect_doppelganger("composition with groups", function() {
    plot(fit, "composition", groups = data.frame(region = example_groups(), half = rep(c("a", "b"), 5)))
  })
  vdiffr::expect_doppelganger("parts", function() {
    plot(fit, "parts", shape = c(3, 4), values = cbind(a = c(-3:8) / 8, b = c(5:-6) / 5))
  })
  vdiffr::expect_doppelganger("metagenes", function() {
    plot(fit, "metagenes", data = example_data(), n = 3, groups = example_groups())
  })
  vdiffr::expect_doppelganger("noise", function() plot(example_choice()))
  vdiffr::expect_doppelganger("profile", function() plot(fit, "profile", labels = LETTERS[1:12]))
  vdiffr::expect_doppelganger("piano roll", function() {
    plot(fit, "H", components = 3:1, at = (0:9) / 10, scale = "max")
  })
  vdiffr::expect_doppelganger("four on a page", function() {
    graphics::par(mfrow = c(2, 2))
    for (type in c("history", "W", "H", "features")) plot(fit, type)
  })
})

test_that("ggplots are as before", {
  skip_if_not_installed("vdiffr")
  skip_if_not_installed("ggplot2", "3.4.0")
  skip_if(utils::packageVersion("ggplot2") >= "3.5.0", "Pictures are of ggplot2 3.4")
  fit <- example_fit()
  auto <- ggplot2::autoplot
  vdiffr::expect_doppelganger("gg history", auto(example_fit(alpha_W = 0.001)))
  vdiffr::expect_doppelganger("gg W", auto(fit, "W", main = "W"))
  vdiffr::expect_doppelganger("gg H with groups", auto(fit, "H", groups = example_groups()))
  vdiffr::expect_doppelganger("gg features", auto(fit, "features", n = 4))
  vdiffr::expect_doppelganger("gg composition", auto(fit, "composition", groups = example_groups()))
  vdiffr::expect_doppelganger(
    "gg metagenes", auto(fit, "metagenes", data = example_data(), n = 3, groups = example_groups())
  )
  vdiffr::expect_doppelganger("gg noise", auto(example_choice()))
})

test_that("plot returns the fit, invisibly, and sets par back", {
  fit <- example_fit()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  before <- graphics::par(c("mar", "xpd", "mfrow", "cex", "family"))
  for (type in fit_types) {
    given <- list(fit, type, cex = 0.9, family = "serif")
    if (type == "parts") given$shape <- c(4, 3)
    returned <- withVisible(do.call(plot, given))
    expect_identical(returned, list(value = fit, visible = FALSE))
    expect_equal(graphics::par(names(before)), before)
  }
})

test_that("a plot fills one cell of a page of several", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  graphics::par(mfrow = c(2, 2))
  plot(example_fit(), "H")
  expect_equal(graphics::par("mfg")[1:2], c(1, 1))
  plot(example_fit(), "features")
  expect_equal(graphics::par("mfg")[1:2], c(1, 2))
})

test_that("extreme fits can be drawn", {
  one <- fit_with(matrix(1, 1, 1), matrix(1, 1, 1))
  zero <- fit_with(matrix(0, 4, 2), matrix(0, 2, 5))
  short <- example_fit()
  short$history <- short$history[1, ]
  perfect <- example_fit()
  perfect$history[c("loss", "penalty", "objective", "kkt")] <- 0
  infinite <- example_fit()
  infinite$history$objective[1] <- Inf
  gg <- requireNamespace("ggplot2", quietly = TRUE)
  fits <- list(
    one, zero, short, perfect, infinite, large_fit(2500, 2600, 3),
    large_fit(30, 20, 60), example_fit(named = FALSE), example_fit()[2]
  )
  for (fit in fits) {
    for (type in setdiff(fit_types, "parts")) {
      expect_no_warning(draw(fit, type))
      if (gg) {
        p <- ggplot2::autoplot(fit, type)
        expect_s3_class(ggplot2::ggplot_build(p)$plot, "ggplot")
      }
    }
  }
})

test_that("long names do not take the page", {
  f <- example_factors()
  rownames(f$W) <- strrep(letters[1:12], 80)
  colnames(f$H) <- strrep(letters[1:10], 80)
  fit <- fit_with(f$W, f$H)
  for (type in c("W", "H", "features", "composition", "profile")) expect_no_error(draw(fit, type))
  expect_true(all(nchar(shorten(rownames(f$W))) <= 28))
})

test_that("a name that is missing is the number, in plots as in tables", {
  x <- matrix(as.numeric(1:12), 4, dimnames = list(c("a", NA, "c", "d"), c(NA, "y", "z")))
  fit <- nmf(x, 1)
  expect_setequal(top_features(fit)$feature, c("a", "2", "c", "d"))
  expect_identical(augment(fit)$.observation, c("1", "y", "z"))
  expect_setequal(map_data(fit, "W", "share", TRUE)$names, c("a", "2", "c", "d"))
  for (type in c("W", "H", "features")) expect_no_error(draw(fit, type))
  skip_if_not_installed("ggplot2")
  for (type in c("W", "H", "features")) {
    expect_no_error(ggplot2::ggplot_build(ggplot2::autoplot(fit, type)))
  }
})

test_that("a history of one point is drawn without a word", {
  skip_if_not_installed("ggplot2")
  fit <- nmf(diag(3), 1)
  expect_lt(sum(fit$history$kkt > 0, na.rm = TRUE), 2)
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_silent(print(ggplot2::autoplot(fit)))
})

test_that("shares are parts of the fitted sums", {
  f <- example_factors()
  WH <- f$W %*% f$H
  P <- contribution(f$W, f$H, "W")
  expect_equal(P[3, 1], f$W[3, 1] * sum(f$H[1, ]) / sum(WH[3, ]), ignore_attr = TRUE)
  expect_equal(rowSums(P), ifelse(rowSums(WH) > 0, 1, 0))
  Q <- contribution(f$W, f$H, "H")
  expect_equal(Q[3, 1], f$H[1, 3] * sum(f$W[, 1]) / sum(WH[, 3]), ignore_attr = TRUE)
  expect_equal(rowSums(Q), ifelse(colSums(WH) > 0, 1, 0))
})

test_that("maps sort by class, the clearest first, within groups", {
  fit <- example_fit()
  m <- map_data(fit, "H", "share", TRUE)
  expect_identical(m$names, c("s1", "s2", "s4", "s3", "s7", "s5", "s6", "s9", "s8", "s10"))
  expect_identical(map_data(fit, "H", "share", FALSE)$names, paste0("s", 1:10))

  groups <- factor(rep(c("b", "a"), 5), c("b", "a"))
  m <- map_data(fit, "H", "none", FALSE, list(groups))
  expect_identical(m$names, paste0("s", c(1, 3, 5, 7, 9, 2, 4, 6, 8, 10)))
  expect_identical(as.character(m$groups[[1]]), rep(c("b", "a"), each = 5))
  expect_equal(m$values, unname(t(fit$H))[c(1, 3, 5, 7, 9, 2, 4, 6, 8, 10), ])

  top <- apply(map_data(fit, "W", "max", TRUE)$values, 2, max)
  expect_identical(top, c(1, 1, 1))
})

test_that("many rows are drawn as means of neighbours", {
  A <- matrix(as.double(1:10000), 5000)
  B <- bin_rows(A, 1000)
  expect_identical(dim(B), c(1000L, 2L))
  expect_equal(B[1, ], colMeans(A[1:5, ]))
  expect_equal(B[1000, ], colMeans(A[4996:5000, ]))
  expect_identical(bin_rows(A, 5000), A)
  expect_equal(range(bin_rows(matrix(1, 2001, 1))), c(1, 1))
})

test_that("groups may be text, numbers or logical, and missing", {
  groups <- list(
    rep(c("a", "b"), 5), rep(1:2, 5), rep(c(TRUE, FALSE), 5),
    factor(c(NA, rep("a", 9))), 1:10
  )
  for (g in groups) expect_no_warning(draw(example_fit(), "H", groups = g))
  with_missing <- check_groups(groups[[4]], 10)
  expect_identical(group_names(with_missing), c("a", "NA"))
  expect_identical(group_colours(with_missing)[2], "grey75")
  expect_identical(anyDuplicated(group_colours(factor(1:20))), 0L)
})

test_that("a ggplot draws the same numbers", {
  skip_if_not_installed("ggplot2")
  fit <- example_fit()
  p <- ggplot2::autoplot(fit, "W", sort = FALSE, scale = "none")
  expect_equal(p$data$value, as.vector(fit$W))
  p <- ggplot2::autoplot(fit, "history")
  expect_identical(
    as.vector(table(p$data$panel)), c(nrow(fit$history) - 1L, sum(!is.na(fit$history$kkt)))
  )
  p <- ggplot2::autoplot(fit, "features", n = 2)
  expect_equal(p$data$score, top_features(fit, 2)$score)
})

test_that("wrong arguments are refused", {
  fit <- example_fit()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_snapshot({
    fault(plot(fit, "loss"))
    fault(plot(fit, "W", groups = example_groups()))
    fault(plot(fit, "H", groups = 1:3))
    fault(plot(fit, "features", n = 0))
    fault(plot(fit, "features", by = "size"))
    fault(plot(fit, "history", n = 3))
    fault(plot(fit, "history", time = "hours"))
    fault(plot(fit, "W", sort = NA))
    fault(plot(fit, "W", scale = "log"))
    fault(plot(fit, "W", palette = "red"))
    fault(plot(fit, colour = 3))
  })
  expect_identical(names(grDevices::dev.list()), "pdf")
})

test_that("a device that is too small gives a clear error", {
  grDevices::pdf(NULL, width = 1, height = 1)
  on.exit(grDevices::dev.off())
  expect_error(plot(example_fit(), "H"), "no room", class = "nonneg_error_input")
})

test_that("H may have several bars, ordered by the first", {
  fit <- example_fit()
  bars <- data.frame(half = rep(c("b", "a"), 5), region = example_groups(), year = c(NA, 1:9))
  m <- map_data(fit, "H", "none", FALSE, check_annotation(bars, 10))
  expect_identical(m$names, paste0("s", c(2, 4, 6, 8, 10, 1, 3, 5, 7, 9)))
  expect_identical(as.character(m$groups$region), as.character(example_groups())[c(2, 4, 6, 8, 10, 1, 3, 5, 7, 9)])
  drawn <- NULL
  plain <- draw_annotation
  local_replaced("draw_annotation", function(bars, ...) {
    drawn <<- names(bars)
    plain(bars, ...)
  })
  expect_no_warning(draw(fit, "H", groups = bars))
  expect_identical(drawn, names(bars))
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_snapshot(fault(plot(fit, "H", groups = bars[-1, ])))
  skip_if_not_installed("ggplot2")
  p <- ggplot2::ggplot_build(ggplot2::autoplot(fit, "H", groups = bars))
  expect_identical(nrow(p$data[[2]]), sum(vapply(check_annotation(bars, 10), function(b) {
    length(rle(as.integer(b[order(check_groups(bars$half, 10))]))$lengths)
  }, 0L)))
})
