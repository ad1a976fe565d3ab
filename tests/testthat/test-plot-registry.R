# A type of plot is one entry: here one from outside of the package, which plot() and autoplot() know at once.

toy <- function() {
  drawn <- new.env()
  register_plot_type("nmf", "toy",
    arguments = list(power = count_argument(2), groups = groups_argument),
    data = function(x, a) list(share = component_share(x$W, x$H)^a$power),
    base = function(d, a, top) {
      panel(0.5, 0.5, top, 0.1, c(0, 1), c(0, 1))
      drawn$share <- d$share
    },
    gg = function(d, a) ggplot2::ggplot(data.frame(share = d$share), ggplot2::aes(.data$share, .data$share))
  )
  drawn
}

test_that("a type of plot that is registered works in plot() and autoplot()", {
  drawn <- toy()
  on.exit(registered_plots$nmf$toy <- NULL)
  fit <- example_fit()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off(), add = TRUE)
  expect_identical(withVisible(plot(fit, "toy", cex = 0.8, main = "Toy")), list(value = fit, visible = FALSE))
  expect_equal(drawn$share, component_share(fit$W, fit$H)^2)
  plot(fit, "toy", power = 3)
  expect_equal(drawn$share, component_share(fit$W, fit$H)^3)
  fault <- expect_error(plot(fit, "toy", power = 0), class = "nonneg_error_input")
  expect_match(conditionMessage(fault), "`power` must be a whole number")
  fault <- expect_error(plot(fit, "H", power = 2), class = "nonneg_error_input")
  expect_match(conditionMessage(fault), "That is for `type` \"toy\"")
  skip_if_not_installed("ggplot2")
  p <- ggplot2::autoplot(fit, "toy", power = 1, main = "Toy")
  expect_equal(p$data$share, unname(component_share(fit$W, fit$H)))
  expect_identical(p$labels$title, "Toy")
})

test_that("every type of plot of every class has both ways to draw", {
  skip_if_not_installed("ggplot2")
  for (class in ls(registered_plots)) {
    for (type in registered_plots[[class]]) {
      expect_identical(names(type), c("name", "arguments", "data", "base", "gg"))
      expect_identical(names(formals(type$data)), c("x", "a"), label = paste(class, type$name))
      expect_length(formals(type$base), 3)
      expect_length(formals(type$gg), 2)
    }
    expect_true(is.function(getS3method("plot", class)))
    expect_false(is.null(getS3method("autoplot", class, optional = TRUE, envir = asNamespace("ggplot2"))))
  }
})

test_that("what the user gives must belong to the type", {
  fit <- example_fit()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_snapshot({
    fault(plot(fit, "H", "share"))
    fault(plot(fit, "H", n = 3))
    fault(plot(fit, "H", foo = 1, n = 3))
    fault(plot(fit, "H", components = "NMF9"))
    fault(plot(fit, "H", components = c(1, 1)))
    fault(plot(fit, "H", components = 4))
    fault(plot(fit, "H", at = 10:1))
    fault(plot(fit, "H", at = 1:3))
    fault(plot(fit, "W", features = "gene77"))
    fault(plot(fit, "W", labels = "a"))
    fault(plot(fit, main = 1:2))
    fault(plot(fit, "composition", palette = "red"))
    fault(plot(fit, "parts"))
    fault(plot(fit, "parts", shape = c(5, 2)))
    fault(plot(fit, "parts", shape = "a"))
    fault(plot(fit, "parts", shape = c(3, 4), values = matrix(1, 3)))
    fault(plot(fit, "profile", at = 1:4))
  })
  skip_if_not_installed("ggplot2")
  expect_snapshot({
    fault(ggplot2::autoplot(fit, "H", cex = 1))
    fault(ggplot2::autoplot(fit, "H", n = 3))
  })
})

test_that("groups go by name where both sides have names", {
  fit <- example_fit()
  known <- example_groups()
  names(known) <- colnames(fit$H)
  shuffled <- rev(known)
  expect_identical(check_annotation(shuffled, 10, colnames(fit$H)), check_annotation(unname(known), 10))
  frame <- data.frame(region = shuffled, year = 10:1, row.names = names(shuffled))
  by_name <- check_annotation(frame, 10, colnames(fit$H))
  expect_identical(by_name$region, check_groups(unname(known), 10))
  expect_identical(as.character(by_name$year), as.character(1:10))
  # More than are needed; no names on one side.
  more <- c(shuffled, setNames(factor("west"), "s99"))
  expect_identical(as.character(check_annotation(more, 10, colnames(fit$H))$groups), as.character(known))
  expect_identical(check_annotation(shuffled, 10, NULL)$groups, check_groups(rev(unname(known)), 10))
  expect_identical(check_annotation(unname(shuffled), 10, colnames(fit$H))$groups, check_groups(rev(unname(known)), 10))
  expect_snapshot({
    fault(check_annotation(shuffled[-1], 10, colnames(fit$H)))
    fault(check_annotation(c(shuffled, shuffled), 10, colnames(fit$H)))
    fault(check_annotation(frame[-1, ], 10, colnames(fit$H)))
    fault(check_annotation(setNames(1:10, letters[1:10]), 10, colnames(fit$H)))
    fault(check_annotation(data.frame(a = I(as.list(1:10))), 10))
    fault(check_annotation(list(1, 2), 10))
  })
})

test_that("labels of features go by name, too", {
  fit <- example_fit()
  symbols <- setNames(LETTERS[1:12], rownames(fit$W))
  expect_identical(check_labels(rev(symbols), rownames(fit$W), 12, "labels"), LETTERS[1:12])
  expect_identical(check_labels(unname(symbols), rownames(fit$W), 12, "labels"), LETTERS[1:12])
  expect_identical(check_labels(c(NA, LETTERS[2:12]), rownames(fit$W), 12, "labels")[1], "gene1")
})

test_that("groups may be named as columns of the object that was fitted", {
  skip_if_not_installed("SummarizedExperiment")
  table <- data.frame(class = leukemia$class, center = rep(c("a", "b"), 19), age = seq(20.5, 57.5), id = 1:38)
  se <- SummarizedExperiment::SummarizedExperiment(list(counts = leukemia$x[1:100, ]), colData = table)
  fit <- nmf(se, 2, max_iter = 5, tol = 0)
  bars <- groups_argument(c("center", "class"), "groups", fit)
  expect_named(bars, c("center", "class"))
  expect_identical(as.character(bars$class), as.character(leukemia$class))
  expect_identical(as.character(groups_argument("class", "groups", fit)$class), as.character(leukemia$class))
  expect_null(nmf(leukemia$x[1:100, ], 2, max_iter = 5, tol = 0)$data$annotation)
  expect_snapshot(fault(plot(fit, "H", groups = "clas")))
  # What has too many values is not kept, nor what is no column of values.
  many <- SummarizedExperiment::SummarizedExperiment(
    list(x = matrix(1:300 + 0, 2)), colData = data.frame(n = 1:150, half = 1:150 > 75)
  )
  expect_named(annotation_of(many), "half")
})
