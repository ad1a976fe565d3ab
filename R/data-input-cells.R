# What is wrong with the values of X, in words that name row and column.

check_cells <- function(x, scan, arg, na_ok = FALSE, negative = FALSE) {
  faults <- scan$n_nan + scan$n_infinite + scan$n_negative
  if (faults == 0 && !negative && scan$max > 1e305) {
    abort_input("{.arg {arg}} must not contain values above 1e305, but has {scan$max}: use other units.")
  }
  if (scan$n_na > 0 && !na_ok) {
    abort_input(c(
      "{.arg {arg}} must not contain missing values.",
      "x" = "{scan$n_na} cell{?s} {?is/are} NA:",
      cells(x, scan$na, scan$n_na)
    ))
  }
  if (scan$n_nan > 0) {
    abort_input(c(
      "{.arg {arg}} must not contain NaN.",
      "x" = "{scan$n_nan} cell{?s} {?is/are} NaN, the result of a calculation without one:",
      cells(x, scan$nan, scan$n_nan),
      "i" = if (na_ok) "A missing entry is {.code NA}."
    ))
  }
  if (scan$n_infinite > 0) {
    abort_input(c(
      "{.arg {arg}} must not contain infinite values.",
      "x" = "{scan$n_infinite} cell{?s} {?is/are} infinite:",
      cells(x, scan$infinite, scan$n_infinite)
    ))
  }
  if (scan$n_negative > 0 && !negative) {
    abort_input(c(
      "{.arg {arg}} must not contain negative values.",
      "x" = "{scan$n_negative} cell{?s} {?is/are} negative:",
      cells(x, scan$negative, scan$n_negative),
      negative_advice(x, scan, arg)
    ))
  }
}

# What to do about negative numbers: many of them are what centring makes of data, few small ones are noise.
negative_advice <- function(x, scan, arg) {
  if (!arg %in% c("x", "newdata")) {
    return(NULL)
  }
  if (is_correlation(x)) {
    return(c("i" = "Correlations are for {.code nmf_symmetric({arg}, negative = \"allow\")}."))
  }
  if (scan$n_negative > max(20, 0.1 * prod(as.double(dim(x))))) {
    return(c(
      "i" = "Centred data, such as z-scores or {.val scale.data} of Seurat, have no nonnegative parts: \\
             give what was there before, counts or their logarithms ({.val data}), perhaps divided by the \\
             standard deviation of each row.",
      "i" = "Where the sign means something, as in log-ratios, {.fn nmf_semi} finds parts of any sign with \\
             nonnegative amounts."
    ))
  }
  at <- scan$negative
  value <- values_at(x, (at - 1) %% nrow(x) + 1, (at - 1) %/% nrow(x) + 1)
  if (arg == "x" && all(abs(value) <= 0.1 * scan$max)) {
    c(
      "i" = "Noise about zero may stay as it is: {.code nmf(negative = \"allow\")}, under the Frobenius loss."
    )
  }
}

is_correlation <- function(x) {
  is.matrix(x) && nrow(x) == ncol(x) && nrow(x) > 1 && all(abs(diag(x) - 1) < 1e-8) && isSymmetric(unname(x))
}

# One bullet per cell, by number and, where there are names, by name.
cells <- function(x, index, total) {
  row <- (index - 1) %% nrow(x) + 1
  col <- (index - 1) %/% nrow(x) + 1
  value <- vapply(values_at(x, row, col), format, "")
  at <- sprintf(
    "row %.0f%s, column %.0f%s: %s", row, quoted(rownames(x), row),
    col, quoted(colnames(x), col), value
  )
  bullets(at, total)
}

quoted <- function(names, k) {
  if (is.null(names)) {
    return(rep("", length(k)))
  }
  paste0(" (", encodeString(names[k], quote = "\""), ")")
}

# Bullets of a cli message for `lines`, the first of `total`.
bullets <- function(lines, total) {
  if (total > length(lines)) lines <- c(lines, "...")
  lines <- gsub("}", "}}", gsub("{", "{{", lines, fixed = TRUE), fixed = TRUE)
  stats::setNames(lines, rep("*", length(lines)))
}
