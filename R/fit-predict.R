#' Coefficients, classes and reconstructions of new observations
#'
#' For fixed `W`, finds the `H` that minimises the objective of the fit for the columns of
#' `newdata`: the same loss, `alpha_H` and `l1_ratio`, over its observed entries (`NA` is missing).
#' Every column is solved by itself, so that its answer does not depend on the others. So
#' `smooth_H` has no part in it: who a new column's neighbours are is not known, and the
#' coefficients of the fit's own data come out less smooth than `coef()` has them.
#'
#' For the Frobenius loss and for \eqn{\beta} from 1 to 2 the problem is convex, and `H` is its
#' solution. For other \eqn{\beta} it is a local minimum, that to which equal coefficients lead.
#' The Frobenius loss is solved exactly, the others by steps until the relative KKT residual of a column
#' is 1e-10, or no longer falls. A warning of class `"nonneg_warning_unsolved"` names columns with
#' more than 1e-6 after 3000 steps.
#'
#' A fit of [tf_idf()] or other weights of terms knows them: counts are weighted like its own data were, as by
#' [weight_like()], with a message (class `"nonneg_message_weighting"`); what does not look like counts
#' is taken as it is, with a warning (class `"nonneg_warning_weighting"`).
#'
#' @param object A fit from [nmf()].
#' @param newdata New observations in columns: a matrix of the kinds that [nmf()] accepts, with the same
#'   features in rows. If both it and the fit have row names, rows are matched by name; for corpora, see
#'   [documents()], unknown features are left out with a warning. Without `newdata`, the observations of
#'   the fit itself.
#' @param type `"H"`: coefficients, r x n. `"class"`: for every column the component that makes the
#'   largest part of its reconstruction, a factor (`NA` where the reconstruction is 0), as in
#'   [assign_clusters()], with the rule in its attribute `"rule"`. `"reconstruction"`: `W %*% H`, l x n.
#'   `"proportion"`: r x n, the part that each component makes of the sum of each column's
#'   reconstruction; columns sum to 1 (`NA` where the reconstruction is 0). `"divergence"`: for each
#'   column of `newdata` how far it is from its reconstruction, in the loss of the fit, without
#'   penalties and with `weights`; together they are [divergence()]. With models of several classes, the
#'   smallest one tells the class.
#' @param weights Weights of the entries of `newdata`, as in [nmf()]. `NULL` is those of the rows if
#'   the fit had some, otherwise ones. (A fit does not hold weights of entries, and a warning of class
#'   `"nonneg_warning_weights"` says so. Zeros are missing if they were so in the fit.)
#' @param threads See [nmf()].
#' @param assay,layer See [adapters]. `NULL` is what the fit was made from.
#' @param features Which features `newdata` must have: `"all"` those of the fit, and no others; or `"shared"`,
#'   some of them: those that it lacks count as missing, and those that the fit does not know are left out.
#' @param store Folder of a store, see [nmf_store()], to which `H` is written, a part of the columns at a
#'   time; it must not exist. `NULL` is none.
#' @param ... Not used; anything here is an error.
#' @return With `store`, that store, r x n. Otherwise a matrix or, for `type = "class"`, a factor, for
#'   `"divergence"` a vector of n numbers, with the column names of `newdata`. `NA` for a column without any
#'   observed entry, with a warning (class `"nonneg_warning_unobserved"`).
#' @examples
#' train <- leukemia$x[, -(1:5)]
#' fit <- nmf(train, rank = 3)
#' predict(fit, leukemia$x[, 1:5], type = "class")
#' predict(fit, leukemia$x[, 1:5], type = "proportion")
#'
#' # A patient unlike the others?
#' predict(fit, leukemia$x[, 1:5], type = "divergence")
#' @export
predict.nmf <- function(object, newdata = NULL,
                        type = c("H", "class", "reconstruction", "proportion", "divergence"),
                        weights = NULL, threads = NULL, assay = NULL, layer = NULL,
                        features = c("all", "shared"),
                        store = NULL, ...) {
  check_dots_empty(...)
  check_fit(object)
  type <- pick(type, c("H", "class", "reconstruction", "proportion", "divergence"), "type")
  features <- pick(features, c("all", "shared"), "features")
  threads <- check_threads(threads)
  if (!is.null(store) && (type != "H" || is.null(newdata))) {
    abort_input("{.arg store} is for {.code type = \"H\"} of {.arg newdata}.")
  }
  if (is.null(newdata)) {
    need_observations(object)
    if (type == "divergence") {
      abort_input(c(
        "{.code type = \"divergence\"} needs {.arg newdata}: a fit does not hold its data.",
        "i" = "For those of the fit, {.code predict(fit, x, type = \"divergence\")}."
      ))
    }
    H <- object$H
  } else {
    new <- new_observations(object, newdata, weights, assay, layer, features)
    if (!is.null(store)) {
      return(predict_to_store(store, new, threads))
    }
    H <- new_coefficients(new$model, new$data, threads)
  }
  if (type == "reconstruction") {
    announce_dense(c(nrow(object$W), ncol(H)), "The reconstruction", "{.arg newdata} may have fewer columns.")
  }
  switch(type,
    H = H,
    class = with_rule(component_class(object$W, H), "l1"),
    reconstruction = object$W %*% H,
    proportion = proportions_of(object$W, H),
    divergence = column_divergence(new$data, new$model, H)
  )
}

proportions_of <- function(W, H) {
  P <- t(contribution(W, H, "H"))
  P[, colSums(P) == 0] <- NA
  P
}

# The loss of each column, as divergence() has it: what is below a floor counts as that.
column_divergence <- function(data, object, H) {
  data <- raised(data, object$settings$control$floor)
  divergence <- settled_loss(fit_loss(object$settings), data)
  loss <- divergence_of_columns(data, balanced(list(W = object$W, H = H)), divergence)
  loss[is.na(colSums(H))] <- NA
  stats::setNames(loss, data$dimnames[[2]])
}

raise_to <- function(x, floor) {
  x[which(x < floor)] <- floor
  x
}

# New columns for a model: list(data, model), with the same features in the same order, and weights.
new_observations <- function(object, newdata, weights = NULL, assay = NULL, layer = NULL, features = "all") {
  check_model_settings(object)
  # Weights belong to the rows as they come; those of documents to the terms of the fit.
  given <- data_for_fit(newdata, object, "newdata", assay, layer, if (!is_documents(newdata)) weights)
  if (given$documents) {
    given <- match_documents(given, rownames(object$W), nrow(object$W))
    if (!is.null(weights)) given <- new_input(given, check_weights(weights, given, "weights"))
    found <- list(data = given, model = object)
  } else {
    found <- match_features(given, object, features)
  }
  data <- weighted_terms(found$data, object)
  settings <- found$model$settings
  if (is.null(weights)) data <- weighed_like(data, found$model, "rows")
  # The blocks of a large source are solved one by one.
  if (!by_blocks(data$x)) data <- fit_data(data, settings)
  check_zeros(data, fit_loss(settings), settings$control$floor, "newdata")
  found$data <- data
  found
}

# H of the columns of `x` for the W of a fit.
coefficients_of <- function(fit, x, weights, threads) {
  new <- new_observations(fit, x, weights)
  new_coefficients(new$model, new$data, threads)
}

# Does its class say that columns are documents?
is_documents <- function(x) !is_input(x) && !is.null(text_data(x, "newdata"))

# What is solved for new columns has to be known of the fit.
check_model_settings <- function(object) {
  s <- object$settings
  number <- function(v) is.numeric(v) && length(v) == 1 && is.finite(v)
  known <- inherits(s$loss_object, "nmf_loss") || (is.null(s$loss_object) && number(s$beta))
  sound <- is.list(s) && known && number(s$alpha_H) && number(s$l1_ratio) &&
    inherits(s$control, "nmf_control")
  if (!sound) {
    abort_input(c(
      "{.arg object} does not say what it minimised: its {.field settings} must hold {.field loss}, \\
       {.field beta}, \
       {.field alpha_H}, {.field l1_ratio} and {.field control}.",
      "i" = "{.code as_nmf(basis(fit), loss = )} makes a model that does."
    ))
  }
}

# H of all columns, in the scale of the model. `take`: what becomes of the parts in which it is solved.
new_coefficients <- function(object, data, threads, take = function(parts, solve) do.call(cbind,
  lapply(parts, solve))) {
  settings <- object$settings
  settings$threads <- threads
  loss <- settings$loss_object <- settled_loss(fit_loss(settings), data)
  settings$solver <- if (loss$quadratic) "bpp" else "cd"
  # normalize() moves scale between the factors; the objective is that of the fit.
  # New columns have no neighbours.
  settings$smooth_W <- settings$smooth_H <- NULL
  W <- scale_columns(unname(object$W), object$scale)
  residual <- list()
  empty <- if (is_incomplete(data) || data$weighted) which(count_observed(data)[[2]] == 0)
  warn_nothing_known("column", empty, data$dimnames[[2]], "newdata", "nothing is known of it.")
  solve <- function(j) {
    some <- if (is.null(j)) data else compact(part_of(data, columns = j, held = TRUE))
    options <- core_options(some, settings)
    # The units of all of the data, whatever the blocks.
    options$largest <- max(data$scan$max, settings$control$floor)
    solved <- cpp_project(some$x, W, coefficients_start(some, W, loss), options)
    residual[[length(residual) + 1]] <<- solved$residual
    if (is.null(j)) j <- seq_len(data$dim[2])
    H <- solved$H * object$scale
    H[, j %in% empty] <- NA
    dimnames(H) <- list(colnames(object$W), data$dimnames[[2]][j])
    H
  }
  H <- take(if (by_blocks(data$x)) column_parts(data$x) else list(NULL), solve)
  warn_if_unsolved(unlist(residual))
  H
}

# Coefficients that are written to a store, a part after the other.
predict_to_store <- function(path, new, threads) {
  path <- store_place(path, FALSE, "store")
  part <- open_part(path)
  on.exit(unlink(part, recursive = TRUE, force = TRUE))
  out <- store_writer(part, "double")
  on.exit(out$abandon(), add = TRUE, after = FALSE)
  new_coefficients(new$model, new$data, threads, function(parts, solve) {
    for (j in parts) {
      H <- solve(j)
      out$append(H, ncol(H))
    }
  })
  out$finish(class = "predict")
  unlink(file.path(part, "writer"))
  place_store(part, path, FALSE)
  open_store(path)
}

warn_if_unsolved <- function(residual) {
  slow <- which(is.na(residual) | residual > 1e-6)
  if (length(slow)) {
    count <- length(slow)
    some <- utils::head(slow, 5)
    worst <- format(max(residual[slow]), digits = 2)
    warn_user(c(
      "{count} column{?s} of {.arg newdata} {?is/are} not solved to a relative KKT residual of 1e-6 \\
       in 3000 steps.",
      "x" = "{cli::qty(count)}Column{?s} {some}{if (count > 5) ', ...'}: up to {worst}.",
      "i" = "Their coefficients are the best of these steps."
    ), class = "nonneg_warning_unsolved")
  }
}

# The exact solver of the Frobenius loss needs no start. The others begin with equal
# coefficients that give each column its sum: at 0 they might stay.
coefficients_start <- function(data, W, loss) {
  if (loss$quadratic) {
    return(matrix(0, ncol(W), data$dim[2]))
  }
  level <- ncol(W) * mean(W)
  matrix(if (level > 0) observed_means(data) / level else 0, ncol(W), data$dim[2], byrow = TRUE)
}

# Of columns, over what is observed; 0 where nothing is.
observed_means <- function(data) {
  seen <- if (is_incomplete(data)) count_observed(data)[[2]] else rep(data$dim[1], data$dim[2])
  ifelse(seen > 0, column_sums(data$x) / pmax(1, seen), 0)
}

# list(data, model): the data with the rows of the model, or both with those that they share. The others are
# missing, and a penalty on H counts all features.
match_features <- function(data, model, features = "all", arg = "newdata") {
  have <- data$dimnames[[1]]
  want <- rownames(model$W)
  if (features == "shared" && !is.null(have) && !is.null(want) && !setequal(have, want)) {
    shared <- intersect(want, have)
    if (!length(shared)) abort_no_shared(have, want, data$dimnames[[2]], arg)
    kept <- match(shared, want)
    model$settings$alpha_H <- model$settings$alpha_H * length(want) / length(kept)
    # Features may have parameters of their own.
    loss <- model$settings$loss_object
    if (length(loss$parameter) == length(want)) model$settings$loss_object$parameter <- loss$parameter[kept]
    model$settings["row_weights"] <- list(model$settings$row_weights[kept])
    model$W <- model$W[kept, , drop = FALSE]
    return(list(data = part_of(data, rows = match(shared, have)), model = model))
  }
  if (!identical(have, want)) check_not_turned(data$dimnames, want, arg)
  rows <- feature_places(have, want, data$dim[1], nrow(model$W), arg)
  list(data = if (is.null(rows)) data else part_of(data, rows = rows), model = model)
}

abort_no_shared <- function(have, want, columns, arg) {
  abort_input(c(
    "{.arg {arg}} has no feature of the fit.",
    "x" = "Its rows are such as {quote_each(utils::head(have, 3))}, the features such as \\
           {quote_each(utils::head(want, 3))}.",
    "i" = if (any(columns %in% want)) "Its columns have them: {.code t({arg})}."
  ))
}

# Where the features that a fit `want`s are among those that there are; NULL if they are as they should be.
feature_places <- function(have, want, rows, wanted, arg = "newdata") {
  if (!is.null(have) && !is.null(want)) {
    if (identical(have, want)) {
      return(NULL)
    }
    absent <- setdiff(want, have)
    unknown <- setdiff(have, want)
    if (length(absent) || length(unknown) || anyDuplicated(have) || anyDuplicated(want)) {
      abort_input(c(
        "The rows of {.arg {arg}} must be the features of the fit.",
        "x" = if (length(absent)) {
          "{length(absent)} feature{?s} of the fit {?is/are} missing, \\
           such as {quote_each(utils::head(absent, 3))}."
        },
        "x" = if (length(unknown)) {
          "{length(unknown)} row{?s} {?is/are} unknown to the fit, \\
           such as {quote_each(utils::head(unknown, 3))}."
        },
        "x" = if (!length(absent) && !length(unknown)) "Row names are repeated, and their order differs.",
        "i" = if (length(absent) + length(unknown) < length(want)) {
          "{.code features = \"shared\"} takes those that are there; so do rows of {.code NA} for what is \\
           missing."
        }
      ))
    }
    return(match(want, have))
  }
  if (rows != wanted) {
    abort_input("{.arg {arg}} must have {wanted} row{?s}, the features of the fit, not {rows}.")
  }
  NULL
}
