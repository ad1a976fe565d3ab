# What an interrupt does to a function that runs many fits, and how it goes on afterwards.

#' Interrupted work, and how it goes on
#'
#' [nmf_survey()], [cross_validate()], [nmf_bootstrap()], [consensus_nmf()] and [nmf_tree()] run many fits. An
#' interrupt (Ctrl-C, Escape, the stop button) ends them within about a second. They return what is finished,
#' with a warning of class `"nonneg_warning_stopped"`. In such a result `complete` is `FALSE`, and `print()`
#' says so. `update()` goes on from there, and ends with what the call would have given without the interrupt,
#' number for number: each fit has a stream of random numbers of its own, whose seed was drawn before anything
#' ran. A fit that was cut short begins anew.
#'
#' An incomplete result holds the data, in `rest`, so that `update()` needs nothing else. (It is not copied
#' while the session lasts; a saved result is as large as the data.) Its numbers are those of the finished
#' fits. They are for a look: the best fit of a rank is not yet known before all its restarts are done.
#' Consensus measures are those of at most 500 observations, so that they do not keep you waiting.
#'
#' Where no fit had finished there is nothing to return: the interrupt goes on to whoever called.
#'
#' A caller that handles interrupts itself, `tryCatch(..., interrupt = function(e) ...)`, gets this one; then
#' the result is `e$result`. (So it is with Jupyter, whose kernel is such a caller. There, write
#' `tryCatch(nmf_survey(...), interrupt = function(e) e$result)`.) A second interrupt ends all without a
#' result.
#'
#' With a plan of package future, the processes on this machine are interrupted too, and what they have
#' finished is kept. A process that has not ended within a second is left alone: it ends after the fit at
#' hand, whose result is lost with the others of its share. On Windows, where one process cannot interrupt
#' another, this is so for any fit that takes longer than a second. Processes on other machines hear of
#' nothing.
#'
#' @param object A result of [nmf_survey()], [cross_validate()], [nmf_bootstrap()], [consensus_nmf()],
#'   [nmf_programs()] or [nmf_tree()].
#' @param ... For an incomplete result nothing else. For one that is complete, arguments to change in its
#'   call, as in [stats::update()]: `update(survey, nrun = 20)`.
#' @param verbose As in [nmf()].
#' @return An object of the class of `object`. Without changes, a complete one is returned as it is.
#' @examplesIf requireNamespace("clue", quietly = TRUE)
#' cv <- cross_validate(leukemia$x[1:200, ], ranks = 2:3, folds = 2)
#' cv$complete
#' update(cv, folds = 3)
#' @name update.nmf_survey
NULL

# The result of a task, from build(task): whole if it is `finished` and no interrupt comes meanwhile, else
# what can be made quickly of the fits that are there, of which there are `done` of `total`.
result_of_task <- function(task, finished, build, done, total, what = "fit") {
  task$stopped <- FALSE
  result <- if (finished) tryCatch(build(task), interrupt = function(e) NULL)
  if (!is.null(result)) {
    return(result)
  }
  task$stopped <- TRUE
  interrupted_result(build(task), task, done, total, what)
}

# What an interrupted function returns: `result`, of `done` of `total` fits, and `rest`, what is needed to go
# on. A caller with a handler for interrupts gets it in the condition.
interrupted_result <- function(result, rest, done, total, what = "fit") {
  result$complete <- FALSE
  result$rest <- rest
  text <- sprintf(
    "Interrupted after %s of %s %ss: the result is incomplete. update() goes on from it.",
    format(done, big.mark = big_mark()), format(total, big.mark = big_mark()), what
  )
  signalCondition(structure(
    class = c("nonneg_interrupt", "interrupt", "condition"),
    list(message = text, call = user_call(), result = result)
  ))
  warn_user(text, class = "nonneg_warning_stopped")
  result
}

# Goes on with what is left of `object`, or calls anew with other arguments. `run`: a function of what is left
# and `verbose`.
go_on <- function(object, run, verbose, ..., frame) {
  check_flag(verbose, "verbose")
  if (isFALSE(object$complete)) {
    if (...length()) {
      abort_input(c(
        "An incomplete result goes on as it began: {.arg ...} must be empty.",
        "i" = "Call {.fn {as.character(object$call[[1]])}} anew for other arguments."
      ))
    }
    return(run(object$rest, verbose))
  }
  if (!...length()) {
    return(object)
  }
  call <- stats::update(structure(list(call = object$call), class = "nonneg_call"), ..., evaluate = FALSE)
  eval(call, frame)
}

#' @rdname update.nmf_survey
#' @importFrom stats update
#' @export
update.nmf_survey <- function(object, ..., verbose = interactive()) {
  go_on(object, run_survey, verbose, ..., frame = parent.frame())
}

#' @rdname update.nmf_survey
#' @export
update.nmf_cv <- function(object, ..., verbose = interactive()) {
  go_on(object, run_cv, verbose, ..., frame = parent.frame())
}

#' @rdname update.nmf_survey
#' @export
update.nmf_bootstrap <- function(object, ..., verbose = interactive()) {
  go_on(object, run_bootstrap, verbose, ..., frame = parent.frame())
}

#' @rdname update.nmf_survey
#' @export
update.consensus_nmf <- function(object, ..., verbose = interactive()) {
  go_on(object, run_consensus, verbose, ..., frame = parent.frame())
}

#' @rdname update.nmf_survey
#' @export
update.nmf_tree <- function(object, ..., verbose = interactive()) {
  go_on(object, run_tree, verbose, ..., frame = parent.frame())
}

# A line for print().
describe_complete <- function(x) {
  if (isFALSE(x$complete)) c(incomplete = "interrupted; update() goes on")
}
