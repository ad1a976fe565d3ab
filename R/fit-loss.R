# Losses as objects. The registry of the core knows which there are, what they are called and which parameters
# they have; facts about one are asked of it as well.

#' Losses
#'
#' What [nmf()] minimises, without penalties, is a sum over the entries of the data of a loss \eqn{d(x, y)},
#' where \eqn{y} is the entry of `W %*% H`. A loss is given by its name, by a number, or as one of the
#' objects made here, as families are in [stats::glm()]: `loss = "kl"`, `loss = 0.5` and
#' `loss = beta_divergence(0.5)`.
#'
#' \tabular{lll}{
#'   **loss** \tab **other names** \tab **for** \cr
#'   `frobenius()` \tab `"euclidean"`, `"lee"`, `"gaussian"`, `"ls"`, 2 \tab errors of the same size
#'   everywhere \cr `kullback_leibler()` \tab `"kl"`, `"poisson"`, `"brunet"`, 1 \tab counts whose variance is
#'   their mean \cr `itakura_saito()` \tab `"is"`, `"gamma"`, 0 \tab errors in proportion to the mean, as of
#'   spectra \cr `beta_divergence(beta)` \tab a number from -4 to 4 \tab what lies between and beyond \cr
#'   `negative_binomial()` \tab `"nb"`, `"negbin"` \tab counts more dispersed than Poisson's, as of single
#'   cells
#' }
#' In names case does not matter, and a space, `_` and `-` are the same.
#'
#' With \eqn{\beta} = 2 the beta-divergence is half the squared Frobenius norm, with \eqn{\beta} = 1
#' the (generalised) Kullback-Leibler divergence, with \eqn{\beta} = 0 the
#' Itakura-Saito divergence:
#' \deqn{d_2(x, y) = \tfrac12 (x-y)^2, \quad d_1(x, y) = x \log(x/y) - x + y, \quad
#'       d_0(x, y) = x/y - \log(x/y) - 1,}{d_2 = (x-y)^2 / 2,  d_1 = x log(x/y) - x + y,
#'       d_0 = x/y - log(x/y) - 1,}
#' \deqn{d_\beta(x, y) = \frac{x^\beta + (\beta-1) y^\beta - \beta x y^{\beta-1}}{\beta (\beta-1)}.}{
#'       d_b = (x^b + (b-1) y^b - b x y^(b-1)) / (b (b-1)).}
#' These are the values of scikit-learn. With \eqn{x} and \eqn{y} in other units, times \eqn{u}, it is
#' \eqn{u^\beta} times what it was. For \eqn{\beta \le 0} it is infinite where \eqn{x} is 0.
#'
#' The negative binomial loss is half the deviance of counts with mean \eqn{y} and variance
#' \eqn{y + \phi y^2}{y + phi y^2} (Gouvert, Oberlin and Févotte 2020):
#' \deqn{d_\phi(x, y) = x \log\frac{x}{y} - \Big(x + \frac1\phi\Big) \log\frac{1 + \phi x}{1 + \phi y}.}{
#'       d_phi = x log(x/y) - (x + 1/phi) log((1 + phi x) / (1 + phi y)).}
#' With \eqn{\phi = 0} it is Kullback-Leibler; for large \eqn{\phi}, \eqn{\phi d_\phi}{phi d_phi} is
#' Itakura-Saito. Where \eqn{x} is 0 it is \eqn{\log(1 + \phi y) / \phi}{log(1 + phi y) / phi}. The dispersion
#' has the units of \eqn{1/x}: with \eqn{x} and \eqn{y} times \eqn{u} and \eqn{\phi}{phi} divided by \eqn{u},
#' the loss is \eqn{u} times what it was. The metric of the KKT residual (see [nmf()]) has \eqn{\sum x / (1 +
#' \phi x)}{sum(x / (1 + phi x))} in the place of \eqn{\sum x^\beta}{sum(x^beta)}; a duality gap is not known,
#' as the loss is not convex in \eqn{y}. Zeros have a loss of their own that is no sum over \eqn{W} and
#' \eqn{H}: for sparse `x` the work is that of a dense matrix, a column at a time, and the memory in
#' proportion to the nonzero entries.
#'
#' Without `dispersion` it is estimated from the data, by moments, for every feature \eqn{i}. With
#' \eqn{m_{ij}} what independence of rows and columns would make of the counts (row sum times column sum by
#' the total), \eqn{N = \sum_j (x_{ij} - m_{ij})^2 - m_{ij}}{N = sum over j of (x[i,j] - m[i,j])^2 - m[i,j]}
#' and \eqn{D = \sum_j m_{ij}^2}{D = sum(m[i,j]^2)}, the moments say \eqn{N / D}. Poisson noise alone makes
#' \eqn{N} vary by \eqn{e = \sqrt{\sum_j m_{ij} + 2 m_{ij}^2}}{e = sqrt(sum(m[i,j] + 2 m[i,j]^2))}. The
#' estimate is \eqn{\max(0, (N + e \bar\phi) / (D + e))}{max(0, (N + e p) / (D + e))}, where \eqn{\bar\phi}{p}
#' is the median of \eqn{N / D} over the features with \eqn{D > e}: features that tell little, and those
#' without any counts, have that of the others. Entries that are missing do not count, weights do. What
#' components explain counts as dispersion here, so that for data with strong structure a `dispersion` that is
#' known from replicates is the better one. The values are in `fit$settings$loss_object$dispersion`.
#'
#' @param beta A number from -4 to 4. One closer than 1e-6 to 2, 1 or 0 is that loss.
#' @param dispersion The \eqn{\phi} of the negative binomial, from 0 to 1e300: one number, or one for each row
#'   of `x`, by name where both have names. `NULL`: estimated.
#' @param ... Must be empty.
#' @return An object of class `"nmf_loss"`: a list with the `name`, the `parameter` (of length 0 if there is
#'   none), and what the functions of this package must know of the loss, among it `beta` (`NA` for other
#'   families), `degree` (that of \eqn{u} above), `solvers`, and `zeros` (may \eqn{x} be 0?).
#' @references
#' Févotte C, Idier J (2011). Algorithms for nonnegative matrix factorization with
#' the beta-divergence. *Neural Computation* 23(9), 2421--2456.
#' \doi{10.1162/NECO_a_00168}
#'
#' Gouvert O, Oberlin T, Févotte C (2020). Negative binomial matrix factorization. *IEEE Signal Processing
#' Letters* 27, 815--819.
#' @seealso [choose_loss()] tells which one fits the data, [nmf()], [divergence()], [nmf_losses()]
#' @examples
#' kullback_leibler()
#' beta_divergence(0.5)
#' negative_binomial(dispersion = 0.1)
#' fit <- nmf(austen$x, 6, loss = "nb", max_iter = 20)
#' summary(fit$settings$loss_object$dispersion)
#' nmf(leukemia$x, 3, loss = beta_divergence(0.5), max_iter = 20)$settings$loss_object
#' @name losses
NULL

#' @rdname losses
#' @export
frobenius <- function() new_loss("frobenius")

#' @rdname losses
#' @export
kullback_leibler <- function() new_loss("kullback-leibler")

#' @rdname losses
#' @export
itakura_saito <- function() new_loss("itakura-saito")

#' @rdname losses
#' @export
beta_divergence <- function(beta) {
  row <- loss_row("beta-divergence")
  if (missing(beta)) abort_input("{.arg beta}, a number from {row$least} to {row$most}, must be given.")
  new_loss("beta-divergence", check_number(beta, "beta", min = row$least, max = row$most))
}

#' @rdname losses
#' @export
negative_binomial <- function(dispersion = NULL, ...) {
  check_dots_empty(...)
  given <- dispersion
  if (!is.null(dispersion)) {
    row <- loss_row("negative-binomial")
    fine <- is.numeric(dispersion) && is.null(dim(dispersion)) && length(dispersion) > 0
    bad <- if (fine) which(is.na(dispersion) | dispersion < row$least | dispersion > row$most)
    if (!fine || length(bad)) {
      abort_input(c(
        "{.arg dispersion} must be NULL, or numbers from {row$least} to {row$most}, one or one for each row \\
         of {.arg x}, not {describe(dispersion)}.",
        "x" = if (length(bad)) "Number {bad[1]} is {dispersion[bad[1]]}."
      ))
    }
    dispersion <- stats::setNames(as.double(dispersion), names(dispersion))
  }
  new_loss("negative-binomial", dispersion)
}

# A list: rows of data frames take a tenth of a call of predict().
loss_row <- function(name) {
  losses <- core_registry()$losses
  lapply(losses, `[`, losses$name == name)
}

# All losses are made here. A beta-divergence that has a name becomes the loss of that name. `parameter` NULL:
# to be found from data, see settled_loss(). It is there under its own name as well.
new_loss <- function(name, parameter = numeric()) {
  row <- loss_row(name)
  some <- if (is.null(parameter)) row$least else parameter
  loss <- cpp_loss(name, some, length(some))
  if (row$by_row) loss$parameter <- parameter
  loss$infinite <- is.infinite(cpp_loss_values(1, 0, name, utils::head(some, 1)))
  if (row$by_row) loss[row$parameter] <- list(parameter)
  structure(loss, class = "nmf_loss")
}

# The name with which a fit tells its loss; a beta-divergence without a name of its own shows its beta.
loss_label <- function(loss) {
  if (length(loss$parameter) == 1 && !is.na(loss$beta)) {
    paste(loss$name, format(loss$parameter, digits = 15))
  } else {
    loss$name
  }
}

#' @export
format.nmf_loss <- function(x, ...) loss_label(x)

#' @export
print.nmf_loss <- function(x, ...) {
  row <- loss_row(x$name)
  print_line("<nmf_loss> ", format(x), ": ", row$title)
  if (row$by_row) cat("  ", row$parameter, ": ", describe_parameter(x$parameter), "\n", sep = "")
  cat("  solvers: ", paste(x$solvers, collapse = ", "), "\n", sep = "")
  if (!x$zeros) cat("  infinite where x is 0\n")
  invisible(x)
}

describe_parameter <- function(parameter) {
  if (is.null(parameter)) {
    "estimated from the data"
  } else if (length(parameter) == 1) {
    format(unname(parameter))
  } else {
    range <- format(range(parameter), digits = 3)
    paste0("one for each of ", length(parameter), " rows, from ", range[1], " to ", range[2])
  }
}

# `loss` as users give it, to an object.
check_loss <- function(loss) {
  if (inherits(loss, "nmf_loss_choice")) loss <- loss$loss
  if (inherits(loss, "nmf_loss")) {
    return(loss)
  }
  name <- if (is.character(loss) && length(loss) == 1 && !is.na(loss)) plain_name(loss)
  known <- loss_names()
  if (length(name) && name %in% names(known)) {
    row <- loss_row(known[[name]])
    return(new_loss(row$name, if (row$by_row) NULL else numeric()))
  }
  row <- loss_row("beta-divergence")
  if (is_number(loss) && loss >= row$least && loss <= row$most) {
    return(beta_divergence(loss))
  }
  near <- if (length(name)) near_names(name, names(known))
  abort_input(c(
    "{.arg loss} must be one of {quote_each(nmf_losses())}, a number beta from {row$least} to {row$most}, \\
     or an object such as {.code beta_divergence(0.5)}, not {describe(loss)}.",
    "i" = if (length(near)) "Did you mean {quote_each(near)}?",
    "i" = if (inherits(loss, "family") && tolower(loss$family) %in% names(known)) {
      "The likelihood of that family: {.code loss = \"{tolower(loss$family)}\"}."
    },
    "i" = if (is.function(loss)) "Call the function, as in {.code loss = kullback_leibler()}.",
    "i" = "For all names see {.code ?losses}."
  ))
}

# Names and synonyms that stand for a loss without more.
loss_names <- function() {
  losses <- core_registry()$losses
  losses <- losses[losses$parameter == "" | losses$by_row, ]
  synonyms <- strsplit(losses$synonyms, " ", fixed = TRUE)
  called <- unlist(Map(c, losses$name, synonyms), use.names = FALSE)
  stats::setNames(rep(losses$name, 1 + lengths(synonyms)), called)
}

plain_name <- function(name) gsub("[_ ]+", "-", tolower(trimws(name)))

# Those of `known` that a slip of the keys would make `name`, or whose beginning it would; short ones are near
# to everything.
near_names <- function(name, known) {
  known <- known[nchar(known) >= 4]
  distance <- pmin(drop(utils::adist(name, known)), drop(utils::adist(name, substr(known, 1, nchar(name)))))
  unique(known[nchar(name) >= 3 & distance == min(distance) & distance <= max(1, nchar(name) %/% 3)])
}

# Of a fit; one of an older version has a number.
fit_loss <- function(settings) {
  if (is.null(settings$loss_object)) check_loss(settings$beta) else settings$loss_object
}

# What the settings of a fit hold of its loss.
loss_settings <- function(loss) list(loss = loss_label(loss), loss_object = loss, beta = loss$beta)

# A parameter by rows of x, in their order, or found from the data: once for a fit.
settled_loss <- function(loss, data) {
  row <- loss_row(loss$name)
  if (!row$by_row || length(loss$parameter) == 1) {
    return(loss)
  }
  parameter <- loss$parameter
  rows <- data$dimnames[[1]]
  if (is.null(parameter)) {
    x <- fit_data(data, loss_settings(loss))$x
    parameter <- stats::setNames(cpp_dispersions(x, c(entry_options(data),
      list(machines = core_machines(data)))), rows)
  } else {
    parameter <- vector_by_name(parameter, rows, row$parameter, "row", all = FALSE)
    if (length(parameter) != data$dim[1]) {
      abort_input(
        "{.arg {row$parameter}} must be one number, or one for each of the {data$dim[1]} rows of {.arg x}, \\
         not {length(parameter)}."
      )
    }
  }
  new_loss(loss$name, parameter)
}

check_solver <- function(solver, loss) {
  if (is.null(solver)) {
    return(NULL)
  }
  solver <- check_choice(solver, nmf_solvers()$name, "solver")
  if (!solver %in% loss$solvers) {
    abort_input(c(
      "{.arg solver} = {quote_each(solver)} does not work with {.arg loss} = {quote_each(loss_label(loss))}.",
      "i" = "Use one of {quote_each(loss$solvers)}."
    ))
  }
  solver
}

# d(0, y) may be infinite.
check_zeros <- function(data, loss, floor = NULL, arg = "x") {
  zeros <- data$observed - data$scan$nnz
  if (!loss$zeros && zeros > 0 && !isTRUE(floor > 0)) {
    abort_input(c(
      "{.arg {arg}} has {format(zeros, big.mark = big_mark(), scientific = FALSE)} \\
       zero{cli::qty(zeros)}{?s}, \\
       for which {.arg loss} = {quote_each(loss_label(loss))} is infinite.",
      "i" = "Raise them with {.code control = nmf_control(floor = )}, such as to the smallest \\
             positive value of {.arg {arg}}, or use {.code loss = \"kullback-leibler\"}."
    ))
  }
}

check_floor <- function(floor, loss) {
  if (!is.null(floor) && loss$zeros) {
    abort_input(
      "{.arg floor} is for losses that are infinite where {.arg x} is 0 (beta at most 0), \\
       not for {.arg loss} = {quote_each(loss_label(loss))}."
    )
  }
}
