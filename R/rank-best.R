#' Choose a rank, and show why
#'
#' Applies a rule to the evidence of a survey or of a cross-validation. The rule is spelled out in
#' the result, with the numbers that it looked at. Where these do not single out a rank, the answer
#' is `NA`, with the reason, not the largest rank that was tried.
#'
#' Rules for a survey, by measure:
#' * `"agreement"` (of classes of observations) and `"similarity"` (of components): the largest rank
#'   whose mean is within one standard error of the highest mean of all ranks. Resamples are the same for
#'   all ranks, so that the standard error is that of the differences between two ranks, resample by
#'   resample.
#' * `"cophenetic"`, `"dispersion"`, `"silhouette"`, `"pac"`: the last rank before the measure gets
#'   worse by the most from one rank to the next (after Brunet et al. 2004, who looked for the rank at
#'   which the cophenetic correlation begins to fall).
#'
#' A fall of less than 1e-8 is rounding error and counts as none. If the answer would be the largest
#' rank of the survey, larger ones may be as good, and it is `NA`. These measures compare classes or
#' components with each other, so they have nothing to say about rank 1, which they leave out.
#'
#' The result has the answers of all rules side by side in `rules`, and prints them. Where they differ, the
#' data do not have one number of groups that is clear in every respect.
#'
#' Rule for a cross-validation: the smallest rank whose mean error is within one standard error of
#' the lowest of all ranks, again by differences within one held-out set. If that is the largest rank,
#' the curve has no minimum in the range, and the answer is `NA`.
#'
#' A rule picks the best of what was tried, also from data without structure. `notes` say where the
#' answer is to be doubted: the agreement of classes at that rank is below 0.65, which is poor
#' (Steinley 2004), or there is no smaller rank that it could be compared with. Whether there is more than one
#' component no measure of classes can tell: cross-validate ranks from 1.
#'
#' @param object A survey from [nmf_survey()] or a result of [cross_validate()].
#' @param by For a survey: the measure.
#' @param from For a survey: from resamples or from restarts. `NULL` is `"resamples"` where there
#'   are any.
#' @param ... Not used; anything here is an error.
#' @return A list of class `"nmf_best_rank"`: `rank` (an integer or `NA`), `by` (the measure), `rule`,
#' `reason` (what the rule found), `notes` (why to doubt it, a character vector, empty if there is no reason
#' to), `evidence` (data frame with one row per rank) and, for a survey, `rules` (data frame with one row
#' per measure: `by`, `rank`, `reason`).
#' @inherit consensus references
#' @references
#' Steinley D (2004). Properties of the Hubert-Arabie adjusted Rand index. *Psychological Methods*
#' 9(3), 386--396. \doi{10.1037/1082-989X.9.3.386}
#' @seealso [plot.nmf_best_rank()]
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' set.seed(1)
#' survey <- nmf_survey(leukemia$x, ranks = 2:5, nrun = 2, times = 10, max_iter = 50)
#' best <- best_rank(survey)
#' best
#' plot(best)
#' best_rank(survey, "cophenetic")$rank
#' @export
best_rank <- function(object, ...) {
  need_arguments(object)
  UseMethod("best_rank")
}

rank_measures <- c("agreement", "similarity", "cophenetic", "dispersion", "silhouette", "pac")

rank_measure_names <- c(
  agreement = "agreement of classes", similarity = "similarity of components",
  cophenetic = "cophenetic correlation", dispersion = "dispersion", silhouette = "silhouette width",
  pac = "proportion of ambiguous pairs"
)

#' @rdname best_rank
#' @export
best_rank.nmf_survey <- function(object, by = c(
                                   "agreement", "similarity", "cophenetic", "dispersion", "silhouette", "pac"
                                 ), from = NULL, ...) {
  check_dots_empty(...)
  by <- pick(by, rank_measures, "by")
  known <- unique(object$stability$from)
  if (is.null(from)) from <- if ("resamples" %in% known) "resamples" else "restarts"
  from <- check_choice(from, known, "from")
  all <- lapply(rank_measures, function(measure) rank_by_measure(object, measure, from))
  best <- all[[match(by, rank_measures)]]
  best$rules <- data.frame(
    by = rank_measures, rank = vapply(all, `[[`, 1L, "rank"), reason = vapply(all, `[[`, "", "reason")
  )
  best
}

# The answer of one rule.
rank_by_measure <- function(object, by, from) {
  evidence <- object$stability[object$stability$from == from, ]
  evidence <- evidence[evidence$rank > 1 & is.finite(evidence[[by]]), , drop = FALSE]
  rownames(evidence) <- NULL
  title <- rank_measure_names[[by]]
  mean_rule <- by %in% c("agreement", "similarity")
  rule <- if (mean_rule) {
    paste0("the largest rank whose ", title, " over ", from, " is within one standard error of the highest")
  } else {
    paste0(
      "the last rank before the ", title, " over ", from, if (by == "pac") " rises most" else " falls most"
    )
  }
  chosen <- NA_integer_
  found <- NULL
  if (nrow(evidence) && mean_rule) {
    runs <- object$runs[object$runs$from == from & is.na(object$runs$error), ]
    values <- tapply(runs[[by]], list(runs$run, runs$rank), mean)[, as.character(evidence$rank), drop = FALSE]
    evidence <- evidence[c("rank", by, paste0(by, "_se"))]
    evidence <- cbind(evidence, paired_shortfall(values))
    near <- evidence$rank[evidence$shortfall <= evidence$shortfall_se]
    if (length(near)) chosen <- max(near)
    found <- sprintf(
      "highest at rank %d (%s)", evidence$rank[which.max(evidence[[by]])], in_short(max(evidence[[by]]))
    )
  } else if (nrow(evidence)) {
    evidence <- evidence[c("rank", by)]
    fall <- diff(evidence[[by]]) * (if (by == "pac") -1 else 1)
    evidence$next_change <- c(diff(evidence[[by]]), NA)
    worst <- which.min(fall)
    # Less is rounding error.
    if (length(worst) && fall[worst] < -1e-8) chosen <- evidence$rank[worst]
    found <- if (is.na(chosen)) "it never does" else paste("by", in_short(-fall[worst]))
  } else {
    evidence <- evidence[c("rank", by)]
    found <- if (all(object$ranks == 1)) {
      "rank 1 alone was tried, where all observations are of one class"
    } else {
      paste0("no rank above 1 has a finite value (", title, ")")
    }
  }
  best <- new_best_rank(
    chosen, by, rule, found, evidence, none = "larger ranks than those surveyed may be as good"
  )
  best$notes <- doubts_of_survey(best$rank, object, from)
  best
}

in_short <- function(x, digits = 3) format(signif(x, digits), decimal.mark = ".")

# Why to doubt the rank that a rule picked.
doubts_of_survey <- function(rank, survey, from) {
  if (is.na(rank)) {
    return(character())
  }
  s <- survey$stability[survey$stability$from == from, ]
  agreement <- s$agreement[s$rank == rank]
  smaller <- rank > min(s$rank[s$rank > 1])
  as.character(c(
    if (isTRUE(agreement < 0.65)) {
      sprintf(
        "the classes at rank %d are poorly reproducible (agreement %s): there may be no such structure", rank,
        in_short(agreement, 2)
      )
    },
    if (!smaller && any(s$rank == 1)) {
      paste(
        "no smaller rank could be compared, since measures of classes say nothing about rank 1:",
        "cross_validate() tells whether there is more than one component"
      )
    } else if (!smaller) {
      paste(
        "it is the smallest rank tried: smaller ones may be as good;",
        "cross_validate() with ranks from 1 tells whether there is more than one component"
      )
    }
  ))
}

# `values`: one row per resample, one column per rank. How far each rank is below the one with the
# highest mean, and the standard error of that, over the resamples that both have.
paired_shortfall <- function(values) {
  means <- colMeans(values, na.rm = TRUE)
  best <- which.max(means)
  if (!length(best)) {
    return(data.frame(shortfall = rep(NA_real_, ncol(values)), shortfall_se = rep(NA_real_, ncol(values))))
  }
  off <- values[, best] - values
  se <- apply(off, 2, standard_error)
  data.frame(shortfall = unname(colMeans(off, na.rm = TRUE)), shortfall_se = unname(ifelse(is.na(se), 0, se)))
}

new_best_rank <- function(chosen, by, rule, found, evidence, none) {
  reason <- found
  if (!nrow(evidence)) {
    chosen <- NA_integer_
    if (is.null(reason)) reason <- "no rank has a finite error"
  } else if (nrow(evidence) == 1) {
    reason <- paste0("there is only rank ", evidence$rank, " to look at")
    chosen <- NA_integer_
  } else if (!is.na(chosen) && chosen == max(evidence$rank)) {
    reason <- paste0(found, "; the rule gives ", chosen, ", the largest rank tried: ", none)
    chosen <- NA_integer_
  }
  evidence$chosen <- evidence$rank %in% chosen
  structure(
    list(
      rank = as.integer(chosen), by = by, rule = rule, reason = reason, notes = character(),
      evidence = evidence
    ),
    class = "nmf_best_rank"
  )
}

#' @export
print.nmf_best_rank <- function(x, digits = 3, ...) {
  check_dots_empty(...)
  check_digits(digits)
  print_line("Best rank: ", if (is.na(x$rank)) "none singled out" else x$rank)
  print_fields(c(
    rule = x$rule, found = x$reason, stats::setNames(x$notes, rep("note", length(x$notes)))
  ))
  if (nrow(x$evidence)) {
    cat("\n")
    shown <- x$evidence
    for (name in setdiff(names(shown), c("rank", "chosen"))) {
      shown[[name]] <- ifelse(
        is.na(shown[[name]]), "", formatC(shown[[name]], digits = digits, format = "g", decimal.mark = ".")
      )
    }
    shown$chosen <- ifelse(shown$chosen, "*", "")
    names(shown)[names(shown) == "chosen"] <- ""
    print(shown, row.names = FALSE)
  }
  if (!is.null(x$rules)) {
    cat("\n")
    picked <- paste0(x$rules$by, " ", ifelse(is.na(x$rules$rank), "none", x$rules$rank))
    print_fields(c("all rules" = paste(picked, collapse = ", ")))
  }
  invisible(x)
}
