# Fits of other packages as models of ours: what each of them calls W and H, which way round it has the
# data, and where it keeps the scale.

#' Models from fits of other packages
#'
#' [as_nmf()] takes the result of another package and makes a model of it: the same `W` and `H`, with rows of
#' `W` the features and columns of `H` the observations, and their product what that package fits. Then
#' [predict()][predict.nmf] finds coefficients of new observations, [divergence()] measures the loss,
#' [match_components()] and [agreement()] compare it with a fit of ours, and `nmf(x, init = model)` goes on
#' from there and tells, in its certificate, how far from optimal the result is. The article
#' `vignette("coming-from", package = "nonneg")` has what else differs.
#'
#' | Package | Object | `W` here | `H` here | Loss |
#' |---|---|---|---|---|
#' | NMF | `NMFfit`, several runs (the best), or a model such as `NMFstd` | `basis()` | `coef()` | of its algorithm |
#' | RcppML | a list with `w`, `d`, `h`, or the S4 class of newer versions | `w` | `d * h` | Frobenius |
#' | NNLM | `nnmf` | `W` | `H` | of its options |
#' | fastTopics | `poisson_nmf_fit`, `multinom_topic_model_fit` | `F` | `t(L)`, times the sizes `s` | Kullback-Leibler |
#' | topicmodels | `LDA`, `CTM` | `t(exp(beta))` | `t(gamma)` | Kullback-Leibler |
#' | scikit-learn, cNMF | `list(components_ = , W = )`, or an estimator of Python | `t(components_)` | `t(W)` | as given, or of the estimator |
#'
#' Some things to know:
#' * Of package NMF, `"nsNMF"` fits \eqn{W S H} with a smoothing matrix \eqn{S}: `W` here is \eqn{W S}.
#'   `"offset"` fits \eqn{WH} plus a constant for each feature: it becomes a component more, called
#'   `"offset"`, with coefficients of 1.
#' * A topic model of package topicmodels holds proportions and not the lengths of documents, so columns of
#'   `H` sum to 1. `predict(model, x)` has the counts' scale.
#' * scikit-learn and the programs around it have observations in rows, so that their `W` is `t(H)` here. A
#'   list with `components_` is taken that way round; one with `W` and `H` has features in rows of `W`. Tables
#'   that cNMF writes (spectra, usages) can be given as data frames.
#' * A model holds no history and no certificate, see [as_nmf()].
#'
#' @param W The result of the other package, or a list as in the table.
#' @param loss What [predict()][predict.nmf] is to minimise, see [nmf()]; `NULL` for the loss of the fit,
#'   where that is known.
#' @param ... `alpha_H`, `l1_ratio` and `control` of [as_nmf()].
#' @return An object of class `"nmf"`, see [nmf-class].
#' @examples
#' # Arrays of scikit-learn: observations in rows
#' fit <- nmf(leukemia$x, rank = 3)
#' theirs <- list(components_ = t(basis(fit)), W = t(coef(fit)))
#' model <- as_nmf(theirs)
#' all.equal(fitted(model), fitted(fit))
#'
#' # How far from optimal is it?
#' nmf(leukemia$x, rank = 3, init = model)$history[1, ]
#' @name as_nmf_from
NULL

#' @rdname as_nmf_from
#' @export
as_nmf.list <- function(W, loss = NULL, ...) {
  has <- function(...) all(c(...) %in% names(W))
  if (has("components_")) {
    components <- transposed(W$components_, "W$components_")
    H <- if (has("W")) transposed(W$W, "W$W")
    if (!is.null(H) && nrow(H) != ncol(components)) {
      abort_input(
        "{.arg W$W} must have {ncol(components)} columns, one for each row of {.arg W$components_}, not \\
         {nrow(H)}."
      )
    }
    return(foreign_model(components, H, loss, ...))
  }
  if (has("w", "d", "h")) {
    return(foreign_model(check_dictionary(W$w, "W$w"), scaled_rows(W$h, W$d), loss, ...))
  }
  if (has("W", "H")) {
    return(foreign_model(check_dictionary(W$W, "W$W"), W$H, loss, ...))
  }
  abort_input(c(
    "{.arg W}, a list, must have elements {.field W} and {.field H} (features in rows of {.field W}), \\
     {.field components_} and {.field W} (as scikit-learn has them), or {.field w}, \\
     {.field d} and {.field h} \\
     (as RcppML has them).",
    "x" = if (length(names(W))) "It has {quote_each(utils::head(names(W), 6))}." else "It has no names."
  ))
}

# The S4 class of newer versions of RcppML has the name of ours.
#' @rdname as_nmf_from
#' @export
as_nmf.nmf <- function(W, loss = NULL, ...) {
  if (!isS4(W)) {
    return(as_nmf.default(W, ...))
  }
  as_nmf.list(list(w = methods::slot(W, "w"), d = methods::slot(W, "d"), h = methods::slot(W, "h")), loss,
    ...)
}

#' @rdname as_nmf_from
#' @export
as_nmf.nnmf <- function(W, loss = NULL, ...) {
  if (is.null(loss)) loss <- known_loss(unclass(W)$options$loss,
    c(mse = "frobenius", mkl = "kullback-leibler"))
  as_nmf.list(unclass(W), loss, ...)
}

# Package NMF: any of its models, in a fit or not.
#' @rdname as_nmf_from
#' @export
as_nmf.NMF <- function(W, loss = NULL, ...) {
  need_package("NMF", "for this object")
  model <- if (methods::is(W, "NMFfit")) NMF::fit(W) else W
  if (is.null(loss) && methods::is(W, "NMFfit")) loss <- nmf_package_loss(NMF::algorithm(W))
  basis <- NMF::basis(model)
  coef <- NMF::coef(model)
  if (!length(basis)) abort_input("{.arg W} must be a fit with factors; this one is empty.")
  if (methods::is(model, "NMFns")) {
    basis <- `dimnames<-`(basis %*% NMF::smoothing(model), dimnames(basis))
  }
  if (methods::is(model, "NMFOffset")) {
    names <- component_names(ncol(basis), list(names = colnames(basis)), list(names = rownames(coef)))
    basis <- cbind(unnamed_columns(basis), NMF::offset(model))
    coef <- rbind(unname_rows(coef), 1)
    colnames(basis) <- rownames(coef) <- c(names, "offset")
  }
  foreign_model(basis, coef, loss, ...)
}

#' @rdname as_nmf_from
#' @export
as_nmf.NMFfitX <- function(W, loss = NULL, ...) {
  need_package("NMF", "for this object")
  as_nmf.NMF(NMF::minfit(W), loss, ...)
}

#' @export
as_nmf.NMF.rank <- function(W, ...) {
  abort_input(c(
    "{.arg W} must be one fit; this is a survey of several ranks.",
    "i" = "Its fits are in {.code $fit}, such as {.code as_nmf(survey$fit[[\"{names(W$fit)[1]}\"]])}."
  ))
}

#' @rdname as_nmf_from
#' @export
as_nmf.poisson_nmf_fit <- function(W, loss = "kullback-leibler", ...) {
  foreign_model(check_dictionary(W$F, "W$F"), transposed(W$L, "W$L"), loss, ...)
}

#' @rdname as_nmf_from
#' @export
as_nmf.multinom_topic_model_fit <- function(W, loss = "kullback-leibler", ...) {
  L <- check_dictionary(W$L, "W$L")
  # Counts are s L F': s, the size of each document, was taken out of L.
  if (!is.null(W$s)) L <- L * as.vector(W$s)
  foreign_model(check_dictionary(W$F, "W$F"), t(L), loss, ...)
}

#' @rdname as_nmf_from
#' @export
as_nmf.TopicModel <- function(W, loss = "kullback-leibler", ...) {
  phi <- exp(t(methods::slot(W, "beta")))
  theta <- t(methods::slot(W, "gamma"))
  names <- paste0("topic", seq_len(ncol(phi)))
  dimnames(phi) <- list(methods::slot(W, "terms"), names)
  dimnames(theta) <- list(names, methods::slot(W, "documents"))
  foreign_model(phi, theta, loss, ...)
}

# An estimator of scikit-learn in the hands of package reticulate. It does not hold the coefficients.
#' @export
as_nmf.python.builtin.object <- function(W, H = NULL, loss = NULL, ...) {
  part <- function(name) tryCatch(W[[name]], error = function(e) NULL)
  components <- part("components_")
  if (is.null(components)) {
    abort_input(c(
      "{.arg W} must be a fitted estimator with {.field components_}.",
      "i" = "{.code as_nmf(list(components_ = , W = ))} takes its arrays."
    ))
  }
  if (is.null(loss)) loss <- part("beta_loss")
  as_nmf.list(c(list(components_ = components), list(W = H)[!is.null(H)]), loss, ...)
}

foreign_model <- function(W, H, loss, ...) {
  model <- as_nmf.default(W, H, loss = if (is.null(loss)) "frobenius" else loss, ...)
  model$call <- quote(as_nmf(W))
  model
}

# A factor that has observations, or components, in rows.
transposed <- function(x, arg) t(check_dictionary(x, arg))

scaled_rows <- function(h, d) {
  h <- check_dictionary(h, "W$h")
  if (!is.numeric(d) || length(d) != nrow(h) || anyNA(d) || any(d < 0)) {
    abort_input("{.field d} of {.arg W} must hold {nrow(h)} numbers, one for each row of {.field h}, not \\
                 {describe(d)}.")
  }
  h * as.vector(d)
}

# What an algorithm of package NMF minimises.
nmf_package_loss <- function(algorithm) {
  known_loss(algorithm, c(
    brunet = "kullback-leibler", KL = "kullback-leibler", nsNMF = "kullback-leibler",
    lee = "frobenius", Frobenius = "frobenius", offset = "frobenius", "ls-nmf" = "frobenius",
    "snmf/r" = "frobenius", "snmf/l" = "frobenius", "pe-nmf" = "frobenius"
  ))
}

known_loss <- function(name, table) {
  # ".R#brunet" is the same algorithm in plain R.
  name <- sub("^\\.[^#]*#", "", as.character(name))
  if (length(name) == 1 && name %in% names(table)) table[[name]]
}

unnamed_columns <- function(x) `colnames<-`(x, NULL)
unname_rows <- function(x) `rownames<-`(x, NULL)
