# What is known of each observation: checked, and drawn as bars of colours above a map.

# `groups`: NULL, a factor or vector, a data frame of these, or names of columns of the annotation that the
# object came with (`own`); to a named list of factors, one element per observation each. `names`: of the
# observations, which decide where `groups` has names, too.
check_annotation <- function(groups, n, names = NULL, own = NULL) {
  if (is.null(groups)) {
    return(list())
  }
  if (is.character(groups) && is.null(names(groups)) && length(own) && all(groups %in% names(own))) {
    groups <- own[groups]
  }
  if (!is.data.frame(groups)) {
    return(list(groups = check_groups(groups, n, names, own)))
  }
  if (ncol(groups) == 0) {
    abort_input("A data frame given as {.arg groups} must have columns.")
  }
  given <- if (has_row_names(groups)) rownames(groups)
  if (nrow(groups) != n && (is.null(given) || is.null(names))) {
    abort_input(c(
      "A data frame given as {.arg groups} must have one row per observation, {n} in all.",
      "x" = "It is {nrow(groups)} x {ncol(groups)}."
    ))
  }
  place <- place_by_name(given, nrow(groups), names, n, "groups", "observation")
  bars <- lapply(names(groups), function(column) {
    value <- groups[[column]]
    if (!is.atomic(value) || !is.null(dim(value)) && length(dim(value)) > 1) {
      abort_input(
        "Columns of {.arg groups} must be factors or vectors; {quote_each(column)} is {describe(value)}."
      )
    }
    as_groups(value[place])
  })
  stats::setNames(bars, names(groups))
}

# Numbers are no names: they are left from other tables.
has_row_names <- function(df) is.character(attr(df, "row.names"))

check_groups <- function(groups, n, names = NULL, own = NULL) {
  if (is.null(groups)) {
    return(NULL)
  }
  if (!is.atomic(groups) || length(groups) != n && (is.null(names(groups)) || is.null(names))) {
    abort_input(c(
      "{.arg groups} must be a factor or vector with one element per observation, {n} in all.",
      "x" = "It is {describe(groups)}.",
      "i" = if (is.character(groups) && length(own)) "The object has the columns {quote_each(names(own))}."
    ))
  }
  given <- if (is.null(dim(groups))) names(groups)
  place <- place_by_name(given, length(groups), names, n, "groups", "observation")
  as_groups(if (is.object(groups)) groups[place] else as.vector(groups)[place])
}

# More numbers than there are different colours are in order.
as_groups <- function(x) {
  groups <- if (is.factor(x)) droplevels(x) else as.factor(x)
  if (is.numeric(x) && nlevels(groups) > 7) groups <- factor(groups, levels(groups), ordered = TRUE)
  if (anyNA(groups)) groups <- addNA(groups)
  unname(groups)
}

# What an object tells of its observations, to be named as `groups`: a data frame of factors, NULL where
# there is nothing. Columns with more than 100 different values are no groups.
annotation_of <- function(x) {
  known <- tryCatch(as.data.frame(observation_table(x)), error = function(e) NULL)
  kept <- lapply(known, function(column) {
    if (!is.atomic(column) || !is.null(dim(column))) {
      return(NULL)
    }
    if (length(unique(column)) <= 100) if (is.factor(column)) column else as.factor(column)
  })
  kept <- kept[lengths(kept) > 0]
  if (length(kept)) as.data.frame(kept, optional = TRUE)
}

# The table of observations of a class of objects.
observation_table <- function(x) UseMethod("observation_table")

#' @export
observation_table.default <- function(x) NULL

#' @exportS3Method observation_table SummarizedExperiment
observation_table.SummarizedExperiment <- function(x) SummarizedExperiment::colData(x)

#' @exportS3Method observation_table ExpressionSet
observation_table.ExpressionSet <- function(x) Biobase::pData(x)

#' @exportS3Method observation_table Seurat
observation_table.Seurat <- function(x) x[[]]

#' @exportS3Method observation_table phyloseq
observation_table.phyloseq <- function(x) {
  table <- x@sam_data
  if (!is.null(table)) stats::setNames(as.data.frame(table@.Data), table@names)
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

# Height of a bar and the space above it, in inches: many bars take no more than a third of the figure.
bar_pitch <- function(bars) min(0.19, graphics::par("fin")[2] / 3 / max(length(bars), 1))

annotation_height <- function(bars) if (length(bars)) length(bars) * bar_pitch(bars) + 0.05 else 0

# Bars over the present panel, the first one lowest; names at their left end if there is room.
draw_annotation <- function(bars, colours, labelled = TRUE) {
  pitch <- bar_pitch(bars)
  height <- inch_y(0.79 * pitch)
  cex <- label_cex(pitch, most = 0.75)
  texts <- shorten(names(bars), 16)
  for (k in seq_along(bars)) {
    low <- 1 + inch_y(0.05 + (k - 1) * pitch)
    runs <- group_runs(bars[[k]])
    n <- length(bars[[k]])
    graphics::rect(
      (runs$first - 1) / n, low, runs$last / n, low + height, col = colours[[k]][runs$group], border = NA
    )
    if (labelled && cex > 0) {
      graphics::text(-inch_x(0.06), low + height / 2, texts[k], adj = c(1, 0.5), cex = cex)
    }
  }
}

# Room that the names of bars take at the left.
annotation_width <- function(bars) {
  cex <- label_cex(bar_pitch(bars), most = 0.75)
  if (cex > 0) text_width(shorten(names(bars), 16), cex) + 0.12 else 0
}
