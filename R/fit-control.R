#' Rarely used options of a fit
#'
#' Collects the options of [nmf()] that most fits leave alone. `NULL` always
#' means the default of the numerical core, which is chosen by measurement and
#' may differ between solvers.
#'
#' @param inner_sweeps Sweeps of coordinate descent over the components each time a factor is
#'   updated, a whole number of at least 1. A sweep is cheap next to reading the data, so that a
#'   few pay off (Gillis and Glineur 2012). With `"newton"` and `"mu"` it is the number of
#'   steps. `"bpp"` is exact and does not use it.
#' @param extrapolate `TRUE` or `FALSE`: whether each iteration starts from a
#'   point extrapolated along the last step (Ang and Gillis 2019). Much faster.
#'   An iteration that raises the objective is undone, so that the objective does not
#'   increase either way. Multiplicative updates are never extrapolated.
#' @param check_every Least number of iterations between two certificates once the KKT residual is near
#'   `tol`, a whole number of at least 1, by default 5; far from `tol`, or while the objective still
#'   falls (see [nmf()]), it is ten times that. An iteration that is certified is not extrapolated.
#' @param gap_tol A number of at least 0, as a part of the objective, by default 0.01: the fit stops
#'   at `tol` only if the duality gaps of both half-problems are also at most `gap_tol` times the
#'   objective, or if `x` is fitted exactly (see [nmf()]). `Inf` leaves the decision to the KKT
#'   residual and the fall of the objective.
#' @param max_seconds Time after which the fit stops and returns the best pair of factors found so
#'   far, in seconds of elapsed time, for all runs together. `Inf` is no limit. A start that needs
#'   singular vectors of `x` and is not found in that time is replaced by a random one
#'   (`settings$init` of the fit tells). Not cut short are singular vectors of up to 200 rows or
#'   columns, which are found at once, and the first iteration of restarts that share the read of
#'   `x`.
#' @param floor For losses with \eqn{\beta \le 0}, such as Itakura-Saito, which are infinite where
#'   `x` is 0: values of `x` below `floor` count as `floor`, in the fit and in [predict()][predict.nmf].
#'   A positive number in the units of `x`, or `NULL` for none. `x` itself is not changed, and a
#'   sparse one not made dense.
#' @param precision `"mixed"`: the products with `x`, and coordinate descent, are of single precision (24 bits) until the fit has
#'   converged by their measure, or changes the objective by less than their rounding errors. Then it goes
#'   on in double precision, to the same stop: the certificate and the objective of the fit are those of
#'   double precision, but earlier entries of `history` have seven digits. Fits of large data take half to
#'   three quarters of the time. `x` is kept once more in single precision during the fit, which takes half the memory of
#'   a dense `x`, a third of that of a sparse one; of a store (see [nmf_store()]) nothing is kept, and one
#'   of type `"float"` is read as it is. It is for the Frobenius loss without missing entries and weights,
#'   and for the Kullback-Leibler loss of any matrix in memory or store. That keeps `W` and `H` once more, not
#'   `x`; of a dense `x` in memory, rows or columns of up to 1024 entries stay in double precision; of a store,
#'   the sums for rows are kept once more in single precision. `"double"`: double
#'   precision from the first iteration on. `NULL`: `"mixed"` for one run of [nmf()] on data that allow it
#'   and have at least a million entries other than 0, and, in memory, no more bytes than the option
#'   `nonneg.memory` (4e9); otherwise `"double"`.
#' @param checkpoint Path of a file for checkpoints, or `NULL` for none. If the file is there the work goes
#'   on from it, to the same bits as if it had never been stopped, also after it was killed; data and
#'   arguments must be the same, but for `threads`, `verbose`, `max_iter` and `max_seconds`. When the work
#'   is done the file is removed; after an interrupt or `max_seconds` it stays. With [nmf_survey()],
#'   [cross_validate()], [nmf_bootstrap()] and [consensus_nmf()] it holds the fits that are finished, which
#'   are not run again. A file that is damaged, or of other work, is an error. What is compared are
#'   checksums of all numbers of `x`; of [nmf_blocks()], its size, names, sums and largest entry.
#' @param every Least number of seconds between two checkpoints. One takes about as long as writing `W` and
#'   `H` twice.
#' @param online `TRUE`: within a first read of `x`, `W` is updated up to 20 times, each time from the
#'   columns that were read before, the latest ones most. It is a start for the iterations, which are whole
#'   reads as always and end with the same certificate; `history` begins behind it. With a random start, on
#'   data with many columns that are alike, that saves several reads. For the Frobenius loss of complete
#'   data without weights.
#' @param ... Must be empty.
#'
#' @return A list of class `nmf_control` with one element per argument.
#'
#' @references
#' Gillis N, Glineur F (2012). Accelerated multiplicative updates and
#' hierarchical ALS algorithms for nonnegative matrix factorization. *Neural
#' Computation* 24(4), 1085--1105. \doi{10.1162/NECO_a_00256}
#'
#' Ang AMS, Gillis N (2019). Accelerating nonnegative matrix factorization
#' algorithms using extrapolation. *Neural Computation* 31(2), 417--439.
#' \doi{10.1162/neco_a_01157}
#'
#' @seealso [nmf()]
#' @examples
#' nmf_control()
#' nmf_control(extrapolate = FALSE, max_seconds = 60)
#'
#' # Go on where a killed process was
#' nmf(leukemia$x, 3, control = nmf_control(checkpoint = tempfile(fileext = ".checkpoint")))
#' @export
nmf_control <- function(inner_sweeps = NULL, ..., extrapolate = TRUE, check_every = NULL,
                        gap_tol = NULL, max_seconds = Inf, floor = NULL, precision = NULL,
                        checkpoint = NULL, every = 60, online = FALSE) {
  check_dots_empty(...)
  structure(
    list(
      inner_sweeps = check_count(inner_sweeps, "inner_sweeps", null_ok = TRUE),
      extrapolate = check_flag(extrapolate, "extrapolate"),
      check_every = check_count(check_every, "check_every", null_ok = TRUE),
      gap_tol = check_number(gap_tol, "gap_tol", min = 0, finite = FALSE, null_ok = TRUE),
      max_seconds = check_number(
        max_seconds, "max_seconds",
        min = 0, above = TRUE, finite = FALSE
      ),
      floor = check_number(floor, "floor", min = 0, above = TRUE, null_ok = TRUE),
      precision = if (!is.null(precision)) check_choice(precision, c("double", "mixed"), "precision"),
      checkpoint = check_path(checkpoint, "checkpoint"),
      every = check_number(every, "every", min = 0, finite = FALSE),
      online = check_flag(online, "online")
    ),
    class = "nmf_control"
  )
}

# One file, or NULL; absolute, so that it stays where it is.
check_path <- function(path, arg) {
  if (is.null(path)) {
    return(NULL)
  }
  if (!is.character(path) || length(path) != 1 || is.na(path) || !nzchar(path)) {
    abort_input("{.arg {arg}} must be the path of a file, or NULL, not {describe(path)}.")
  }
  normalizePath(path, mustWork = FALSE)
}

# Updates within a read need no rows.
check_online <- function(control, data, loss) {
  if (isTRUE(control$online) && (!loss$quadratic || is_incomplete(data) || data$weighted)) {
    abort_input("{.arg online} = TRUE is for the Frobenius loss of data without missing entries and weights.")
  }
}

check_precision <- function(control, data, loss) {
  why <- if (identical(control$precision, "mixed")) not_mixed(data, loss)
  if (!is.null(why)) {
    abort_input(c(
      "{.arg precision} = \"mixed\" is for the Frobenius loss without missing entries and weights, and for the \
       Kullback-Leibler loss, not for {why}.",
      "i" = "Use {.code precision = \"double\"}."
    ))
  }
}

# What keeps single precision from these data; NULL: nothing. Products are of a whole matrix, sums over
# entries of any.
not_mixed <- function(data, loss) {
  if (by_blocks(data$x) && !is_store(data$x)) {
    "data that come by blocks"
  } else if (identical(loss$name, "kullback-leibler")) {
    NULL
  } else if (!loss$quadratic) {
    paste0("loss \"", loss$name, "\"")
  } else if (is_incomplete(data)) {
    "missing entries"
  } else if (data$weighted) {
    "weights"
  }
}

# Where nothing is said about precision: a copy of `x` and a read of it more have to pay, and the copy must
# find room. Restarts that share a read of `x` are in double precision, and machines have to agree.
mixed_by_default <- function(data, settings) {
  is.null(settings$control$precision) && settings$nrun == 1 && is.null(machines()) &&
    data$scan$nnz >= 1e6 && is.null(not_mixed(data, fit_loss(settings))) &&
    (is_store(data$x) || bytes_of(data$x, data$scan$nnz) <= memory_limit())
}

# What keeps a fit from having converged, though its KKT residual is below `tol`.
withheld_by <- function(certificate, objective, control) {
  gap <- max(certificate$gap_W, certificate$gap_H)
  most <- if (is.null(control$gap_tol)) cpp_defaults()$gap_tol else control$gap_tol
  if (isTRUE(gap > most * objective)) "gap" else "fall"
}

# A plain list is taken as the arguments of nmf_control().
check_control <- function(control) {
  if (is.list(control) && !is.object(control)) {
    known <- setdiff(names(formals(nmf_control)), "...")
    given <- names(control)
    if (length(control) && (is.null(given) || !all(nzchar(given)))) {
      abort_input("{.arg control} as a list must have names, those of arguments of {.fn nmf_control}.")
    }
    unknown <- setdiff(given, known)
    if (length(unknown) || anyDuplicated(given)) {
      abort_input(c(
        "{.arg control} must hold arguments of {.fn nmf_control}, each once, not \\
         {.val {c(unknown, given[duplicated(given)])[1]}}.",
        advice_lines(unknown, known),
        "i" = "They are {.arg {known}}."
      ))
    }
    return(do.call(nmf_control, control))
  }
  if (!inherits(control, "nmf_control")) {
    abort_input(
      "{.arg control} must be made by {.fn nmf_control}, not {describe(control)}."
    )
  }
  control
}

#' @export
print.nmf_control <- function(x, ...) {
  value <- vapply(x, function(v) if (is.null(v)) "default" else format(v), "")
  cat("<nmf_control>\n")
  cat(paste0("  ", format(names(value)), "  ", value, "\n"), sep = "")
  invisible(x)
}
