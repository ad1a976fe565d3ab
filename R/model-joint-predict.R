#' Coefficients of new observations in a joint factorization
#'
#' For new observations of a data set of the fit, the `H` that minimises its objective with `W` and the data
#' set's `V` kept. For a new data set `W` alone is known: either its observations are explained by that (`own
#' = FALSE`), or what is its own, `V`, is found as well, with `W` kept (`own = TRUE`), for which its
#' observations should be many. With `shared = "H"`, for new observations of some or all of the kinds of
#' features.
#'
#' Without `own`, each column is a nonnegative least-squares problem, which is solved exactly, and its answer
#' does not depend on the others: with the matrix \eqn{(W + V)^T(W + V) + \lambda V^T V}{(W+V)'(W+V) + lambda
#' V'V} for a data set of the fit, \eqn{W^TW}{W'W} for a new one, and \eqn{\sum_i c_i W_i^T W_i}{sum c W'W}
#' over the data sets that are given with `shared = "H"`.
#'
#' @param object A fit from [nmf_joint()].
#' @param newdata New observations in columns: data as [nmf()] takes it, complete. Rows are matched by name
#'   with the features of the fit, and must have all of them (a new data set may have more). With `shared =
#'   "H"` a list, named by data sets of the fit. Without `newdata`, the observations of the fit.
#' @param dataset The data set of the fit that `newdata` belongs to, by name or number; `NULL` if it is a new
#'   one.
#' @param type `"H"`: coefficients. `"class"`: for every observation the component that makes the largest part
#'   of its reconstruction, a factor. `"proportion"`: the part of the sum of each column's reconstruction that
#'   each component makes. `"reconstruction"`: \eqn{(W + V) H}{(W + V) H}.
#' @param own For a new data set: is its own part to be found?
#' @param threads,assay,layer See [nmf()].
#' @param ... Not used; anything here is an error.
#' @return As for [predict.nmf()]. Without `newdata` a list with one such result for each data set (with
#'   `shared = "H"`: one result, and a list for `"reconstruction"`). With `own = TRUE` the result has an
#'   attribute `"V"`, the own part that was found, and `"certificate"`, of that fit.
#' @examples
#' x <- sqrt(leukemia$x)
#' fit <- nmf_joint(list(a = x[, 1:15], b = x[, 16:30]), rank = 3)
#' predict(fit, x[, 31:38], type = "class")
#' H <- predict(fit, x[, 31:38], own = TRUE)
#' attr(H, "certificate")$kkt
#'
#' # More of data set b
#' predict(fit, x[, 31:33], dataset = "b", type = "proportion")
#' @export
predict.nmf_joint <- function(object, newdata = NULL, dataset = NULL,
                              type = c("H", "class", "reconstruction", "proportion"), own = FALSE,
                              threads = NULL,
                              assay = NULL, layer = NULL, ...) {
  check_dots_empty(...)
  x <- check_joint(object)
  type <- pick(type, c("H", "class", "reconstruction", "proportion"), "type")
  check_flag(own, "own")
  threads <- check_threads(threads)
  if (own && (x$settings$shared == "H" || is.null(x$V))) {
    abort_input(c(
      "{.code own = TRUE} is for fits whose data sets have something of their own:",
      "i" = "those with {.code shared = \"W\"} and a finite {.arg lambda}."
    ))
  }
  if (is.null(newdata)) {
    if (!is.null(dataset)) dataset <- check_dataset(dataset, x)
    return(predict_fitted(x, dataset, type))
  }
  if (x$settings$shared == "W" && is_list_of_data(newdata) && all(lengths(lapply(newdata, dim)) == 2)) {
    abort_input(c(
      "{.arg newdata} must be one data set of new observations, not {describe(newdata)}.",
      "i" = "{.code lapply(newdata, function(new) predict(fit, new))} takes each; {.arg dataset} says of \\
             which data set of the fit they are."
    ))
  }
  if (x$settings$shared == "H") {
    if (!is.null(dataset)) {
      abort_input("{.arg dataset} is for fits with {.code shared = \"W\"}: here names of {.arg newdata} \\
                   tell data sets.")
    }
    return(predict_shared_H(x, newdata, type, threads))
  }
  if (own && !is.null(dataset)) {
    abort_input("{.code own = TRUE} is for a new data set: {.arg dataset} must be NULL.")
  }
  data <- without_gaps(nmf_data(newdata, "newdata", assay, layer), "newdata")
  if (!is.null(dataset)) dataset <- check_dataset(dataset, x)
  predict_shared_W(x, data, dataset, type, own, threads)
}

predict_fitted <- function(x, dataset, type) {
  names <- if (is.null(dataset)) x$data$dataset else dataset
  if (x$settings$shared == "H" && type != "reconstruction") {
    return(predict_type(do.call(rbind, unname(x$W)), x$H, type))
  }
  out <- lapply(stats::setNames(names, names), function(name) predict_type(joint_W(x, name),
    joint_H(x, name), type))
  if (is.null(dataset)) out else out[[1]]
}

predict_type <- function(W, H, type) {
  if (type == "reconstruction") {
    announce_dense(c(nrow(W), ncol(H)), "The reconstruction", "{.arg newdata} may have fewer columns.")
  }
  switch(type,
    H = H,
    class = with_rule(component_class(W, H), "l1"),
    reconstruction = W %*% H,
    proportion = proportions_of(W, H)
  )
}

predict_shared_W <- function(x, data, dataset, type, own, threads) {
  known <- !is.null(dataset)
  rows <- if (known && !is.null(x$rows)) x$rows[[dataset]] else seq_len(nrow(x$W))
  want <- rownames(x$W)[rows]
  have <- data$dimnames[[1]]
  # A new data set may lack features where those of the fit did.
  if (!known && !is.null(x$rows) && !is.null(have)) {
    rows <- which(rownames(x$W) %in% have)
    if (!length(rows)) abort_no_shared(have, rownames(x$W), data$dimnames[[2]], "newdata")
    want <- rownames(x$W)[rows]
  }
  from <- if (!is.null(have) && !is.null(want)) {
    match_by_name(have, want, "newdata", "row", "the fit", all = known)
  } else {
    if (data$dim[1] != length(rows)) {
      abort_input("{.arg newdata} must have the {length(rows)} features of the fit in rows, not \\
                   {data$dim[1]}.")
    }
  }
  storage <- if (is.null(from)) data$x else chosen_rows(data$x, from)
  W <- unname(x$W[rows, , drop = FALSE])
  V <- if (known && !is.null(x$V)) unname(x$V[[dataset]])
  scan <- if (identical(dim(storage), data$dim)) data$scan else scan_storage(storage)
  settings <- x$settings
  about <- list(
    lambda = if (is.null(x$V)) 0 else settings$lambda, own = known && !is.null(x$V), fixed_W = TRUE,
    largest = scan$max,
    weights = 1, sumsq = scan$sumsq
  )
  start <- matrix(0, ncol(W), data$dim[2])
  places <- list(seq_len(nrow(W)) - 1L)
  project <- function(V, about) {
    cpp_joint_project(list(storage), places, W, V, list(start), about,
      list(threads = threads, solver = "bpp"))[[1]]
  }
  found <- NULL
  if (own) {
    options <- c(list(threads = threads), settings[c("solver", "max_iter", "tol")],
      joint_control(settings$control))
    start <- project(list(), about)
    about$own <- TRUE
    found <- cpp_joint_fit(list(storage), places, W, list(0 * W), list(start), about, options, NULL)
    V <- found$V[[1]]
    H <- found$H[[1]]
    settings$nrun <- 1
    warn_if_stopped(found$reason, 1, settings)
  } else {
    H <- project(if (is.null(V)) list() else list(V), about)
  }
  dimnames(H) <- list(colnames(x$W), data$dimnames[[2]])
  whole <- x$W[rows, , drop = FALSE] + if (is.null(V)) 0 else V
  out <- predict_type(whole, H, type)
  if (!is.null(found)) {
    dimnames(V) <- list(want, colnames(x$W))
    attr(out, "V") <- V
    attr(out, "certificate") <- found$certificate
  }
  out
}

# Of the data sets that are given, below each other.
predict_shared_H <- function(x, newdata, type, threads) {
  if (!is_list_of_data(newdata) || !length(newdata) || is.null(names(newdata))) {
    abort_input("{.arg newdata} must be a list of data sets with names of those of the fit, not \\
                 {describe(newdata)}.")
  }
  unknown <- setdiff(names(newdata), x$data$dataset)
  if (length(unknown) || anyDuplicated(names(newdata))) {
    abort_input("Names of {.arg newdata} must be data sets of the fit, {quote_each(x$data$dataset)}, each \\
                 once.")
  }
  names <- names(newdata)
  data <- lapply(seq_along(names), function(i) {
    arg <- element_name(names, i)
    arg <- sub("^x", "newdata", arg)
    without_gaps(nmf_data(newdata[[i]], arg), arg)
  })
  x_of <- lapply(seq_along(names), function(i) {
    d <- data[[i]]
    W <- x$W[[names[i]]]
    check_not_turned(d$dimnames, rownames(W), "newdata")
    rows <- feature_places(d$dimnames[[1]], rownames(W), d$dim[1], nrow(W), "newdata")
    if (is.null(rows)) d$x else chosen_rows(d$x, rows)
  })
  shared <- joint_names(stats::setNames(data, names), 2)
  if (!is.null(shared$from)) x_of <- Map(chosen_columns, x_of, shared$from)
  by <- sqrt(x$settings$weights[names])
  whole <- stacked_rows(x_of, by)
  W <- do.call(rbind, Map(function(W, by) unname(W) * by, unname(x$W[names]), by))
  scan <- scan_storage(whole)
  about <- list(lambda = 0, own = FALSE, fixed_W = TRUE, largest = scan$max, weights = 1, sumsq = scan$sumsq)
  H <- cpp_joint_project(
    list(whole), list(seq_len(nrow(W)) - 1L), W, list(), list(matrix(0, ncol(W), ncol(whole))), about,
    list(threads = threads, solver = "bpp")
  )[[1]]
  dimnames(H) <- list(rownames(x$H), shared$names)
  if (type == "reconstruction") {
    return(lapply(x$W, function(W) predict_type(W, H, type)))
  }
  predict_type(do.call(rbind, unname(x$W[names])), H, type)
}
