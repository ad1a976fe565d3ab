#' Fits as data frames
#'
#' Methods for the generics of the package generics, which broom uses as well.
#'
#' @param x A fit of class `"nmf"`, see [nmf-class].
#' @param matrix The factor to return, `"W"` or `"H"`.
#' @param data `NULL` or the data that was factorized, `l` x `n`, of the kinds that [nmf()] takes. A fit does
#'   not hold its data. With `in_rows = TRUE` a data frame (or matrix) with one row per observation of the
#'   fit.
#' @param newdata In place of `data`: new observations, whose coefficients [predict()][predict.nmf] finds.
#' @param in_rows `TRUE`: observations are the rows of `data`, or `newdata`, which may have other columns
#'   besides the features.
#' @param weights Weights of the entries, see [nmf()]. `NULL` is those of rows and columns that the fit had;
#'   it does not hold those of entries, and a warning (class `"nonneg_warning_weights"`) says so.
#' @param assay,layer See [adapters]. `NULL` is what the fit was made from.
#' @param ... Must be empty.
#' @return A data frame, which is a tibble where that package is installed.
#'
#' `tidy()`: one row per entry of the factor, zeros included: `feature` (or
#' `observation`), `component` (factor) and `value`.
#'
#' `glance()`: one row: `nrow` and `ncol` of the data, `rank`, `loss_function`,
#' `solver`, `init`, `objective`, `loss`, `penalty`, `rss`, `explained` (both as in
#' [summary()][summary.nmf]), `kkt`, `gap_W`, `gap_H`, `iterations`, `converged`,
#' `reason`, `nrun` (runs that were made) and `seconds`.
#'
#' `augment()`: one row per observation, in the order of the data: `.observation`,
#' `.class` (factor: the component that makes the largest part of the fitted
#' column, `H[k, j] * sum(W[, k])`, `NA` for a zero column of the fit), the
#' entries of `H`, one column per component, and, if `data` is given, `.rss`, the
#' residual sum of squares of the observation, with the weights that the fit had.
#' The rows of `data` are features, so its columns are not bound to the result as
#' other `augment()` methods do. With `newdata` there is one row for each of its columns, without `.rss`.
#'
#' `augment(in_rows = TRUE)`, for a fit to the transpose of a data frame: `data`, or `newdata`, as it is, and
#' in new columns `.class` and the entries of `H`, named by the components. Features are found by name; where
#' the fit or the data has no names of them, all columns of the data must be features. Rows of `data` are the
#' observations of the fit, by name where both have names.
#'
#' Features and observations without names are called by their numbers, as text.
#' @examples
#' set.seed(1)
#' x <- matrix(rexp(200), 20)
#' fit <- nmf(x, rank = 2)
#' tidy(fit, "W")
#' glance(fit)
#' augment(fit, x)
#'
#' # Observations in rows, as for a model
#' patients <- data.frame(class = leukemia$class, t(leukemia$x[1:200, ]))
#' fit <- nmf(t(patients[1:30, -1]), rank = 3)
#' head(augment(fit, patients[1:30, ], in_rows = TRUE)[c("class", ".class", "NMF1", "NMF2")])
#' augment(fit, newdata = patients[31:38, ], in_rows = TRUE)[c("class", ".class", "NMF1", "NMF2")]
#' @name tidiers
#' @aliases tidy.nmf glance.nmf augment.nmf
NULL

#' @importFrom generics tidy
#' @export
generics::tidy

#' @importFrom generics glance
#' @export
generics::glance

#' @importFrom generics augment
#' @export
generics::augment

#' @rdname tidiers
#' @method tidy nmf
#' @export
tidy.nmf <- function(x, matrix = c("W", "H"), ...) {
  check_dots_empty(...)
  check_fit(x, "x")
  matrix <- pick(matrix, c("W", "H"), "matrix")
  tidy_factor(x, matrix)
}

# One row per entry of a factor of `x`.
tidy_factor <- function(x, matrix) {
  components <- colnames(x$W)
  r <- length(components)
  one_each <- factor(seq_len(r), labels = components)
  if (matrix == "W") {
    df <- data.frame(
      feature = rep(feature_names(x), times = r),
      component = rep(one_each, each = nrow(x$W)),
      value = as.vector(x$W)
    )
  } else {
    df <- data.frame(
      observation = rep(observation_names(x), each = r),
      component = rep(one_each, times = ncol(x$H)),
      value = as.vector(x$H)
    )
  }
  as_tidy(df)
}

#' @rdname tidiers
#' @method glance nmf
#' @export
glance.nmf <- function(x, ...) {
  check_dots_empty(...)
  check_fit(x, "x")
  quality <- fit_quality(x)
  as_tidy(data.frame(
    nrow = nrow(x$W),
    ncol = ncol(x$H),
    rank = ncol(x$W),
    loss_function = x$settings$loss,
    solver = x$settings$solver,
    init = x$settings$init,
    objective = x$objective,
    loss = x$loss,
    penalty = x$penalty,
    rss = quality$rss,
    explained = quality$explained,
    kkt = x$certificate$kkt,
    gap_W = x$certificate$gap_W,
    gap_H = x$certificate$gap_H,
    iterations = iterations_of(x),
    converged = x$converged,
    reason = x$reason,
    nrun = runs_made(x),
    seconds = as.numeric(x$seconds)
  ))
}

#' @rdname tidiers
#' @method augment nmf
#' @export
augment.nmf <- function(x, data = NULL, weights = NULL, assay = NULL, layer = NULL, newdata = NULL,
                        in_rows = FALSE,
                        ...) {
  check_dots_empty(...)
  check_fit(x, "x")
  check_flag(in_rows, "in_rows")
  if (!is.null(data) && !is.null(newdata)) {
    abort_input("{.arg data} and {.arg newdata} cannot both be given: new observations are none of the fit.")
  }
  if (in_rows) {
    return(augment_rows(x, data, newdata, weights))
  }
  if (!is.null(newdata)) {
    new <- new_observations(x, newdata, weights, assay, layer)
    H <- new_coefficients(new$model, new$data, check_threads(NULL))
    return(as_tidy(observation_frame(x, H, entry_names(colnames(H), ncol(H)))))
  }
  df <- observation_frame(x, x$H, observation_names(x))
  if (!is.null(data)) {
    data <- data_of_fit(data, x, "data", assay, layer, weights)
    df$.rss <- column_rss(data, x$W, x$H)
    if (is_incomplete(data) || data$weighted) df$.rss[count_observed(data)[[2]] == 0] <- NA
  }
  as_tidy(df)
}

observation_frame <- function(x, H, names = NULL) {
  df <- data.frame(.class = unname(component_class(x$W, H)), unname(t(H)), row.names = NULL)
  names(df)[-1] <- rownames(x$H)
  if (is.null(names)) df else data.frame(.observation = names, df, check.names = FALSE)
}

# What is known of observations beside the variables of a data frame that has them in rows.
augment_rows <- function(x, data, newdata, weights) {
  arg <- if (is.null(newdata)) "data" else "newdata"
  given <- if (is.null(newdata)) data else newdata
  if (!is.data.frame(given) && !is.matrix(given)) {
    abort_input("With {.arg in_rows} = TRUE {.arg {arg}} must be a data frame or a matrix, not \\
                 {describe(given)}.")
  }
  frame <- if (is.null(colnames(given))) as.data.frame(given) else as.data.frame(given, optional = TRUE)
  H <- if (is.null(newdata)) {
    need_observations(x, "x")
    own <- colnames(x$H)
    named <- !is.null(own) && (is.matrix(given) && !is.null(rownames(given)) || has_row_names(frame))
    if (nrow(frame) != ncol(x$H)) {
      abort_input(c(
        "{.arg data} must have one row for each of the {ncol(x$H)} observations of the fit, not \\
         {nrow(frame)}.",
        "i" = "Others are {.arg newdata}."
      ))
    }
    place <- if (named) match_by_name(own, rownames(frame), "data", "row", "the fit")
    if (is.null(place)) x$H else x$H[, place, drop = FALSE]
  } else {
    features <- rownames(x$W)
    absent <- setdiff(features, names(frame))
    if (length(absent)) {
      abort_input(c(
        "{.arg newdata} must have the features of the fit in its columns.",
        "x" = "{length(absent)} {?is/are} missing, such as {quote_each(absent[1])}."
      ))
    }
    wanted <- if (is.null(features)) frame else frame[features]
    new <- new_observations(x, t(storage_of_rows(wanted)), weights)
    new_coefficients(new$model, new$data, check_threads(NULL))
  }
  new <- observation_frame(x, H)
  clash <- intersect(names(new), names(frame))
  if (length(clash)) {
    abort_input(c(
      "New columns would have names of columns that {.arg {arg}} has, such as {quote_each(clash[1])}.",
      "i" = "Rename those, or the components of the fit."
    ))
  }
  frame[names(new)] <- new
  as_tidy(frame)
}

# A matrix of the numeric columns of a data frame, by the rules of data.
storage_of_rows <- function(frame) nmf_storage(frame, "newdata")$x

# Weighted residual sum of squares of each column of the data, without the whole of WH. A dense
# x goes by blocks of columns. A sparse x, with f = Wh, by |x|^2 - 2 x'f + |f|^2, which reads
# nonzeros only and is exact to rounding errors of |x|^2. What is missing does not count.
column_rss <- function(data, W, H) {
  x <- data$x
  # A part of blocks at a time, in memory.
  if (by_blocks(x)) {
    return(unlist(lapply(column_parts(x), function(j) {
      column_rss(part_of(data, columns = j, held = TRUE), W, H[, j, drop = FALSE])
    })))
  }
  if (is_dense(x)) {
    return(unlist(lapply(column_blocks(x, 1e6), function(j) {
      squares <- (observed_columns(data, j) - W %*% H[, j, drop = FALSE])^2
      w <- weights_of_columns(data, j)
      if (!is.null(w)) squares <- squares * w
      unname(colSums(squares, na.rm = TRUE))
    })))
  }
  at <- cells_of(x)
  value <- values_of(x)
  if (data$partial) {
    off <- with_values(x, value - entries_at(list(W = W, H = H), at))
    rss <- column_squares(off, data$row_weights, data$entry_weights)
  } else {
    # What is missing counts as if it were fitted exactly.
    gone <- which(is.na(value))
    fitted <- numeric(length(value))
    fitted[gone] <- entries_at(list(W = W, H = H), at[gone])
    missing <- column_squares(with_values(x, fitted), data$row_weights)
    V <- if (is.null(data$row_weights)) W else W * data$row_weights
    xf <- colSums(t(tx_times(x, V)) * H)
    ff <- colSums(H * (crossprod(W, V) %*% H))
    rss <- pmax(column_squares(x, data$row_weights) - 2 * xf + ff - missing, 0)
  }
  unname(if (is.null(data$column_weights)) rss else rss * data$column_weights)
}
