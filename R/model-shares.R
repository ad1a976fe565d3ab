#' What each component makes of each entry
#'
#' The share of component `k` in entry `(i, j)` of the reconstruction is
#' `W[i, k] * H[k, j] / (W %*% H)[i, j]`. Shares lie between 0 and 1 and sum to 1 over all components, so
#' that `x` times the shares takes `x` apart into parts that add up to it. For sound this is a soft mask: a
#' complex spectrogram times the shares of an instrument's components, transformed back, is that instrument
#' alone (the example).
#'
#' Where the reconstruction is 0 no component is more likely than another: each gets the share 1/r.
#' Shares do not depend on the scale between `W` and `H`. They are computed for a few columns at a
#' time; the result holds one number per entry and group, so that for large data `columns` should
#' ask for a block of them after the other.
#'
#' @param object A fit of class `"nmf"`, or a model from [as_nmf()].
#' @param newdata Observations, see [predict()][predict.nmf], whose coefficients are to be
#'   found first. `NULL` is the observations of the fit.
#' @param groups Which components belong together: a factor or vector with one element per component (`NA` for
#'   components that are not wanted), or a list of components, each element by names or numbers. Shares of a
#'   group are the sums over its components. `NULL` is every component by itself.
#' @param columns Which observations: numbers, names or logical. `NULL` is all.
#' @param power Shares are those of `(W[i, k] * H[k, j])^power`: 1 for amounts that add up, 2 for the
#'   Wiener filter of a factorization of magnitudes, whose squares do.
#' @param H Coefficients, one column per observation, in place of those of the fit or of `newdata`: those of
#'   [predict()][predict.nmf], perhaps after some were set to 0.
#' @inheritParams predict.nmf
#' @param ... Must be empty.
#' @return A list with one matrix per group, features x observations.
#' @seealso [as_nmf()], [predict.nmf()] with `type = "proportion"` for shares of whole observations.
#' @references
#' Févotte C, Bertin N, Durrieu J-L (2009). Nonnegative matrix factorization with the Itakura-Saito
#' divergence: with application to music analysis. *Neural Computation* 21(3), 793--830.
#' \doi{10.1162/neco.2008.04-08-771}
#' @examples
#' # Two tones that come and go, as a complex spectrogram of 64 samples per frame
#' rate <- 1024
#' t <- seq(0, 1, length.out = rate)
#' low <- sin(2 * pi * 64 * t) * (t < 0.6)
#' high <- 0.7 * sin(2 * pi * 240 * t) * (t > 0.3)
#' spectrogram <- function(sound) mvfft(matrix(sound, 64))
#' sound <- function(spectra) as.vector(Re(mvfft(spectra, inverse = TRUE))) / 64
#' X <- spectrogram(low + high)
#'
#' # Dictionaries of the two, learnt from each alone
#' learn <- function(x) nmf(Mod(spectrogram(x)), rank = 2, loss = "kl", max_iter = 50, tol = 0)
#' model <- cbind(low = learn(low), high = learn(high))
#'
#' masks <- component_shares(model, Mod(X), groups = rep(c("low", "high"), each = 2))
#' apart <- lapply(masks, function(mask) sound(mask * X))
#' all.equal(apart$low + apart$high, low + high)
#' c(low = cor(apart$low, low), high = cor(apart$high, high))
#' @export
component_shares <- function(object, ...) {
  need_arguments(object)
  UseMethod("component_shares")
}

#' @rdname component_shares
#' @export
component_shares.nmf <- function(object, newdata = NULL, groups = NULL, columns = NULL, power = 1, H = NULL,
                                 weights = NULL, threads = NULL, ...) {
  check_dots_empty(...)
  check_fit(object)
  if (!is.null(H) && !is.null(newdata)) {
    abort_input("{.arg H} and {.arg newdata} must not both be given: coefficients are known, or are found.")
  }
  power <- check_number(power, "power", min = 0, above = TRUE)
  members <- check_component_groups(groups, colnames(object$W))
  H <- if (!is.null(H)) {
    check_known_H(H, object$W)
  } else if (!is.null(newdata)) {
    stats::predict(object, newdata, weights = weights, threads = threads)
  } else {
    need_observations(object)
    object$H
  }
  if (!is.null(columns)) H <- H[, check_columns(columns, H), drop = FALSE]
  shares_of_groups(object$W, H, members, power)
}

# Shares do not change if a row of W or a column of H is scaled: with a largest entry of 1 in each, no product
# is out of range. The scale of components goes to H before, as logarithms.
shares_of_groups <- function(W, H, members, power) {
  size <- apply(W, 2, max)
  size[size == 0] <- 1
  W <- scale_columns(W, 1 / size)
  W <- (W / largest_or_one(W))^power
  level <- log2(H) + log2(size)
  top <- if (ncol(H)) apply(level, 2, max) else numeric()
  top[top == -Inf] <- 0
  H[] <- 2^(power * sweep(level, 2, top))
  r <- ncol(W)
  n <- ncol(H)
  out <- lapply(members, function(k) matrix(0, nrow(W), n, dimnames = list(rownames(W), colnames(H))))
  step <- max(1, floor(1e6 / nrow(W)))
  for (first in seq(1, by = step, length.out = ceiling(n / step))) {
    j <- seq.int(first, min(n, first + step - 1))
    total <- W %*% H[, j, drop = FALSE]
    none <- total == 0
    for (g in seq_along(members)) {
      k <- members[[g]]
      part <- W[, k, drop = FALSE] %*% H[k, j, drop = FALSE] / total
      part[none] <- length(k) / r
      out[[g]][, j] <- part
    }
  }
  out
}

largest_or_one <- function(W) {
  top <- apply(W, 1, max)
  ifelse(top > 0, top, 1)
}

# `groups` as given, to a list of numbers of components.
check_component_groups <- function(groups, names) {
  r <- length(names)
  if (is.null(groups)) {
    return(stats::setNames(as.list(seq_len(r)), names))
  }
  if (is.list(groups) && !is.data.frame(groups)) {
    members <- lapply(groups, component_index, names, "groups")
    twice <- unlist(members)[duplicated(unlist(members))]
    if (length(twice)) {
      abort_input(
        "{.arg groups} must name no component twice, but {.val {names[twice[1]]}} is in two of them."
      )
    }
    if (length(members) == 0) abort_input("{.arg groups} must hold at least one group.")
    return(members)
  }
  if (!is.atomic(groups) || length(groups) != r) {
    abort_input(
      "{.arg groups} must be a factor or vector with one element per component, {r} in all, or a list of \\
       components, not {describe(groups)}."
    )
  }
  if (!is.null(names(groups))) groups <- groups_by_name(groups, names)
  members <- split(seq_len(r), factor(groups, unique(groups[!is.na(groups)])))
  if (length(members) == 0) abort_input("{.arg groups} must not be NA for all components.")
  members
}

groups_by_name <- function(groups, names) {
  absent <- setdiff(names, names(groups))
  if (length(absent)) {
    abort_input(c(
      "The names of {.arg groups} must be those of the components.",
      "x" = "{length(absent)} {?is/are} missing, such as {quote_each(utils::head(absent, 3))}."
    ))
  }
  groups[names]
}

check_columns <- function(columns, H) {
  n <- ncol(H)
  fault <- function() {
    abort_input(
      "{.arg columns} must be numbers from 1 to {n}, names of observations, or {n} logical values, \\
       not {describe(columns)}."
    )
  }
  if (is.character(columns)) {
    at <- match(columns, colnames(H))
    if (anyNA(at)) {
      abort_input("There is no observation {quote_each(columns[is.na(at)][1])} in {.arg columns}.")
    }
    return(at)
  }
  if (is.logical(columns)) {
    if (length(columns) != n || anyNA(columns)) fault()
    return(which(columns))
  }
  whole <- is.numeric(columns) && !anyNA(columns) && all(columns == trunc(columns))
  if (!whole || any(columns < 1 | columns > n)) fault()
  columns
}
