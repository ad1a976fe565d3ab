# Draws man/figures/example.png, the picture of the example in README.md.
#
# Run from the root of the package, with nonneg installed:
#   Rscript data-raw/figures.R

library(nonneg)

x <- austen$x
x@x <- log1p(x@x)
fit <- nmf(x, rank = 6, verbose = FALSE)

dir.create("man/figures", showWarnings = FALSE, recursive = TRUE)
grDevices::png("man/figures/example.png", 7.5, 6.8, units = "in", res = 200, type = "cairo", bg = "white")
graphics::layout(matrix(1:2), heights = c(3.6, 3.2))
plot(fit, "features", n = 7)
plot(fit, "H", groups = austen$class)
invisible(grDevices::dev.off())
