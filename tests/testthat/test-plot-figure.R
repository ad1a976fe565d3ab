# What the figures of base graphics have in common: legends, keys, panels.

on_page <- function(code, width = 7, height = 6) {
  grDevices::pdf(NULL, width = width, height = height)
  on.exit(grDevices::dev.off())
  graphics::plot.new()
  force(code)
}

test_that("legends have all names, in columns and smaller where they must", {
  bars <- list(group = factor(paste("group number", 1:60), paste("group number", 1:60)))
  on_page({
    layout <- legend_layout(bars, annotation_colours(bars), 5, 2.5)
    expect_length(layout$text, 61)
    expect_gt(max(layout$column), 1)
    expect_lte(layout$width, 2.5)
    expect_lte(max(layout$row) * layout$unit, 5 + 1e-9)
    expect_identical(anyDuplicated(layout$text), 0L)
    few <- legend_layout(list(a = factor(c("x", "y"))), list(c("red", "blue")), 5, 2.5)
    expect_identical(max(few$column), 1)
    expect_identical(few$cex, 0.75)
    expect_identical(few$colour, c(NA, "red", "blue"))
  })
})

test_that("a legend for which there is no room tells how many more there are", {
  bars <- list(group = factor(paste("a very long name of a group", 1:200)))
  on_page(width = 2, height = 2, {
    layout <- legend_layout(bars, annotation_colours(bars), 1, 0.9)
    expect_lte(layout$width, 0.9 + 1e-9)
    last <- layout$text[length(layout$text)]
    expect_match(last, "^[.]{3} [0-9]+ more$")
    # Title and named ones are shown; the rest is counted.
    expect_equal(as.numeric(gsub("[^0-9]", "", last)) + length(layout$text) - 2, 200)
  })
})

test_that("the strip is as wide as its key and its legend, and none without them", {
  on_page({
    expect_identical(side_strip()$width, 0.08)
    key <- list(title = "weight", limits = c(0, 1), palette = map_palette())
    strip <- side_strip(key, list(g = factor(c("a", "a much longer name"))))
    expect_gte(strip$width, text_width("a much longer name", 0.75))
    expect_identical(strip$key_labels, format_ticks(strip$at))
  })
})

test_that("a grid of panels covers its part of the page", {
  on_page(width = 8, height = 5, {
    cells <- grid_cells(5, top = 1, bottom = 0.5, left = 0.2, right = 0.3, columns = 3)
    expect_equal(cells$width, rep(7.5 / 3, 5))
    expect_equal(cells$top[4:5], rep(1 + 3.5 / 2, 2))
    expect_equal(cells$bottom[4:5], rep(0.5, 2))
    expect_equal(8 - cells$left - cells$right, cells$width)
    expect_identical(cells$lowest, c(FALSE, FALSE, TRUE, TRUE, TRUE))
    expect_identical(max(grid_cells(1, 0, 0)$column), 0)
  })
})

test_that("labels that would touch are moved apart, within limits", {
  expect_identical(spread(c(1, 5, 9), 1, c(0, 10)), c(1, 5, 9))
  moved <- spread(c(4, 4.1, 4.2, 9), 1, c(0, 10))
  expect_true(all(diff(moved) >= 1 - 1e-12))
  expect_equal(mean(moved[1:3]), 4.1)
  expect_equal(spread(c(1, 1, 1), 5, c(0, 4)), c(0, 2, 4))
  edge <- spread(c(9.8, 9.9), 1, c(0, 10))
  expect_lte(max(edge), 10)
  expect_equal(diff(edge), 1)
})
