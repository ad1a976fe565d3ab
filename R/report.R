#' A page about a fit
#'
#' Writes one HTML file, with its pictures inside, that tells what a factorization found and how far it can be
#' relied on: what the observations are made of, held beside known groups; the features behind each component;
#' how the fit ended, with its certificate; and, if they are given, the data behind it and the evidence for
#' its rank. It needs no other package, and the page no network.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class].
#' @param file Where to write; an existing file is written over. A name without an ending gets `.html`.
#'   `NULL` is a temporary file.
#' @param x The data that was factorized, or the same on another scale, for a map of the top features (see
#'   [metagene_map()]); the fit does not hold it.
#' @param groups Known classes of the observations, as for [plot.nmf()]: the first makes the groups of the
#'   pictures and a table of component by group.
#' @param labels Names to print for the features, such as descriptions of genes: one per feature, or named by
#'   the features.
#' @param survey Evidence for the rank: a result of [nmf_survey()] or [cross_validate()].
#' @param n,by Features per component and their score, see [top_features()].
#' @param title,lead A title, and a sentence below it. `NULL` makes them of the sizes.
#' @param open Show the page, in RStudio's viewer or a browser?
#' @param ... Must be empty.
#' @return The path of the file, invisibly.
#' @seealso [plot.nmf()], [explore()] for the same to turn through.
#' @examples
#' fit <- nmf(sqrt(leukemia$x), rank = 3)
#' page <- report(
#'   fit, x = sqrt(leukemia$x), groups = leukemia$class, labels = leukemia$genes$description,
#'   open = FALSE
#' )
#' file.size(page)
#' @export
report <- function(object, ...) {
  need_arguments(object)
  UseMethod("report")
}

#' @export
report.default <- function(object, ...) {
  abort_input("{.arg object} must be a fit from {.fn nmf}, not {describe(object)}.")
}

#' @rdname report
#' @export
report.nmf <- function(object, file = NULL, x = NULL, groups = NULL, labels = NULL, survey = NULL, n = 8,
                       by = "specificity", title = NULL, lead = NULL,
                       open = interactive(), ...) {
  check_dots_empty(...)
  check_fit(object)
  need_observations(object)
  n <- check_count(n, "n")
  by <- check_choice(by, feature_rules, "by")
  check_flag(open, "open")
  groups <- check_annotation(groups, ncol(object$H), colnames(object$H), object$data$annotation)
  labels <- if (!is.null(labels)) check_labels(labels, rownames(object$W), nrow(object$W), "labels")
  check_survey(survey)
  title <- check_line(title, "title")
  lead <- check_line(lead, "lead")
  if (!is.null(file)) file <- check_file(file)
  if (!is.null(x)) x <- nmf_data(x, "x", negative = TRUE)
  size <- dim(object)
  if (is.null(title)) title <- sprintf("A factorization of rank %d", size[3])
  if (is.null(lead)) {
    what <- c("feature", "observation", "component")
    lead <- paste0(paste(vapply(1:3, function(k) count_of(size[k], what[k]), ""), collapse = ", "), ".")
  }
  sections <- c(
    section_of_observations(object, groups), section_of_components(object, labels, n, by),
    if (!is.null(x)) section_of_data(object, x, groups, labels, n, by),
    if (!is.null(survey)) section_of_rank(survey), section_of_quality(object), section_of_call(object)
  )
  fields <- c(
    title = html_text(title), lead = html_text(lead), facts = html_facts(facts_of_fit(object)),
    sections = paste(sections, collapse = "\n"), version = as.character(utils::packageVersion("nonneg")),
    r = html_text(R.version.string)
  )
  template <- system.file("report", "page.html", package = "nonneg")
  page <- paste(readLines(template, encoding = "UTF-8"), collapse = "\n")
  # In one pass: what a field holds may look like a field.
  parts <- strsplit(page, "{{", fixed = TRUE)[[1]]
  rest <- strsplit(parts[-1], "}}", fixed = TRUE)
  text <- vapply(rest, function(p) paste0(fields[[p[1]]], paste(p[-1], collapse = "}}")), "")
  if (is.null(file)) file <- tempfile("report-", fileext = ".html")
  written <- tryCatch(
    writeLines(enc2utf8(paste0(c(parts[1], text), collapse = "")), file, useBytes = TRUE),
    error = function(e) abort_input(c("{.arg file} cannot be written.", "x" = "{conditionMessage(e)}")),
    warning = function(w) abort_input(c("{.arg file} cannot be written.", "x" = "{conditionMessage(w)}"))
  )
  if (open) show_page(file)
  invisible(file)
}

check_survey <- function(survey) {
  if (!is.null(survey) && !inherits(survey, c("nmf_survey", "nmf_cv"))) {
    abort_input(
      "{.arg survey} must be a result of {.fn nmf_survey} or {.fn cross_validate}, not {describe(survey)}."
    )
  }
}

check_line <- function(text, arg) {
  if (!is.null(text) && (!is.character(text) || length(text) != 1 || is.na(text))) {
    abort_input("{.arg {arg}} must be one text, not {describe(text)}.")
  }
  text
}

check_file <- function(file) {
  if (!is.character(file) || length(file) != 1 || is.na(file) || !nzchar(file)) {
    abort_input("{.arg file} must be the name of a file, not {describe(file)}.")
  }
  if (!dir.exists(dirname(file))) {
    abort_input("{.arg file} must be in a folder that exists; {.file {dirname(file)}} does not.")
  }
  if (grepl("\\.[A-Za-z0-9]+$", basename(file))) file else paste0(file, ".html")
}

# RStudio's viewer shows temporary files only.
show_page <- function(file) {
  viewer <- getOption("viewer")
  temporary <- startsWith(normalizePath(file), normalizePath(tempdir()))
  if (is.function(viewer) && temporary) viewer(file) else utils::browseURL(normalizePath(file))
}

# Sections --------------------------------------------------------------------

facts_of_fit <- function(fit) {
  quality <- fit_quality(fit)
  whole <- if (identical(fit$settings$loss, "frobenius")) "sum of squares" else "deviance"
  of <- paste("of the", whole, "explained")
  time <- if (nrow(fit$runs) > 1) paste("for", runs_made(fit), "starts") else "of time"
  c(
    stats::setNames(sprintf("%d", ncol(fit$W)), if (ncol(fit$W) == 1) "component" else "components"),
    if (!is.na(quality$explained)) stats::setNames(sprintf("%.1f%%", 100 * quality$explained), of),
    if (!is_given(fit)) {
      c(
        stats::setNames(format(iterations_of(fit)), "iterations"),
        if (isTRUE(is.finite(fit$seconds))) {
          stats::setNames(paste(format(signif(fit$seconds, 2)), "s"), time)
        },
        "KKT residual" = html_power(fit$certificate$kkt)
      )
    }
  )
}

section_of_observations <- function(fit, groups) {
  n <- ncol(fit$H)
  picture <- html_picture(
    9, if (length(groups)) 4.2 else 3.6, plot(fit, "composition", groups = as_groups_frame(groups)),
    "Stacked bars: the part of each component in each observation",
    paste0(
      if (n <= 400) "One bar per observation" else "Bars of observations",
      ", divided by the part that each component makes of its fitted sum",
      if (length(groups)) ". The fit has not seen the groups", "."
    )
  )
  class <- factor(component_class(fit$W, fit$H), colnames(fit$W))
  table <- if (length(groups)) {
    group <- groups[[1]]
    counts <- unclass(table(class, factor(group_names(group)[group], group_names(group))))
    counts <- counts[rowSums(counts) > 0, , drop = FALSE]
    most <- 30
    if (ncol(counts) <= most) {
      text <- sprintf(
        paste(
          "Observations by the component that makes most of them, and by group (%d of %d are in the",
          "component that most of their group are in)."
        ),
        sum(apply(counts, 2, max)), sum(counts)
      )
      paste0(html_tag("p", text), html_counts(counts, "Component"))
    }
  }
  html_section("What each observation is made of", picture, table)
}

as_groups_frame <- function(groups) if (length(groups)) as.data.frame(groups, optional = TRUE)

section_of_components <- function(fit, labels, n, by) {
  plain <- fit
  # Names may be repeated, rows are not.
  rownames(plain$W) <- NULL
  top <- top_features(plain, n, by)
  row <- as.integer(top$feature)
  names <- feature_names(fit)
  s <- summary(fit)$components
  colours <- component_colours(ncol(fit$W))
  cards <- vapply(seq_len(ncol(fit$W)), function(k) {
    mine <- which(as.integer(top$component) == k)
    text <- if (is.null(labels)) html_text(names[row[mine]]) else {
      paste0(html_text(labels[row[mine]]), html_tag("small", html_text(names[row[mine]])))
    }
    score <- format(signif(top$score[mine], 2), scientific = FALSE, drop0trailing = TRUE, trim = TRUE)
    items <- paste0("<li><div>", text, "</div><span>", score, "</span></li>", collapse = "")
    if (!length(mine)) items <- "<li>no feature of its own</li>"
    paste0(
      sprintf("<div class=\"card\" style=\"border-top-color: %s\">", colours[k]),
      html_tag("h3", html_text(s$component[k]), html_tag("em", sprintf("%.1f%%", 100 * s$share[k]))),
      html_tag("ol", items),
      sprintf(
        "<p class=\"sizes\">made of some %.0f features, in some %.0f observations</p></div>", s$size_W[k],
        s$size_H[k]
      )
    )
  }, "")
  html_section(
    "The features behind each component",
    html_tag(
      "p", "The features with the highest score (", html_text(score_title(by)),
      ") of each component, and the component's share of the whole fit."
    ),
    paste0("<div class=\"cards\">", paste(cards, collapse = "\n"), "</div>")
  )
}

section_of_data <- function(fit, x, groups, labels, n, by) {
  most <- max(2, min(n, floor(72 / ncol(fit$W))))
  height <- min(11, max(3.5, 1.6 + 0.155 * most * ncol(fit$W)))
  by <- if (by %in% c("specificity", "weight")) by else "specificity"
  picture <- html_picture(
    9, height,
    metagene_map(fit, x, n = most, by = by, groups = as_groups_frame(groups), labels = labels),
    "Heat map: the top features of each component in all observations",
    "The data itself: each feature from its lowest (light) to its highest value (dark)."
  )
  html_section("The data behind them", picture)
}

section_of_rank <- function(survey) {
  best <- best_rank(survey)
  html_section(
    "Which rank?",
    html_picture(
      9, 4.5, plot(survey), "The evidence for a rank",
      "The dotted line is the rank that the rule picks, if there is one."
    ),
    html_tag("pre", html_text(printed(best)))
  )
}

section_of_quality <- function(fit) {
  if (is_given(fit)) {
    return(NULL)
  }
  at <- fit$certificate
  early <- paste0("stopped early: ", nmf_reasons[[fit$reason]])
  ended <- if (isTRUE(fit$converged)) "reached its tolerance" else early
  gap <- function(value) if (!is.na(value) && fit$objective > 0) html_power(value / fit$objective)
  gaps <- list(W = gap(at$gap_W), H = gap(at$gap_H))
  runs <- fit$runs
  text <- paste0(
    "The ", if (nrow(runs) > 1) "best run " else "fit ", html_text(ended),
    ". Its relative KKT residual, which is 0 where no small change makes it better, is ", html_power(at$kkt),
    "; ", html_power(fit$settings$tol), " was asked for.",
    if (length(gaps$W) && length(gaps$H)) {
      paste0(
        " The duality gaps say more: a better <code>W</code> for this <code>H</code> could lower the ",
        "objective by a part of at most ", gaps$W,
        ", and a better <code>H</code> for this <code>W</code> by at most ", gaps$H, "."
      )
    },
    if (nrow(runs) > 1) {
      sprintf(
        " %d of %d starts ended within 0.1%% of the lowest objective.",
        sum(runs$objective <= min(runs$objective) + 1e-3 * abs(min(runs$objective)), na.rm = TRUE), nrow(runs)
      )
    }
  )
  picture <- if (nrow(fit$history) > 1) {
    html_picture(
      9, 4.2, plot(fit, "history"), "The objective above its lowest value, and the KKT residual, by iteration"
    )
  }
  html_section("How good is the fit?", html_tag("p", text), picture,
    html_tag("pre", html_text(printed(summary(fit)))))
}

section_of_call <- function(fit) {
  if (is.null(fit$call)) {
    return(NULL)
  }
  html_section("The call", html_tag("pre", html_text(paste(deparse(fit$call, 80), collapse = "\n"))))
}

# What print() writes, in lines that fit the page.
printed <- function(x) {
  old <- options(width = 90)
  on.exit(options(old))
  paste(utils::capture.output(print(x)), collapse = "\n")
}
