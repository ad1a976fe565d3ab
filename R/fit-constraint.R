# Constraints on H besides that it is not negative: an upper bound, or that its columns sum to 1.

# list(upper_H, sum_to_one), as settings have them.
check_constraint <- function(upper_H, sum_to_one, loss, solver, smooth_H) {
  upper_H <- check_number(upper_H, "upper_H", min = 0, above = TRUE, null_ok = TRUE)
  sum_to_one <- check_flag(sum_to_one, "sum_to_one")
  out <- list(upper_H = upper_H, sum_to_one = sum_to_one)
  if (!is_constrained(out)) {
    return(out)
  }
  what <- if (sum_to_one) "sum_to_one" else "upper_H"
  if (sum_to_one && !is.null(upper_H)) {
    abort_input("{.arg upper_H} and {.arg sum_to_one} cannot both be given: what sums to 1 is at most 1.")
  }
  if (!loss$quadratic) {
    abort_input("{.arg {what}} is for {.arg loss} = \"frobenius\", not {quote_each(loss_label(loss))}.")
  }
  if (identical(solver, "mu")) abort_input(
    "{.arg {what}} cannot be kept by {.arg solver} = \"mu\": use \"cd\" or \"bpp\"."
  )
  if (!is.null(smooth_H)) abort_input("{.arg {what}} and {.arg smooth_H} cannot both be given.")
  out
}

is_constrained <- function(settings) isTRUE(settings$sum_to_one) || !is.null(settings$upper_H)

check_constraint_data <- function(settings, data, fixed) {
  if (!is_constrained(settings)) {
    return(invisible())
  }
  what <- if (settings$sum_to_one) "sum_to_one" else "upper_H"
  if (!is.null(fixed$H)) abort_input("{.arg {what}} and {.arg fixed_H} cannot both be given.")
  if (is_incomplete(data) || data$weighted) {
    abort_input(c(
      "{.arg {what}} needs complete data without weights.",
      "i" = if (is_incomplete(data)) {
        "{.arg x} has missing entries."
      } else {
        "Rows may be multiplied by the roots of their weights before."
      }
    ))
  }
}

# For the core.
core_constraint <- function(settings) {
  list(
    upper_H = if (!is.null(settings$upper_H)) rep(settings$upper_H, settings$rank),
    sum_H = if (isTRUE(settings$sum_to_one)) 1
  )
}

# A start whose H keeps the constraint. Under a bound, scale moves to W where W may take it.
within_constraint <- function(start, settings, fixed) {
  if (isTRUE(settings$sum_to_one)) {
    total <- colSums(start$H)
    start$H[, total == 0] <- 1
    start$H <- scale_columns(start$H, 1 / one_for_zero(colSums(start$H)))
  } else if (!is.null(settings$upper_H)) {
    if (is.null(fixed$W)) {
      by <- pmax(1, largest_of_all(apply(start$H, 1, max)) / settings$upper_H)
      start$W <- scale_columns(start$W, by)
      start$H <- start$H / by
    }
    start$H[] <- pmin(start$H, settings$upper_H)
  }
  start
}
