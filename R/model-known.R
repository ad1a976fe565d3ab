# Models that are not fits: factors that are known from elsewhere, and dictionaries of several
# fits side by side. Nothing is invented for them: no history, no objective, no certificate.

#' A model from known factors
#'
#' Makes an object of class `"nmf"` from a dictionary `W` that is known already: spectra of notes, mutational
#' signatures of an earlier study, endmembers, topics that another program found. [predict()][predict.nmf]
#' finds the coefficients of observations, and [plot()][plot.nmf], [top_features()],
#' [match_components()] and `[` work as for a fit. Fits of other packages become such models, too: see
#' [as_nmf_from].
#'
#' The result is not a fit and says so when it is printed: `converged`, `objective`, `loss`, `penalty` and
#' the `certificate` are `NA`, `history` and `runs` have no rows, and `reason` is `"given"`. Without `H` it
#' has no observations: `H` has no columns, so that [coef()][basis] and [fitted()][basis] have none. Where
#' the amounts of components matter (the shares of a heat map of `W`, lift), all then count alike. For a fit
#' with a known dictionary, see `fixed_W` of [nmf()].
#'
#' @section Dictionaries side by side:
#' `cbind()` of models puts the components of all into one model without `H`, as their coefficients beside
#' others have to be found again. Features are matched by name where all have names. The models
#' must agree in what `predict()` would solve: loss, penalty on `H`, weights of features. A name given to an
#' argument, as in `cbind(piano = a, flute = b)`, is put before the names of its components.
#'
#' @param W The dictionary: a nonnegative matrix, features x components. Row names are the features' names,
#'   column names those of the components (`"NMF1"`, ... where there are none).
#' @param H Coefficients, if they are known as well: a nonnegative matrix, components x observations. Where
#'   both have names of components, its rows are matched by name.
#' @param loss,alpha_H,l1_ratio,control What `predict()` is to minimise, see [nmf()].
#' @param ... For `as_nmf()`: arguments of the method, nothing else. For `cbind()`: models, that is fits or
#'   results of `as_nmf()`.
#' @param deparse.level Not used.
#' @return An object of class `"nmf"`, see [nmf-class].
#' @seealso [component_shares()] takes a mixture apart.
#' @examples
#' # Patients of one half described by the expression profiles of the other
#' fit <- nmf(leukemia$x[, 1:19], rank = 3)
#' model <- as_nmf(basis(fit))
#' model
#' H <- predict(model, leukemia$x[, 20:38])
#' all.equal(H, predict(fit, leukemia$x[, 20:38]))
#'
#' # Two dictionaries, each learnt from its own kind
#' kind <- leukemia$class == "AML"
#' both <- cbind(AML = nmf(leukemia$x[, kind], 2), ALL = nmf(leukemia$x[, !kind], 2))
#' predict(both, leukemia$x[, 1:3], type = "proportion")
#' @export
as_nmf <- function(W, ...) {
  if (missing(W)) abort_input("{.arg W}, the dictionary, must be given.")
  UseMethod("as_nmf")
}

#' @rdname as_nmf
#' @export
as_nmf.default <- function(W, H = NULL, loss = "frobenius", alpha_H = 0, l1_ratio = 0,
                           control = nmf_control(), ...) {
  check_dots_empty(...)
  W <- check_dictionary(W, "W")
  loss <- check_loss(loss)
  control <- check_control(control)
  check_floor(control$floor, loss)
  if (!is.null(H)) H <- check_known_H(H, W)
  colnames(W) <- component_names(ncol(W), list(names = colnames(W)), list(names = rownames(H)))
  settings <- known_settings(loss, ncol(W), check_number(alpha_H, "alpha_H", min = 0),
    check_number(l1_ratio, "l1_ratio", min = 0, max = 1), control)
  known_model(W, H, settings, call = named_call(match.call(), "as_nmf"))
}

#' @rdname as_nmf
#' @export
cbind.nmf <- function(..., deparse.level = 1) {
  models <- list(...)
  for (i in seq_along(models)) {
    if (!is_nmf(models[[i]])) {
      abort_input(c(
        "{.fn cbind} of models takes models only, but argument {i} is {describe(models[[i]])}.",
        "i" = "{.code as_nmf(W, loss = )} makes a model of a matrix."
      ))
    }
    check_fit(models[[i]])
  }
  problems <- lapply(models, problem_of_H)
  for (i in seq_along(models)[-1]) {
    differ <- which(!mapply(identical, problems[[1]], problems[[i]]))
    if (length(differ)) {
      field <- names(problems[[1]])[differ[1]]
      abort_input(c(
        "Models side by side must solve the same problem, but models 1 and {i} differ in {.field {field}}: \\
         {describe(problems[[1]][[field]])} and {describe(problems[[i]][[field]])}.",
        "i" = "{.code as_nmf(basis(fit), loss = )} makes a model with another problem from a fit's \\
               dictionary."
      ))
    }
  }
  W <- lapply(models, function(m) m$W)
  for (i in seq_along(models)[-1]) W[[i]] <- match_dictionary(W[[i]], W[[1]], i)
  unnamed <- vapply(W, function(w) is.null(rownames(w)), NA)
  features <- if (all(unnamed)) NULL else rownames(W[[which(!unnamed)[1]]])
  names <- stacked_names(models)
  scale <- unlist(lapply(models, function(m) unname(m$scale)))
  W <- do.call(cbind, lapply(W, unname))
  dimnames(W) <- list(features, names)
  settings <- known_settings(NULL, ncol(W))
  settings$control <- nmf_control(floor = problems[[1]]$floor)
  kept <- setdiff(names(problems[[1]]), "floor")
  settings[kept] <- problems[[1]][kept]
  known_model(W, NULL, settings, scale, call = named_call(match.call(), "cbind"))
}

#' @export
rbind.nmf <- function(..., deparse.level = 1) {
  abort_input(c(
    "Models cannot be put below each other: their components are not the same.",
    "i" = "{.fn cbind} puts their dictionaries side by side. To share components between two sets of \\
           features, fit {.code rbind(x1, x2)}."
  ))
}

# What predict() solves, apart from W: in this the models of cbind() must agree.
problem_of_H <- function(model) {
  s <- model$settings
  list(
    loss = s$loss, beta = s$beta, alpha_H = as.double(s$alpha_H),
    l1_ratio = if (s$alpha_H > 0) s$l1_ratio else 0,
    row_weights = s$row_weights, smooth_H = s$smooth_H, loss_object = fit_loss(s), floor = s$control$floor
  )
}

is_given <- function(x) identical(x$reason, "given")
has_observations <- function(x) ncol(x$H) > 0

# For functions that need H, or what a fit leaves behind.
need_observations <- function(x, arg = "object") {
  if (!has_observations(x)) {
    abort_input(c(
      "{.arg {arg}} is a model from known factors and has no observations, so it has no coefficients.",
      "i" = "{.code predict(model, newdata)} finds those of {.arg newdata}."
    ))
  }
}

check_dictionary <- function(W, arg) {
  if (is_nmf(W)) {
    abort_input(c(
      "{.arg {arg}} must be a matrix, not a fit.",
      "i" = "Its dictionary is {.code basis(fit)}; the fit itself predicts, too."
    ))
  }
  if (is.data.frame(W)) W <- as.matrix(W)
  if (methods::is(W, "Matrix")) W <- plain_matrix(W) else if (is.matrix(W) && isS4(W)) W <- as_bare_matrix(W)
  if (!is.matrix(W) || is.object(W)) {
    abort_input("{.arg {arg}} must be a matrix, features x components, not {describe(W)}.")
  }
  W <- as_double_matrix(W, arg)
  check_cells(W, cpp_scan(W), arg)
  W
}

check_known_H <- function(H, W) {
  H <- check_dictionary(H, "H")
  if (nrow(H) != ncol(W)) {
    abort_input("{.arg H} must have {ncol(W)} rows, one for each column of {.arg W}, not {nrow(H)}.")
  }
  have <- rownames(H)
  want <- colnames(W)
  if (!is.null(have) && !is.null(want) && !identical(have, want)) {
    absent <- setdiff(want, have)
    if (length(absent) || anyDuplicated(have)) {
      abort_input(c(
        "The row names of {.arg H} must be the column names of {.arg W}.",
        "x" = if (length(absent)) {
          "{length(absent)} {?is/are} missing, such as {quote_each(utils::head(absent, 3))}."
        },
        "x" = if (!length(absent)) "Names are repeated."
      ))
    }
    H <- H[want, , drop = FALSE]
  }
  H
}

# Rows of a dictionary in the order of the first one.
match_dictionary <- function(W, first, number) {
  have <- rownames(W)
  want <- rownames(first)
  if (nrow(W) != nrow(first)) {
    abort_input(
      "Models side by side must have the same features, but model {number} has {nrow(W)}, the first \\
       {nrow(first)}."
    )
  }
  if (is.null(have) || is.null(want) || identical(have, want)) {
    return(W)
  }
  absent <- setdiff(want, have)
  if (length(absent) || anyDuplicated(have) || anyDuplicated(want)) {
    abort_input(c(
      "Models side by side must have the same features.",
      "x" = if (length(absent)) {
        "Model {number} lacks {length(absent)} feature{?s} of the first, such as \\
         {quote_each(utils::head(absent, 3))}."
      },
      "x" = if (!length(absent)) "Names of features are repeated, and their order differs."
    ))
  }
  W[want, , drop = FALSE]
}

# "piano C4": with the name of the argument; names that are still repeated get numbers.
stacked_names <- function(models) {
  own <- lapply(models, function(m) colnames(m$W))
  given <- names(models)
  if (!is.null(given)) {
    own <- mapply(function(g, n) if (nzchar(g)) paste(g, n) else n, given, own, SIMPLIFY = FALSE)
  }
  make.unique(unlist(own, use.names = FALSE))
}

known_settings <- function(loss, rank, alpha_H = 0, l1_ratio = 0, control = nmf_control()) {
  list(
    loss = loss_label(loss), loss_object = loss, beta = loss$beta, solver = NA_character_,
    init = NA_character_,
    rank = rank, alpha_W = 0,
    alpha_H = alpha_H, l1_ratio = l1_ratio, nrun = 0L, max_iter = 500L, tol = 1e-4, threads = 1L,
    control = control, fixed = c(W = 0L, H = 0L)
  )
}

known_model <- function(W, H, settings, scale = NULL, call = NULL) {
  if (is.null(H)) {
    H <- matrix(0, ncol(W), 0, dimnames = list(colnames(W), NULL))
  } else {
    rownames(H) <- colnames(W)
  }
  none <- numeric(0)
  validate_nmf(new_nmf(
    W = W, H = H,
    history = data.frame(
      iteration = integer(0), seconds = none, loss = none, penalty = none, objective = none, kkt = none
    ),
    converged = NA, reason = "given", objective = NA_real_, loss = NA_real_, penalty = NA_real_,
    certificate = list(kkt = NA_real_, gap_W = NA_real_, gap_H = NA_real_), settings = settings,
    data = list(
      nrow = nrow(W), ncol = ncol(H), class = NA_character_, nnz = NA_real_, sum = NA_real_, sumsq = NA_real_,
      observed = NA_real_, weighted = FALSE
    ),
    runs = data.frame(
      run = integer(0), objective = none, iterations = integer(0), kkt = none, converged = logical(0),
      best = logical(0)
    ),
    scale = scale, call = call
  ))
}
