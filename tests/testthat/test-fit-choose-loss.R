planted_means <- function(l = 150, n = 80, size = 20) {
  matrix(rgamma(l * 3, 0.5) * size, l) %*% matrix(rgamma(3 * n, 0.5), 3)
}

test_that("the loss of the noise that was planted is found", {
  set.seed(1)
  m <- planted_means()
  noisy <- list(
    frobenius = pmax(m + rnorm(length(m)), 0), "kullback-leibler" = matrix(rpois(length(m), m), 150),
    "itakura-saito" = m * rgamma(length(m), 4, 4), "negative-binomial" = matrix(rnbinom(length(m), mu = m, size = 2), 150)
  )
  for (loss in names(noisy)) {
    choice <- choose_loss(noisy[[loss]], 3)
    expect_identical(choice$loss$name, loss)
    expect_identical(choice$table$loss[choice$table$chosen], loss)
    # It is taken as it is.
    expect_identical(nmf(noisy[[loss]], 2, loss = choice, max_iter = 2)$settings$loss_object$name, loss)
  }
  expect_equal(choice$dispersion, 0.5, tolerance = 0.4)
})

test_that("a power between those of the fast losses is found", {
  set.seed(2)
  m <- planted_means() + 20
  # Gamma noise of variance m^1.5: shape m^2 / m^1.5
  choice <- choose_loss(matrix(rgamma(length(m), m^0.5, m^-0.5), 150), 4)
  expect_identical(choice$loss$name, "beta-divergence")
  expect_identical(choice$loss$beta, 0.5)
})

test_that("groups are means of entries that the fit has not seen", {
  set.seed(3)
  m <- planted_means(60, 40)
  x <- matrix(rpois(length(m), m), 60)
  data <- nmf_data(x)
  set.seed(4)
  choice <- choose_loss(x, 2, part = 0.2, groups = 8)
  set.seed(4)
  out <- holdout_of(draw_holdout(data$dim, 0.2))
  hidden <- which(is_out(out, row(x), col(x)))
  given <- choice$groups[choice$groups$loss == "kullback-leibler", ]
  # But for those that are fitted by 0.
  expect_lte(sum(given$size), length(hidden))
  expect_gt(sum(given$size), 0.9 * length(hidden))
  holes <- hidden_entries(data, out)
  expect_identical(holes$value, as.double(x[hidden]))
  fit <- nmf(replace(x, hidden, NA), 2, loss = "kl")
  by_hand <- noise_of(fit, holes, 8, "kl", 1)
  q <- fitted(fit)[hidden]
  lowest <- order(ifelse(q > 0, q, Inf))[seq_len(by_hand$groups$size[1])]
  expect_equal(by_hand$groups$mean[1], mean(q[lowest]))
  expect_equal(by_hand$groups$variance[1], mean((x[hidden] - q)[lowest]^2))
  lm <- lm(log(variance) ~ log(mean), by_hand$groups)
  expect_equal(by_hand$power, coef(lm)[[2]])
})

test_that("it goes by set.seed(), and takes sparse, missing and weighted data", {
  set.seed(5)
  m <- planted_means(60, 40)
  x <- matrix(rpois(length(m), m / 4), 60)
  again <- function(x, ...) {
    set.seed(6)
    choose_loss(x, 2, ...)[c("table", "groups", "dispersion")]
  }
  expect_identical(again(x), again(x))
  expect_equal(again(Matrix::Matrix(x, sparse = TRUE)), again(x), tolerance = 0.05)
  holes <- x
  holes[sample(length(x), 300)] <- NA
  expect_identical(again(holes)$table$loss, again(x)$table$loss)
  partial <- again(Matrix::Matrix(x, sparse = TRUE), missing = "zeros")
  expect_true("itakura-saito" %in% partial$table$loss)
  expect_true(all(is.finite(again(x, weights = rep(1:2, 20))$groups$variance)))
})

test_that("a choice prints, tidies and draws", {
  set.seed(7)
  x <- matrix(rpois(4800, planted_means(80, 60)), 80)
  choice <- choose_loss(x, 3)
  expect_identical(as.data.frame(tidy(choice)), choice$table)
  choice$table$measured <- c(0.98, 1.01)[c(1, 2, NA)]
  choice$table$std.error <- c(0.02, 0.01, NA)
  choice$table$off <- c(0.98, 0.01, NA)
  choice$reason <- "as it is"
  expect_snapshot({
    choice
    fault(choose_loss(x[1:4, 1:5], 2))
    fault(choose_loss(x, 2, part = 0.9))
    fault(choose_loss(x, 2, parts = 0.2))
    fault(choose_loss(-x, 2))
  })
  d <- noise_data(choice, list())
  # What a loss believes goes through the middle of what it leaves.
  of_kl <- d$lines[d$lines$loss == "kullback-leibler", ]
  expect_equal(diff(log(of_kl$variance)) / diff(log(of_kl$mean)), rep(1, 49))
  of_nb <- d$lines[d$lines$loss == "negative-binomial", ]
  expect_equal(of_nb$variance, of_nb$mean + choice$dispersion * of_nb$mean^2)
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_invisible(plot(choice, main = "Which?"))
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::ggplot_build(ggplot2::autoplot(choice)), "ggplot_built")
})
