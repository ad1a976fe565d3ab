# What plot() and autoplot() draw, computed once for both.

plot_types <- c("history", "W", "H", "features")

# The arguments of plot() and autoplot(), checked. `given` names those that the
# user gave: one that does not belong to the type of plot is an error.
check_plot_args <- function(x, type, groups, n, by, time, scale, sort, palette,
                            given) {
  # A model from known factors has no history.
  type <- if (is_given(x) && identical(type, plot_types)) "W" else pick(type, plot_types, "type")
  if (type == "history" && is_given(x)) {
    abort_input(c(
      "{.arg x} is a model from known factors, which has no history.",
      "i" = "Try {.code type = \"W\"} or {.code type = \"features\"}."
    ))
  }
  if (type == "H") need_observations(x, "x")
  belongs <- list(
    history = "time",
    W = c("scale", "sort", "palette"),
    H = c("groups", "scale", "sort", "palette"),
    features = c("n", "by")
  )
  extra <- setdiff(given, belongs[[type]])
  if (length(extra) > 0) {
    abort_input(c(
      "{.code type = \"{type}\"} has no argument {.arg {extra}}.",
      "i" = "It takes {.arg {belongs[[type]]}}."
    ))
  }
  list(
    type = type,
    groups = check_annotation(groups, ncol(x$H)),
    n = check_count(n, "n"),
    by = pick(by, feature_scores, "by"),
    time = pick(time, c("iteration", "seconds"), "time"),
    scale = pick(scale, c("share", "max", "none"), "scale"),
    sort = check_flag(sort, "sort"),
    palette = check_palette(palette)
  )
}

check_groups <- function(groups, n) {
  if (is.null(groups)) {
    return(NULL)
  }
  if (!is.atomic(groups) || length(groups) != n) {
    abort_input(c(
      "{.arg groups} must be a factor or vector with one element per observation, {n} in all.",
      "x" = "It is {describe(groups)}."
    ))
  }
  groups <- droplevels(as.factor(groups))
  if (anyNA(groups)) groups <- addNA(groups)
  groups
}

check_palette <- function(palette) {
  if (is.null(palette)) {
    return(map_palette())
  }
  if (!is.character(palette) || length(palette) < 2 || anyNA(palette)) {
    abort_input("{.arg palette} must be at least two colours, not {describe(palette)}.")
  }
  grDevices::colorRampPalette(palette)(100)
}

# A heat map: values, one row per feature or observation in the order to draw
# and one column per component; their names; groups, from check_annotation(), in the same order. The first
# of these orders the map.
map_data <- function(x, type, scale, sort, groups = list()) {
  share <- contribution(x$W, x$H, type)
  class <- as.integer(component_class(x$W, x$H, type))
  A <- if (type == "W") x$W else t(x$H)
  top <- apply(A, 2, max)
  values <- switch(scale,
    share = share,
    max = sweep(A, 2, ifelse(top > 0, top, 1), "/"),
    none = A
  )
  keys <- list(
    if (length(groups)) as.integer(groups[[1]]),
    if (sort) class,
    if (sort) -share[cbind(seq_along(class), ifelse(is.na(class), 1, class))]
  )
  keys <- keys[!vapply(keys, is.null, NA)]
  place <- if (length(keys) == 0) {
    seq_along(class)
  } else {
    do.call(order, c(keys, method = "radix"))
  }
  names <- if (type == "W") rownames(x$W) else colnames(x$H)
  if (!is.null(names)) names <- entry_names(names, length(place))
  list(
    values = unname(values[place, , drop = FALSE]),
    names = names[place],
    components = colnames(x$W),
    groups = lapply(groups, `[`, place),
    entries = count_of(nrow(values), if (type == "W") "feature" else "observation"),
    key = switch(scale,
      share = paste0(
        "part of the\n", if (type == "W") "feature's" else "observation's",
        "\nfitted sum"
      ),
      max = "weight,\nlargest of\ncomponent = 1",
      none = "weight"
    )
  )
}

# At most `most` rows, each the mean of neighbours: finer than any screen.
bin_rows <- function(A, most = 2000) {
  m <- nrow(A)
  if (m <= most) {
    return(A)
  }
  bin <- ceiling(seq_len(m) / m * most)
  unname(rowsum(A, bin) / tabulate(bin, most))
}

# Runs of equal groups: first and last position of each.
group_runs <- function(groups) {
  end <- cumsum(rle(as.integer(groups))$lengths)
  data.frame(
    first = c(1, end[-length(end)] + 1),
    last = end,
    group = as.integer(groups)[end]
  )
}

# Labels of heat maps and bars must not take the page.
shorten <- function(text, most = 28) {
  long <- nchar(text) > most
  text[long] <- paste0(substr(text[long], 1, most - 3), "...")
  text
}

# Shortened until none is wider than `room` inches.
shorten_to <- function(text, room, cex) {
  wide <- text_width(text, cex)
  if (wide <= room) text else shorten(text, max(4, floor(max(nchar(text)) * room / wide)))
}

# Panels of type "features" on one page.
most_panels <- 12

features_note <- function(x) {
  r <- ncol(x$W)
  if (r > most_panels) {
    sprintf("components 1 to %d of %d; select others by fit[i]", most_panels, r)
  }
}

component_titles <- function(x) {
  if (!has_observations(x)) {
    return(colnames(x$W))
  }
  share <- component_share(x$W, x$H)
  sprintf("%s (%.1f%%)", colnames(x$W), 100 * share)
}

score_title <- function(by) {
  switch(by,
    weight = "weight (sum of component = 1)",
    specificity = "specificity score",
    lift = "lift: weight over share in the whole fit",
    frex = "FREX: frequent and exclusive"
  )
}

# Light is low, dark is high; safe for the colour-blind, also in grey.
map_palette <- function() grDevices::hcl.colors(100, "Blues", rev = TRUE)

bar_colour <- "#2C6E9B"

# Colours of groups: Okabe and Ito's, which the colour-blind can tell apart,
# as far as they go. Missing groups are grey.
group_colours <- function(groups) {
  names <- levels(groups)
  known <- sum(!is.na(names))
  colours <- if (known <= 7) {
    unname(grDevices::palette.colors(8, "Okabe-Ito"))[-1][seq_len(known)]
  } else {
    grDevices::hcl.colors(known, "Dynamic")
  }
  c(colours, rep("grey75", sum(is.na(names))))
}

group_names <- function(groups) {
  names <- levels(groups)
  names[is.na(names)] <- "NA"
  names
}
