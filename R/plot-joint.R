#' Plot a joint factorization
#'
#' The types of [plot.nmf()] for all data sets together, or for one of them, and:
#' * `"datasets"`: a heat map with one row per component and one column per data set: the part of the data
#'   set's fitted sum that the component makes.
#'
#' @param x,object A fit from [nmf_joint()].
#' @param type Type of plot. `"composition"` and `"H"` have the data sets as `groups` unless told otherwise.
#' @param dataset `NULL` for all data sets, with the shared `W`; or the name or number of one, with its own
#'   \eqn{W + V}{W + V} and `H`.
#' @param part With `dataset`: `"whole"`, \eqn{W + V}{W + V}; or `"own"`, \eqn{V}{V} alone.
#' @param ... Arguments of the type, see [plot.nmf()]; for `"datasets"`: `palette`. For `plot()` also
#'   graphical parameters of [graphics::par()].
#' @param main Title.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @examples
#' x <- sqrt(leukemia$x)
#' fit <- nmf_joint(list(a = x[, 1:19], b = x[, 20:38]), rank = 3)
#' plot(fit, "composition")
#' plot(fit, "datasets")
#' plot(fit, "features", dataset = "a", part = "own", n = 5)
#' @export
plot.nmf_joint <- function(x, type = c("history", "composition", "H", "W", "features", "datasets"),
                           dataset = NULL,
                           part = c("whole", "own"), ..., main = NULL) {
  p <- joint_plot(x, type, dataset, part, list(...), "x")
  draw_plot(p$model, p$class, p$type, p$dots, main)
  invisible(x)
}

#' @rdname plot.nmf_joint
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_joint <- function(object, type = c("history", "composition", "H", "W", "features", "datasets"),
                               dataset = NULL, part = c("whole", "own"), ..., main = NULL) {
  p <- joint_plot(object, type, dataset, part, list(...), "object")
  auto_plot(p$model, p$class, p$type, p$dots, main)
}

joint_plot <- function(x, type, dataset, part, dots, arg) {
  check_joint(x, arg)
  types <- c("history", "composition", "H", "W", "features", "datasets")
  type <- pick(type, types, "type")
  if (type == "datasets") {
    if (!is.null(dataset)) {
      abort_input("{.code type = \"datasets\"} shows all data sets: {.arg dataset} must be NULL.")
    }
    return(list(model = x, class = "nmf_joint", type = type, dots = dots))
  }
  if (!is.null(dataset)) dataset <- check_dataset(dataset, x)
  model <- joint_model(x, dataset, pick(part, c("whole", "own"), "part"))
  if (type %in% c("composition", "H") && is.null(dataset) && x$settings$shared == "W" &&
    is.null(dots$groups)) {
    dots$groups <- "dataset"
  }
  list(model = model, class = "nmf", type = type, dots = dots)
}

# The fit as one of class "nmf": of all data sets, with their observations as they were given, or of one.
joint_model <- function(x, dataset = NULL, part = "whole") {
  if (part == "own" && (is.null(dataset) || is.null(x$V))) {
    abort_input("{.code part = \"own\"} is for a {.arg dataset} of a fit whose data sets have something of \\
                 their own.")
  }
  annotation <- NULL
  if (!is.null(dataset)) {
    W <- if (part == "own") x$V[[dataset]] else joint_W(x, dataset)
    H <- joint_H(x, dataset)
  } else if (x$settings$shared == "H") {
    W <- do.call(rbind, unname(x$W))
    H <- x$H
  } else {
    W <- x$W
    H <- do.call(cbind, unname(x$H))
    annotation <- data.frame(dataset = factor(rep(x$data$dataset, x$data$ncol), x$data$dataset))
    if (!is.null(x$observations)) {
      back <- order(unlist(x$observations))
      H <- H[, back, drop = FALSE]
      annotation <- annotation[back, , drop = FALSE]
      rownames(annotation) <- NULL
      if (length(x$annotation)) annotation <- cbind(annotation,
        x$annotation[setdiff(names(x$annotation), "dataset")])
    }
  }
  settings <- c(x$settings[setdiff(names(x$settings), "weights")], list(
    alpha_W = 0, alpha_H = 0, l1_ratio = 0, beta = 2, loss_object = check_loss("frobenius"),
    fixed = c(W = 0L, H = 0L)
  ))
  model <- new_nmf(
    W = W, H = H, history = x$history, converged = x$converged, reason = x$reason, objective = x$objective,
    loss = x$loss, penalty = x$penalty, certificate = x$certificate, settings = settings,
    data = list(
      nrow = nrow(W), ncol = ncol(H), class = "nmf_joint", observed = as.double(nrow(W)) * ncol(H),
      sumsq = sum(x$data$sumsq)
    ),
    runs = x$runs, seconds = x$seconds, call = x$call
  )
  model$data$annotation <- annotation
  model
}
