skip_if_not_installed("clue")
skip_if_not_installed("cluster")

on_nowhere <- function(code) {
  grDevices::pdf(NULL, width = 7, height = 6)
  on.exit(grDevices::dev.off())
  force(code)
}

survey <- small_survey(ranks = 2:4, nrun = 2, times = 5)
known <- rep(c("a", "b", "c"), each = 6)

test_that("pictures are as before", {
  skip_if_not_installed("vdiffr")
  # Numbers that no processor changes: classes of ten fits, some of which move an observation.
  members <- matrix(rep(1:3, each = 6), 18, 10)
  members[cbind(c(1, 1, 7, 8, 8, 8, 13, 18), c(1, 2, 3, 4, 5, 6, 7, 8))] <- c(2, 2, 3, 1, 1, 3, 1, 2)
  members[cbind(1:10, 1:10)] <- NA
  rownames(members) <- paste0("s", 1:18)
  C <- consensus(members, rank = 3)
  vdiffr::expect_doppelganger(
    "consensus map", function() plot(C, groups = data.frame(group = known, half = known == "a"))
  )
  vdiffr::expect_doppelganger("consensus silhouette", function() plot(C, "silhouette"))
})

test_that("every plot returns its object and sets par back", {
  boot <- withr::with_seed(1, nmf_bootstrap(survey$fits[["3"]], grouped_data(), times = 4, verbose = FALSE))
  cv <- withr::with_seed(1, cross_validate(grouped_data(), 1:4, folds = 3, verbose = FALSE))
  on_nowhere({
    before <- graphics::par(c("mar", "xpd", "mfrow", "cex", "family"))
    drawn <- function(...) {
      returned <- withVisible(plot(...))
      expect_false(returned$visible)
      expect_identical(returned$value, ..1)
      expect_equal(graphics::par(names(before)), before)
    }
    drawn(survey)
    drawn(survey, "consensus", groups = known)
    drawn(survey, "consensus", rank = 2, groups = known, main = "two")
    drawn(survey, "consensus", from = "restarts")
    drawn(survey, "silhouette", rank = 3)
    drawn(survey, "components")
    drawn(boot)
    drawn(boot, "H", groups = known)
    drawn(boot, "stability")
    drawn(cv, main = "held out")
    top <- metagene_map(survey$fits[["3"]], grouped_data(), n = 4, groups = known)
    expect_equal(graphics::par(names(before)), before)
  })
  expect_identical(top, top_features(survey$fits[["3"]], 4, "specificity"))
})

test_that("ggplots have all ranks", {
  skip_if_not_installed("ggplot2")
  p <- ggplot2::autoplot(survey)
  expect_identical(sort(unique(p$data$rank)), 2:4)
  expect_identical(nlevels(p$data$measure), 9L)
  on_nowhere(print(p))
  cv <- withr::with_seed(1, cross_validate(grouped_data(), 1:4, folds = 3, verbose = FALSE))
  p <- ggplot2::autoplot(cv)
  expect_identical(unique(p$data$line), c("held out", "fitted"))
  on_nowhere(print(p))
})

test_that("autoplot() draws what was asked for", {
  skip_if_not_installed("ggplot2")
  C <- consensus(survey, 3)
  order <- C$tree$order
  p <- ggplot2::autoplot(survey, "consensus", rank = 3, groups = known)
  expect_equal(p$data$value, as.vector(C$matrix[order, order]), ignore_attr = TRUE)
  all <- ggplot2::autoplot(survey, "consensus")
  expect_identical(as.vector(table(all$data$rank)), rep(324L, 3))
  p <- ggplot2::autoplot(survey, "silhouette", rank = 3)
  expect_equal(sort(p$data$width), sort(unname(C$silhouette)))
  p <- ggplot2::autoplot(survey, "components")
  expect_identical(nrow(p$data), 9L)
  best <- best_rank(survey)
  p <- ggplot2::autoplot(best)
  expect_identical(p$data$value, best$evidence$agreement)
  boot <- withr::with_seed(1, nmf_bootstrap(survey$fits[["3"]], grouped_data(), times = 3, verbose = FALSE))
  on_nowhere({
    print(all)
    plot(best)
    for (type in c("W", "H", "stability")) print(ggplot2::autoplot(boot, type))
    print(ggplot2::autoplot(boot, "H", groups = known))
    print(ggplot2::autoplot(nmf_tree(austen$x[1:300, ], leaves = 3), n = 2))
  })
})

test_that("a class of the tree has the colour of the component that most of it belongs to", {
  counts <- rbind(c(1, 9, 0), c(8, 0, 1), c(2, 0, 7))
  expect_identical(component_of_class(counts), c(2L, 1L, 3L))
  # More classes than components: what is left.
  expect_identical(component_of_class(rbind(c(5, 0), c(0, 4), c(1, 1))), c(1L, 2L, 3L))
  C <- consensus(survey, 3)
  bars <- consensus_bars(C, list(class = factor(known)))
  expect_named(bars, c("found class", "component", "class"))
  colours <- bar_colours(bars, 3)
  expect_identical(colours[[2]], component_colours(3))
  # Here tree and components agree: each observation has one colour.
  expect_identical(colours[[1]][bars[[1]]], colours[[2]][bars[[2]]])
})

test_that("restarts that are far from resamples do not squeeze these", {
  d <- data.frame(line = rep(c("resamples", "restarts"), each = 3), value = c(0.51, 0.5, 0.52, 1, 1, 1), se = NA)
  expect_lt(measure_limits(d)[2], 0.6)
  d$value[4:6] <- 0.53
  expect_gt(measure_limits(d)[2], 0.53)
  d$se[1] <- 0.01
  expect_gte(measure_limits(d)[2], 0.53)
  s <- survey
  s$stability$agreement[s$stability$from == "resamples"] <- c(0.51, 0.5, 0.52)
  s$stability$agreement_se <- 0
  s$stability$agreement[s$stability$from == "restarts"] <- 1
  notes <- survey_panels(s)$notes
  expect_identical(notes$text[notes$measure == "agreement"], "restarts: 1")
  on_nowhere(expect_invisible(plot(s)))
})

test_that("other packages draw the same matrix", {
  C <- consensus(survey, 3)
  skip_if_not_installed("pheatmap")
  on_nowhere(expect_s3_class(plot(C, groups = known, engine = "pheatmap"), "pheatmap"))
  skip_if_not_installed("ComplexHeatmap")
  on_nowhere(expect_s4_class(plot(C, groups = known, engine = "ComplexHeatmap"), "Heatmap"))
})

test_that("extreme consensus matrices can be drawn", {
  on_nowhere({
    for (C in list(
      consensus(matrix(1, 1, 2), rank = 1), consensus(matrix(1, 4, 2), rank = 2), consensus(
        matrix(1:90, 90, 1), rank = 3
      )
    )) {
      expect_invisible(plot(C))
      expect_invisible(plot(C, "silhouette"))
    }
    one <- small_survey(ranks = 1, nrun = 1, resample = "none")
    expect_invisible(plot(one))
    expect_invisible(plot(one, "consensus"))
  })
})

test_that("bad input is named", {
  on_nowhere({
    expect_snapshot(fault(plot(survey, "rss")))
    expect_snapshot(fault(plot(survey, rank = 2)))
    expect_snapshot(fault(plot(survey, groups = known)))
    expect_snapshot(fault(plot(survey, "silhouette")))
    expect_snapshot(fault(plot(survey, "consensus", rank = 3, groups = 1:3)))
    expect_snapshot(fault(plot(survey, "consensus", rank = 3, groups = data.frame(a = 1:3))))
    expect_snapshot(fault(metagene_map(survey$fits[["3"]], grouped_data(), labels = "a")))
    expect_snapshot(fault(metagene_map(survey$fits[["3"]], grouped_data()[, -1])))
  })
})

test_that("pairs that were in no fit together have a colour of their own", {
  drawn <- NULL
  local_replaced("draw_cells", function(A, limits, palette) drawn <<- A)
  members <- rbind(c(1, NA), c(1, 2), c(NA, 2), c(2, 1))
  on_nowhere(plot(consensus(members, rank = 2)))
  expect_identical(sum(is.na(drawn)), 2L)
})

test_that("the panel of measures shows the residual, of the loss of the fits", {
  df <- measures_data(survey)
  expect_equal(df$value[df$measure == "residual"], survey$measures$rss)
  other <- survey
  other$settings$loss <- "kullback-leibler"
  expect_equal(measures_data(other)$value[measures_data(other)$measure == "residual"], survey$measures$loss)
})

test_that("classes of a consensus have colours that no group has", {
  for (rank in c(2, 3, 8)) {
    bars <- list(class = factor(seq_len(rank)), a = factor(seq_len(7)), b = factor(seq_len(7)), c = factor(1:20))
    colours <- bar_colours(bars)
    expect_identical(anyDuplicated(colours[[1]]), 0L)
    expect_length(intersect(toupper(colours[[1]]), toupper(unlist(colours[-1]))), 0)
  }
})

test_that("intervals of features by specificity, under other names", {
  boot <- withr::with_seed(1, nmf_bootstrap(survey$fits[["3"]], grouped_data(), times = 3, verbose = FALSE))
  on_nowhere({
    expect_invisible(plot(boot, n = 4, by = "specificity", labels = paste("gene", 1:24)))
    expect_snapshot(fault(plot(boot, labels = "a")))
    expect_snapshot(fault(plot(boot, "H", by = "specificity")))
    expect_snapshot(fault(plot(boot, by = "lift")))
  })
})

test_that("what the user gives to another package goes first", {
  skip_if_not_installed("pheatmap")
  p <- on_nowhere(plot(consensus(survey, 3), engine = "pheatmap", show_rownames = FALSE, fontsize_col = 4))
  expect_s3_class(p, "pheatmap")
  expect_false("row_names" %in% p$gtable$layout$name)
})
