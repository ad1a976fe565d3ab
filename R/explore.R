#' Look through a fit
#'
#' A page to turn through a fit, or the fits of a survey: what the observations are made of, by group; each
#' component with its features and observations, as pictures and as tables that can be searched; heat maps;
#' the data behind them; how the fit ended; the evidence for a rank. What is seen is exported as a figure
#' (PNG, PDF), a table (CSV) and the line of code that draws it.
#'
#' It runs in package shiny, with packages bslib and DT, which must be installed. At the console it starts in
#' RStudio's viewer, elsewhere in a browser, and ends with the window or an interrupt.
#'
#' @param object A fit of class `"nmf"`, see [nmf-class], or a survey from [nmf_survey()], of which the best
#'   fits of each rank are shown, and the evidence.
#' @param x The data that was factorized, or the same on another scale, for maps of the top features (see
#'   [metagene_map()]). `NULL` leaves these out.
#' @param groups What is known of the observations: a factor or vector, or a data frame of these, to choose
#'   one from; see [plot.nmf()]. Columns that the fit remembers of its object are offered as well.
#' @param labels Names to print for the features, such as symbols of genes: one per feature, or named by the
#'   features.
#' @param survey For a fit: evidence for its rank, a result of [nmf_survey()] or [cross_validate()].
#' @param ... Must be empty.
#' @return A shiny app, an object of class `"shiny.appobj"`, which starts when it is printed.
#' @seealso [report()] writes a page to keep; [plot.nmf()], [plot.nmf_survey()] draw the same.
#' @examplesIf interactive() && requireNamespace("shiny", quietly = TRUE)
#' fit <- nmf(sqrt(leukemia$x), rank = 3)
#' explore(fit, sqrt(leukemia$x), groups = leukemia$class, labels = leukemia$genes$description)
#' @export
explore <- function(object, ...) {
  need_arguments(object)
  UseMethod("explore")
}

#' @export
explore.default <- function(object, ...) {
  abort_input("{.arg object} must be a fit from {.fn nmf} or a survey from {.fn nmf_survey}, not \\
               {describe(object)}.")
}

#' @rdname explore
#' @export
explore.nmf <- function(object, x = NULL, groups = NULL, labels = NULL, survey = NULL, ...) {
  check_dots_empty(...)
  check_fit(object)
  need_observations(object)
  check_survey(survey)
  said <- list(
    fit = substitute(object), x = substitute(x), groups = substitute(groups), labels = substitute(labels),
    survey = substitute(survey)
  )
  explorer(list(object), said, x, groups, labels, survey)
}

#' @rdname explore
#' @export
explore.nmf_survey <- function(object, x = NULL, groups = NULL, labels = NULL, ...) {
  check_dots_empty(...)
  fits <- Filter(is_nmf, object$fits)
  if (!length(fits)) abort_input("{.arg object} has no fit: none succeeded.")
  said <- list(
    fit = substitute(object), x = substitute(x), groups = substitute(groups), labels = substitute(labels),
    survey = substitute(object)
  )
  explorer(fits, said, x, groups, labels, object)
}

# `fits`: named by rank if there are several. `said`: what the user typed for each argument, for the code that
# is shown.
explorer <- function(fits, said, x, groups, labels, survey) {
  for (package in c("shiny", "bslib", "DT")) need_package(package, "for explore()")
  first <- fits[[1]]
  if (!is.null(x)) x <- data_of_fit(x, first, "x", negative = TRUE, weighed = FALSE)
  bars <- check_annotation(groups, ncol(first$H), colnames(first$H), first$data$annotation)
  one <- length(bars) == 1 && !is.data.frame(groups)
  own <- first$data$annotation
  if (!is.null(own)) own <- own[setdiff(names(own), names(bars))]
  if (!is.null(labels)) labels <- check_labels(labels, rownames(first$W), nrow(first$W), "labels")
  scene <- list(
    fits = fits, said = lapply(said, short_expression), x = x, groups = as_groups_frame(bars), one = one,
    own = own,
    labels = labels, survey = survey
  )
  shiny::shinyApp(
    explorer_page(scene), function(input, output, session) explorer_server(scene, input, output, session),
    options = list(launch.browser = explorer_window())
  )
}

# In RStudio its viewer; else what shiny does.
explorer_window <- function() {
  viewer <- getOption("viewer")
  if (is.function(viewer) && nzchar(Sys.getenv("RSTUDIO"))) viewer else getOption("shiny.launch.browser",
    interactive())
}

# What was typed, if it is short enough to be read.
short_expression <- function(expression) {
  text <- paste(deparse(expression, 500), collapse = " ")
  if (nchar(text) > 60) quote(...) else expression
}
