# What a cross-validation says: its best rank, and its print.

#' @rdname best_rank
#' @export
best_rank.nmf_cv <- function(object, ...) {
  check_dots_empty(...)
  runs <- object$runs[is.finite(object$runs$error), ]
  evidence <- object$errors[is.finite(object$errors$error), ]
  rownames(evidence) <- NULL
  values <- tapply(runs$error, list(paste(runs$replicate, runs$fold), runs$rank), mean)
  values <- values[, as.character(evidence$rank), drop = FALSE]
  off <- if (ncol(values)) paired_shortfall(-values) else data.frame(
    shortfall = numeric(), shortfall_se = numeric()
  )
  evidence$excess <- off$shortfall
  evidence$excess_se <- off$shortfall_se
  near <- evidence$rank[evidence$excess <= evidence$excess_se]
  chosen <- if (length(near)) min(near) else NA_integer_
  found <- if (nrow(evidence)) {
    lowest <- which.min(evidence$error)
    sprintf("lowest at rank %d (%s)", evidence$rank[lowest], format(signif(evidence$error[lowest], 4)))
  }
  best <- new_best_rank(
    chosen, "error", "the smallest rank whose held-out error is within one standard error of the lowest",
    found,
    evidence,
    none = "the curve has no minimum in this range"
  )
  if (!is.na(best$rank) && best$rank > 1 && best$rank == min(evidence$rank)) {
    best$notes <- "it is the smallest rank tried: smaller ones may be as good, so include them, from 1"
  }
  best
}

#' @export
print.nmf_cv <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  s <- x$settings
  print_line(
    "Cross-validation of rank: ", count_of(x$data$nrow, "feature"), " x ", count_of(
      x$data$ncol, "observation"
    ),
    ", ranks ", describe_ranks(x$errors$rank)
  )
  failed <- sum(!is.na(x$runs$failure))
  slow <- sum(!x$runs$converged, na.rm = TRUE)
  print_fields(c(
    describe_complete(x),
    loss = loss_label(check_loss(s$loss)),
    "held out" = paste0(
      if (s$method == "thinning") "a part of every count" else "entries", ", ",
      count_of(s$folds, "fold"), " x ",
      count_of(s$replicates, "replicate"), sprintf(", %s s", format(signif(x$seconds, 3)))
    ),
    if (failed > 0) c(failed = sprintf("%d of %d fits, see $runs", failed, nrow(x$runs))),
    if (slow > 0) c("not converged" = sprintf("%d of %d fits, see $runs", slow, nrow(x$runs)))
  ))
  cat("\n")
  best <- best_rank(x)
  shown <- x$errors
  for (name in names(shown)[-1]) shown[[name]] <- formatC(shown[[name]], digits = digits, format = "g")
  shown$best <- ifelse(shown$rank %in% best$rank, "*", "")
  names(shown)[ncol(shown)] <- ""
  print(shown, row.names = FALSE)
  if (is.na(best$rank)) {
    cat("\n")
    print_fields(c("no best rank" = best$reason))
  }
  invisible(x)
}
