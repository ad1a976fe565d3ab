# Losses as objects. The registry of the core knows which there are, what they are called and which parameters they
# have; facts about one are asked of it as well.

#' Losses
#'
#' What [nmf()] minimises, without penalties, is a sum over the entries of the data of a loss
#' \eqn{d(x, y)}, where \eqn{y} is the entry of `W %*% H`. A loss is given by its name, by a number, or as one of
#' the objects made here, as families are in [stats::glm()]: `loss = "kl"`, `loss = 0.5` and
#' `loss = beta_divergence(0.5)`.
#'
#' \tabular{lll}{
#'   **loss** \tab **other names** \tab **for** \cr
#'   `frobenius()` \tab `"euclidean"`, `"lee"`, `"gaussian"`, `"ls"`, 2 \tab errors of the same size everywhere \cr
#'   `kullback_leibler()` \tab `"kl"`, `"poisson"`, `"brunet"`, 1 \tab counts whose variance is their mean \cr
#'   `itakura_saito()` \tab `"is"`, `"gamma"`, 0 \tab errors in proportion to the mean, as of spectra \cr
#'   `beta_divergence(beta)` \tab a number from -4 to 4 \tab what lies between and beyond
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
#' @param beta A number from -4 to 4. One closer than 1e-6 to 2, 1 or 0 is that loss.
#' @return An object of class `"nmf_loss"`: a list with the `name`, the `parameter` (of length 0 if there is none),
#'   and what the functions of this package must know of the loss, among it `beta` (`NA` for other families),
#'   `degree` (that of \eqn{u} above), `solvers`, and `zeros` (may \eqn{x} be 0?).
#' @references
#' Févotte C, Idier J (2011). Algorithms for nonnegative matrix factorization with
#' the beta-divergence. *Neural Computation* 23(9), 2421--2456.
#' \doi{10.1162/NECO_a_00168}
#' @seealso [nmf()], [divergence()], [nmf_losses()]
#' @examples
#' kullback_leibler()
#' beta_divergence(0.5)
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

loss_row <- function(name) {
  losses <- cpp_registry()$losses
  losses[losses$name == name, ]
}

# All losses are made here. A beta-divergence that has a name becomes the loss of that name.
new_loss <- function(name, parameter = numeric()) {
  loss <- cpp_loss(name, parameter, length(parameter))
  loss$infinite <- is.infinite(cpp_loss_values(1, 0, name, utils::head(parameter, 1)))
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
  cat("<nmf_loss> ", format(x), ": ", loss_row(x$name)$title, "\n", sep = "")
  cat("  solvers: ", paste(x$solvers, collapse = ", "), "\n", sep = "")
  if (!x$zeros) cat("  infinite where x is 0\n")
  invisible(x)
}

# `loss` as users give it, to an object.
check_loss <- function(loss) {
  if (inherits(loss, "nmf_loss")) {
    return(loss)
  }
  name <- if (is.character(loss) && length(loss) == 1 && !is.na(loss)) plain_name(loss)
  known <- loss_names()
  if (length(name) && name %in% names(known)) {
    return(new_loss(known[[name]]))
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
    "i" = if (is.function(loss)) "Call the function, as in {.code loss = kullback_leibler()}.",
    "i" = "For all names see {.code ?losses}."
  ))
}

# Names and synonyms that stand for a loss without more.
loss_names <- function() {
  losses <- cpp_registry()$losses
  losses <- losses[losses$parameter == "", ]
  synonyms <- strsplit(losses$synonyms, " ", fixed = TRUE)
  called <- unlist(Map(c, losses$name, synonyms), use.names = FALSE)
  stats::setNames(rep(losses$name, 1 + lengths(synonyms)), called)
}

plain_name <- function(name) gsub("[_ ]+", "-", tolower(trimws(name)))

# Those of `known` that a slip of the keys would make `name`, or whose beginning it would; short ones are near to
# everything.
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

# What depends on the data is found here, once for a fit.
settled_loss <- function(loss, data) loss

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
      "{.arg {arg}} has {format(zeros, big.mark = big_mark(), scientific = FALSE)} zero{cli::qty(zeros)}{?s}, \\
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
