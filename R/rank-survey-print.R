#' Print and summarise a survey
#'
#' @param x,object A survey from [nmf_survey()].
#' @param digits Significant digits.
#' @param ... Must be empty.
#' @return `print()`: `x`, invisibly. `summary()`: a data frame with one row per rank: `measures` and, of the
#'   resamples (of the restarts where there are none), `stability`, see [nmf_survey()].
#' @export
print.nmf_survey <- function(x, digits = 3, ...) {
  check_dots_empty(...)
  check_digits(digits)
  s <- x$settings
  print_line(
    "Survey of nonnegative matrix factorizations: ", count_of(x$data$nrow, "feature"), " x ",
    count_of(x$data$ncol, "observation"), ", ranks ", describe_ranks(x$ranks)
  )
  failed <- sum(!is.na(x$runs$error))
  print_fields(c(
    describe_complete(x),
    loss = s$loss,
    fits = paste0(
      "per rank ", count_of(s$nrun, "restart"),
      if (s$resample != "none") {
        paste0(" and ", count_of(s$times, "resample"), " of ", format(100 * s$part), "% of the ", s$resample)
      },
      sprintf(", %s s", format(signif(x$seconds, 3)))
    ),
    if (failed > 0) c(failed = sprintf("%d of %d fits, see $runs", failed, nrow(x$runs)))
  ))
  cat("\n")
  shown <- summary(x)
  shown <- shown[c(
    "rank", "loss", "explained", "sparseness_W", "spread", "cophenetic", "dispersion", "silhouette", "pac",
    "agreement", "similarity"
  )]
  for (name in names(shown)[-1]) shown[[name]] <- formatC(shown[[name]], digits = digits, format = "g")
  print(shown, row.names = FALSE)
  print_line(
    "\ncophenetic to similarity: of the ",
    if (s$resample == "none") "restarts" else "resamples", ", see ?nmf_survey"
  )
  invisible(x)
}

describe_ranks <- function(ranks) {
  if (length(ranks) > 2 && all(diff(ranks) == 1)) {
    paste(ranks[1], "to", ranks[length(ranks)])
  } else {
    paste(ranks, collapse = ", ")
  }
}

#' @rdname print.nmf_survey
#' @export
summary.nmf_survey <- function(object, ...) {
  check_dots_empty(...)
  from <- if (object$settings$resample == "none") "restarts" else "resamples"
  stability <- object$stability[object$stability$from == from, ]
  at <- match(object$measures$rank, stability$rank)
  out <- cbind(object$measures, stability[at, setdiff(names(stability), c("rank", "from"))])
  rownames(out) <- NULL
  out
}
