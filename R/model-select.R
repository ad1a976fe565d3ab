#' Select or reorder components
#'
#' `fit[i]` is a fit with the components `i`, in that order. Everything that
#' takes a fit takes the result.
#'
#' Keeping all components, in any order, leaves the problem as it was. Without
#' some of them `W H` is another matrix, whose loss is not known without the
#' data. So in a strict subset `objective`, `loss`, `penalty` and the numbers of
#' `certificate` are `NA`. `history`, `converged`, `reason`, `runs`, `seconds` and
#' `call` are kept: they tell how the whole fit was made. `settings$rank` is the
#' number of components left and `settings$selected_from` the number there was.
#' `H` is not solved again: [predict()][predict.nmf] does that, for the
#' components left.
#'
#' @param x A fit of class `"nmf"`, see [nmf-class].
#' @param i Components: numbers (all positive or all negative), `TRUE` or
#'   `FALSE` for each (or one for all), or names. None twice and at least one.
#' @param ... Must be empty.
#' @return An object of class `"nmf"`.
#' @examples
#' set.seed(1)
#' fit <- nmf(matrix(rexp(200), 20), rank = 3)
#' fit[2:1]
#' fit["NMF3"]
#' fit[-1]
#' @name extract_nmf
#' @aliases [.nmf
NULL

#' @rdname extract_nmf
#' @export
`[.nmf` <- function(x, i, ...) {
  check_dots_empty(...)
  check_fit(x, "x")
  if (missing(i)) {
    return(x)
  }
  kept <- component_index(i, colnames(x$W))
  r <- ncol(x$W)

  x$W <- x$W[, kept, drop = FALSE]
  x$H <- x$H[kept, , drop = FALSE]
  x$scale <- x$scale[kept]
  if (length(kept) < r) {
    x$objective <- NA_real_
    x$loss <- NA_real_
    x$penalty <- NA_real_
    x$certificate[c("kkt", "gap_W", "gap_H")] <- NA_real_
    if (!is_selection(x)) x$settings$selected_from <- r
    x$settings$rank <- length(kept)
  }
  validate_nmf(x)
}

# Parts by their whole names: `fit$h` is not the history.

#' @export
`$.nmf` <- function(x, name) {
  if (!is.list(x)) abort_input("A fit must be a list with its parts, see {.help nmf-class}.")
  part <- .subset2(x, name)
  if (!is.null(part)) {
    return(part)
  }
  near <- names(x)[startsWith(tolower(names(x)), tolower(name))]
  if (length(near) && !name %in% near) {
    abort_input(c(
      "A fit has no part {.field {name}}.",
      "i" = "Did you mean {.field {near}}?"
    ))
  }
  NULL
}

#' @export
t.nmf <- function(x) {
  abort_input(c(
    "A fit has no transpose: features are rows of its W, observations are columns of its H.",
    "i" = "A fit of {.code t(x)} has the factors {.code t(coef(fit))} and {.code t(basis(fit))}; \\
           {.code nmf(t(x), rank, init = list(W = t(coef(fit)), H = t(basis(fit))))} makes it."
  ))
}

# Base functions that take a list or a matrix apart would meet `[` on the way.

#' @export
as.list.nmf <- function(x, ...) unclass(x)

#' @export
as.matrix.nmf <- function(x, ...) no_table("as.matrix")

#' @export
as.data.frame.nmf <- function(x, ...) no_table("as.data.frame")

#' @importFrom utils head
#' @export
head.nmf <- function(x, ...) no_table("head")

#' @importFrom utils tail
#' @export
tail.nmf <- function(x, ...) no_table("tail")

#' @export
confint.nmf <- function(object, parm, level = 0.95, ...) {
  abort_input(c(
    "A fit has no intervals.",
    "i" = "{.code confint(nmf_bootstrap(fit, x))} has those of resampled data."
  ))
}

no_table <- function(what) {
  abort_input(c(
    "A fit is no table: {.fn {what}} does not know which of its parts is meant.",
    "i" = "{.fn basis} is {.field W}, {.fn coef} is {.field H}, {.fn fitted} is their product, \\
           {.fn tidy} makes data frames of them and {.code fit[i]} takes components."
  ))
}

# Positions of the components that i asks for.
component_index <- function(i, components, arg = "i") {
  r <- length(components)
  if (is.factor(i)) i <- as.character(i)
  if (!is.atomic(i) || is.null(i)) abort_input("{.arg {arg}} must be numbers, logical or names, not \\
      {describe(i)}.")
  if (anyNA(i)) {
    abort_input("{.arg {arg}} must not be {.val {NA}}; element {which(is.na(i))[1]} is.")
  }
  if (is.character(i)) {
    kept <- index_by_name(i, components, arg)
  } else if (is.logical(i)) {
    if (length(i) == 1) i <- rep(i, r)
    if (length(i) != r) {
      abort_input(c(
        "A logical {.arg {arg}} must have one element for each of the {r} component{?s}.",
        "x" = "It has {length(i)}."
      ))
    }
    kept <- which(i)
  } else if (is.numeric(i)) {
    kept <- index_by_number(i, r, arg)
  } else {
    abort_input("{.arg {arg}} must be numbers, logical or names, not {describe(i)}.")
  }
  if (anyDuplicated(kept)) {
    twice <- components[kept[anyDuplicated(kept)]]
    abort_input("{.arg {arg}} must name no component twice; it names {.val {twice}} again.")
  }
  if (length(kept) == 0) {
    abort_input("{.arg {arg}} must leave at least one component.")
  }
  as.integer(kept)
}

index_by_name <- function(i, components, arg) {
  unknown <- setdiff(i, components)
  if (length(unknown) > 0) {
    abort_input(c(
      "{.arg {arg}} must be names of components: {.val {components}}.",
      "x" = "There is no component {.val {unknown}}.",
      "i" = if (any(unknown %in% nmf_parts)) {
        "A part of the fit is {.code fit${unknown[1]}}."
      }
    ))
  }
  match(i, components)
}

index_by_number <- function(i, r, arg) {
  bad <- i[i != round(i) | i == 0 | abs(i) > r]
  if (length(bad) > 0) {
    abort_input(c(
      "{.arg {arg}} must be whole numbers from 1 to {r}, or from -1 to -{r}.",
      "x" = "It holds {.val {bad[1]}}."
    ))
  }
  if (any(i > 0) && any(i < 0)) {
    abort_input("{.arg {arg}} must not mix positive and negative numbers.")
  }
  if (any(i < 0)) setdiff(seq_len(r), -i) else i
}
