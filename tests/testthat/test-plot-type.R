# What the types of plot draw, as numbers.

fit_types <- c("history", "composition", "H", "W", "features", "profile", "parts")

nowhere <- function(code, width = 7, height = 6) {
  grDevices::pdf(NULL, width = width, height = height)
  on.exit(grDevices::dev.off())
  force(code)
}

data_of <- function(x, class, type, ...) {
  type <- plot_type(class, type)
  type$data(x, plot_arguments(x, class, type, list(...), list()))
}

test_that("the history is the objective above the best, the lowest left out", {
  fit <- example_fit(alpha_W = 0.001)
  d <- data_of(fit, "nmf", "history")
  above <- d$lines$value[d$lines$panel == "objective above best"]
  expect_equal(above, (fit$history$objective - min(fit$history$objective))[1:6])
  expect_false(d$two)
  d <- data_of(fit, "nmf", "history", above = FALSE)
  expect_equal(d$lines$value[d$lines$line == "loss"], fit$history$loss)
  expect_true(d$two)
})

test_that("compositions sum to 1, in the order of groups, then of their largest component", {
  fit <- example_fit()
  d <- data_of(fit, "nmf", "composition", groups = example_groups())
  expect_equal(rowSums(d$share), c(rep(1, 9), 0))
  expect_identical(as.character(d$groups[[1]]), rep(c("north", "east", "south"), c(4, 3, 3)))
  P <- unname(contribution(fit$W, fit$H, "H"))
  place <- match(d$names, colnames(fit$H))
  expect_equal(d$share, P[place, ])
  # The north is of component 1: the purest first.
  expect_identical(order(-P[1:4, 1]), place[1:4])
  expect_identical(d$names[10], "s10")
  plain <- data_of(fit, "nmf", "composition", sort = FALSE)
  expect_identical(plain$names, colnames(fit$H))
  colours <- stack_colours(rbind(c(0.5, 0.25, 0.25), 0), c("a", "b", "c"), steps = 8)
  expect_identical(colours[, 1], rep(c("c", "b", "a"), c(2, 2, 4)))
  expect_identical(unique(colours[, 2]), "#FFFFFF00")
})

test_that("parts are pictures of the shape, by columns or by rows", {
  fit <- example_fit()
  d <- data_of(fit, "nmf", "parts", shape = c(3, 4), scale = "none")
  expect_identical(dim(d$pictures), c(3L, 4L, 3L))
  expect_equal(d$pictures[, , 2], matrix(unname(fit$W[, 2]), 3))
  expect_identical(d$limits, c(0, max(fit$W)))
  d <- data_of(fit, "nmf", "parts", shape = c(3, 4), byrow = TRUE, components = c("NMF3", "NMF1"))
  expect_equal(d$pictures[, , 1], matrix(unname(fit$W[, 3]), 3, byrow = TRUE) / max(fit$W[, 3]))
  signed <- data_of(fit, "nmf", "parts", shape = c(3, 4), values = matrix(-3:8, 12, 1))
  expect_identical(signed$limits, c(-1, 1))
  expect_equal(signed$pictures[1, 1, 1], -3 / 8)
  expect_identical(signed$palette, signed_palette())
  square <- fit_with(matrix(1, 9, 2), matrix(1, 2, 3))
  expect_identical(dim(data_of(square, "nmf", "parts")$pictures), c(3L, 3L, 2L))
})

test_that("profiles have an axis of numbers where names are", {
  fit <- example_fit()
  expect_identical(data_of(fit, "nmf", "profile")$names, rownames(fit$W))
  rownames(fit$W) <- seq(400, 950, by = 50)
  d <- data_of(fit, "nmf", "profile")
  expect_identical(d$at, seq(400, 950, by = 50))
  expect_null(d$names)
  d <- data_of(fit, "nmf", "profile", matrix = "H", components = 2, scale = "max", at = 2^(1:10))
  expect_equal(d$values, matrix(fit$H[2, ] / max(fit$H[2, ])))
  expect_identical(d$at, 2^(1:10))
  expect_null(numbers_in(c("1", "2", "2")))
  expect_null(numbers_in(c("a", "2")))
})

test_that("a map of thousands of features draws the top ones, of others the named ones", {
  fit <- large_fit(3000, 20, 4)
  d <- data_of(fit, "nmf", "W")
  top <- unique(as.integer(top_features(fit, 15)$feature))
  expect_identical(nrow(d$values), length(top))
  expect_match(d$entries, "of 3,000")
  expect_identical(nrow(data_of(fit, "nmf", "W", n = Inf)$values), 3000L)
  expect_identical(nrow(data_of(example_fit(), "nmf", "W")$values), 12L)
  d <- data_of(example_fit(), "nmf", "W", features = c("gene7", "gene2"), components = 3:2, scale = "none")
  expect_equal(d$values, unname(example_fit()$W[c(7, 2), 3:2]))
  expect_identical(d$names, c("gene7", "gene2"))
  bars <- data_of(example_fit(), "nmf", "features", features = c(5, 1), labels = LETTERS[1:12])$bars
  expect_identical(bars$feature, rep(c("E", "A"), 3))
})

test_that("a piano roll keeps the order of rows and of time", {
  fit <- example_fit()
  d <- data_of(fit, "nmf", "H", components = 3:1, at = (1:10)^2, scale = "none", groups = example_groups())
  expect_equal(d$values, unname(t(fit$H)[, 3:1]))
  expect_identical(d$components, c("NMF3", "NMF2", "NMF1"))
  skip_if_not_installed("ggplot2")
  p <- ggplot2::ggplot_build(ggplot2::autoplot(fit, "H", at = (1:10)^2))
  x <- p$layout$panel_params[[1]]$x
  expect_equal(as.numeric(x$get_labels())[1], 20)
  expect_equal(as.numeric(x$get_breaks())[1], stats::approx((1:10)^2, 1:10, 20)$y)
})

test_that("sixty components and groups, and forty bars, at any size", {
  fit <- large_fit(64, 180, 60)
  groups <- rep(paste("group number", 1:60), 3)
  bars <- as.data.frame(lapply(1:40, function(k) factor((seq_len(180) * k) %% 5)))
  names(bars) <- paste("known thing", 1:40)
  gg <- requireNamespace("ggplot2", quietly = TRUE)
  for (size in list(c(4.86, 4.2), c(12, 8))) {
    nowhere({
      for (type in fit_types) {
        expect_no_warning(plot(fit, type))
        if (type %in% c("H", "composition")) {
          expect_no_warning(plot(fit, type, groups = groups))
          expect_no_warning(plot(fit, type, groups = bars))
        }
      }
      if (gg && size[1] < 5) print(ggplot2::autoplot(fit, "H", groups = bars))
    }, size[1], size[2])
  }
})


test_that("topic models are drawn in probabilities", {
  topics <- as_topics(example_fit())
  d <- data_of(topics, "nmf_topics", "terms", n = 2)
  expect_equal(d$bars$score[1], max(topics$terms[, 1]))
  expect_identical(d$bars$feature[3], rownames(topics$terms)[which.max(topics$terms[, 2])])
  d <- data_of(topics, "nmf_topics", "documents", sort = FALSE)
  expect_equal(d$share[1:9, ], unname(t(topics$documents))[1:9, ])
  expect_identical(d$share[10, ], c(0, 0, 0))
  nowhere({
    expect_invisible(plot(topics))
    expect_invisible(plot(topics, "documents", groups = example_groups()))
  })
})

test_that("colours: components have theirs, ordered groups from light to dark", {
  expect_identical(component_colours(3), component_colours(8)[1:3])
  for (count in c(10, 30, 60)) expect_identical(anyDuplicated(component_colours(count)), 0L)
  expect_length(intersect(component_colours(10), group_colours(factor(1:7))), 0)
  light <- function(colours) grDevices::convertColor(t(grDevices::col2rgb(colours)) / 255, "sRGB", "Lab")[, 1]
  stages <- factor(c("I", "II", "III", "IV"), ordered = TRUE)
  expect_true(all(diff(light(group_colours(stages))) < 0))
  expect_s3_class(as_groups(c(1.5, 2:9)), "ordered")
  expect_false(is.ordered(as_groups(c(1, 2, 1))))
})

test_that("metagenes are the data of the top features, in the order of groups, on the scale of each feature", {
  fit <- example_fit()
  x <- example_data() - 0.5
  groups <- data.frame(side = example_groups(), half = rep(c("a", "b"), 5))
  d <- data_of(fit, "nmf", "metagenes", data = x[12:1, 10:1], n = 2, by = "weight", groups = groups)
  expect_identical(d$top$feature, top_features(fit, 2)$feature)
  order <- match(d$names, colnames(x))
  expect_identical(d$groups$side, example_groups()[order])
  row <- x[d$top$feature[3], order]
  expect_equal(d$level[3, ], unname((row - min(row)) / (max(row) - min(row))))
  expect_identical(data_of(fit, "nmf", "metagenes", data = x, labels = LETTERS[1:12])$text[1], "A")
  nowhere({
    expect_invisible(plot(fit, "metagenes", data = x, groups = groups, main = "Data"))
    expect_identical(metagene_map(fit, x, n = 2, by = "weight", groups = groups), d$top)
  })
  expect_error(plot(fit, "metagenes"), "needs `data`", class = "nonneg_error_input")
  skip_if_not_installed("ggplot2")
  p <- ggplot2::ggplot_build(ggplot2::autoplot(fit, "metagenes", data = x, n = 2, by = "weight", groups = groups))
  expect_equal(p$data[[1]]$x[13:18], rep(3, 6))
  one <- ggplot2::ggplot_build(ggplot2::autoplot(nmf(example_data(), 1), "metagenes", data = x))
  expect_s3_class(one, "ggplot_built")
})

test_that("a ggplot of compositions has all groups: the first apart from each other, the others as bars", {
  skip_if_not_installed("ggplot2")
  fit <- example_fit()
  groups <- data.frame(side = example_groups(), half = rep(c("a", "b"), 5), third = rep(1:2, each = 5))
  p <- ggplot2::ggplot_build(ggplot2::autoplot(fit, "composition", groups = groups))
  d <- data_of(fit, "nmf", "composition", groups = groups)
  # Each observation is one wide, and its component the part that it has; between groups there is a gap.
  first <- p$data[[1]][p$data[[1]]$fill == component_colours(3)[1], ]
  expect_equal(first$xmin, seq_len(10) - 1 + rep(0:2 * 0.08, c(4, 3, 3)))
  expect_equal(first$ymax - first$ymin, d$share[, 1])
  bars <- p$data[[3]]
  expect_setequal(bars$fill, c(group_colours(d$groups$half, 2), group_colours(d$groups$third, 3)))
  expect_equal(sum((bars$xmax - bars$xmin)[bars$fill == group_colours(d$groups$third, 3)[1]]), 5)
  labels <- p$layout$panel_params[[1]]$x$get_labels()
  expect_identical(labels, c("north", "east", "south"))
})

test_that("stacked bars reach under what is drawn later, and no further than to what is as high", {
  share <- rbind(c(0.2, 0.8), c(0.5, 0.5), c(0, 0))
  s <- stack_rectangles(share)
  expect_equal(s$component, c(2, 1, 2, 1, 2, 1))
  expect_equal(s$upper, c(1, 0.2, 1, 0.5, 0, 0))
  # The upper one begins a little under the edge, that of nothing where it is.
  expect_equal(s$lower, c(0.195, 0, 0.495, 0, 0, 0))
  # Nothing is as high as what follows as empty.
  expect_equal(s$right, c(1, 1, 2, 2, 3, 3))
  full <- stack_rectangles(rbind(1, 1, 1, 1, 1))
  expect_equal(full$left, 0:4)
  expect_equal(full$right, c(3.5, 4.5, 5, 5, 5))
})

test_that("a legend of many numbers in order has some of them, from the first to the last; of names all", {
  numbers <- as_groups(c(5, 1:40))
  expect_identical(levels(numbers)[legend_levels(numbers)], c("1", "8", "14", "20", "27", "34", "40"))
  names <- factor(paste("cell", 1:40))
  expect_identical(legend_levels(names), 1:40)
  expect_identical(legend_levels(as_groups(c(1:20, NA)))[8], 21L)
  few <- as_groups(1:9)
  expect_identical(legend_levels(few), 1:9)
})

test_that("names of a ggplot have the length and the number that the page has room for", {
  skip_if_not_installed("ggplot2")
  x <- example_data()[rep(1:12, 3), ]
  rownames(x) <- paste("a feature with a name of many words, number", 1:36)
  p <- ggplot2::autoplot(nmf(x, 3), "W")
  shown <- function(width, height) {
    grDevices::pdf(NULL, width, height)
    on.exit(grDevices::dev.off())
    labels <- ggplot2::ggplot_build(p)$layout$panel_params[[1]]$y$get_labels()
    labels[!is.na(labels)]
  }
  large <- shown(12, 9)
  small <- shown(3.5, 3)
  expect_length(large, 36)
  expect_lt(length(small), 20)
  expect_lt(max(nchar(small)), max(nchar(large)))
  expect_identical(anyDuplicated(small), 0L)
})

test_that("the legend of sixty groups fits a ggplot of three inches", {
  skip_if_not_installed("ggplot2")
  x <- withr::with_seed(1, matrix(rexp(40 * 120), 40))
  groups <- factor(paste("cell type", rep(1:60, 2), "of blood"), paste("cell type", 1:60, "of blood"))
  fit <- nmf(x, 6, max_iter = 5)
  grDevices::pdf(NULL, 3.6, 3.1)
  withr::defer(grDevices::dev.off())
  inches <- function(groups) {
    drawn <- ggplot2::ggplotGrob(ggplot2::autoplot(fit, "H", groups = groups))
    box <- drawn$grobs[startsWith(drawn$layout$name, "guide-box")]
    max(vapply(box, function(b) sum(grid::convertHeight(b$heights, "in", valueOnly = TRUE)), 0))
  }
  expect_lt(inches(groups), 3.1)
  # Nor was anything left out for that.
  expect_gt(inches(groups), inches(factor(rep(letters[1:4], 30))))
})
