#' Losses and solvers on offer
#'
#' `nmf_losses()` gives the names that the argument `loss` of [nmf()] accepts, besides the other names,
#' numbers and objects of [losses]. `nmf_solvers()` gives the solvers, with the rank up to which each one is
#' the default. Both ask the registry of the C++ core, which is also what the arguments are checked against.
#'
#' @return `nmf_losses()`: a character vector. `nmf_solvers()`: a data frame with columns `name`, `title`,
#'   `extrapolates` (does it take part in extrapolation?), `frobenius`, `kullback_leibler` and `other` (is
#'   it for these losses?), `most_rank_dense` and `most_rank_sparse`: for the Frobenius loss the default is
#'   the solver with the smallest of these that is not below the rank.
#' @examples
#' nmf_losses()
#' nmf_solvers()
#' @export
nmf_solvers <- function() core_registry()$solvers

#' @rdname nmf_solvers
#' @export
nmf_losses <- function() with(core_registry()$losses, name[parameter == "" | by_row])

# What the core offers does not change once it is loaded; data frames of it are made once.
core_registry <- local({
  known <- NULL
  function() {
    if (is.null(known)) known <<- cpp_registry()
    known
  }
})
