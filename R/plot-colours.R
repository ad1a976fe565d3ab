# What colours mean. Numbers: from light to dark. Known groups: Okabe and Ito's, which the colour-blind can
# tell apart, as far as they go. Components: a family of their own, so that they are not taken for groups.

# Light is low, dark is high; safe for the colour-blind, also in grey.
map_palette <- function() grDevices::hcl.colors(100, "Blues", rev = TRUE)

# From negative to positive, white at zero.
signed_palette <- function() grDevices::hcl.colors(101, "Blue-Red 3")

bar_colour <- "#2C6E9B"
second_colour <- "#D55E00"

# What is not known.
unknown_colour <- "#E9DFC9"

check_palette <- function(palette, default = map_palette(), arg = "palette") {
  if (is.null(palette)) {
    return(default)
  }
  if (!is.character(palette) || length(palette) < 2 || !all(are_colours(palette))) {
    abort_input("{.arg {arg}} must be at least two colours, not {describe(palette)}.")
  }
  grDevices::colorRampPalette(palette)(length(default))
}

are_colours <- function(x) {
  !is.na(x) & vapply(x, function(one) !inherits(try(grDevices::col2rgb(one), silent = TRUE), "try-error"), NA)
}

# Colours of the levels of a factor: in order where it is ordered, else as different as can be. What is
# missing is grey. `k`: which bar of several this is; each has a family of its own.
group_colours <- function(groups, k = 1) {
  names <- levels(groups)
  known <- sum(!is.na(names))
  colours <- if (is.ordered(groups)) {
    ordinal_colours(known, k)
  } else if (k == 1) {
    if (known <= 7) unname(
      grDevices::palette.colors(8, "Okabe-Ito")
    )[-1][seq_len(known)] else many_colours(known)
  } else {
    family <- c("Set 2", "Dark 3", "Pastel 1", "Harmonic")[(k - 2) %% 4 + 1]
    grDevices::hcl.colors(max(known, 1), family)[seq_len(known)]
  }
  c(colours, rep("grey75", sum(is.na(names))))
}

ordinal_colours <- function(count, k) {
  family <- c("Viridis", "Plasma", "Mako", "Rocket")[(k - 1) %% 4 + 1]
  grDevices::hcl.colors(max(count, 1) + 1, family, rev = TRUE)[-1][seq_len(count)]
}

# Hues by steps of the golden angle, in turn dark, light and between, so that neighbours differ.
many_colours <- function(count, start = 15) {
  hue <- (start + 360 * 0.381966 * (seq_len(count) - 1)) %% 360
  light <- c(50, 78, 64)[(seq_len(count) - 1) %% 3 + 1]
  grDevices::hcl(hue, c(75, 55, 90)[(seq_len(count) - 1) %% 3 + 1], light)
}

# The k-th component has the same colour in all pictures of fits of that rank, if there are no more than ten.
component_colours <- function(count) {
  tableau <- c(
    "#4E79A7", "#F28E2B", "#59A14F", "#E15759", "#76B7B2", "#EDC948", "#B07AA1", "#FF9DA7", "#9C755F",
    "#BAB0AC"
  )
  if (count <= 10) tableau[seq_len(count)] else many_colours(count, 250)
}

group_names <- function(groups) {
  names <- levels(groups)
  names[is.na(names)] <- "NA"
  names
}

# Which levels a legend has: all, but of many numbers in order some.
legend_levels <- function(groups) {
  names <- levels(groups)
  known <- which(!is.na(names))
  number <- !anyNA(suppressWarnings(as.numeric(names[known])))
  if (!is.ordered(groups) || length(known) <= 12 || !number) {
    return(seq_along(names))
  }
  c(known[unique(round(seq(1, length(known), length.out = 7)))], which(is.na(names)))
}

# Colours of the bars of check_annotation(), one vector each.
annotation_colours <- function(bars) lapply(seq_along(bars), function(k) group_colours(bars[[k]], k))

# Colours in a matrix for the numbers in A.
colours_of <- function(A, limits, palette) {
  step <- (A - limits[1]) / max(diff(limits), .Machine$double.xmin)
  at <- 1 + floor(pmin(pmax(step, 0), 1) * (length(palette) - 1) + 0.5)
  colours <- matrix(palette[at], nrow(A), ncol(A))
  colours[is.na(A)] <- unknown_colour
  colours
}
