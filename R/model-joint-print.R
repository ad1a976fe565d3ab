#' Print and summarise a joint factorization
#'
#' @param x,object A fit from [nmf_joint()]; for `print()` also its summary.
#' @param digits Significant digits.
#' @param ... Must be empty.
#' @return `print()`: `x`, invisibly. `summary()`: a list of class `"summary.nmf_joint"` with
#' \describe{
#'   \item{`datasets`}{data frame with one row per data set: `dataset`, `features`, `observations`, `weight`,
#'     `explained`, the part of the sum of squares that the fit explains, and, where data sets have a part of
#'     their own, `own`, \eqn{\|V_i H_i\|^2 / \|(W + V_i) H_i\|^2}{|V H|^2 / |(W + V) H|^2}. `explained` is
#'     `NA` if only the total is known, which it is without the data for a single data set.}
#'   \item{`components`}{data frame with one row per component: `component`; `share`, the part of the sum of
#'     the fit that it makes; and one column per data set, the part of the data set's fitted sum that the
#'     component makes.}
#'   \item{`explained`, `objective`, `loss`, `penalty`, `certificate`, `iterations`, `settings`, ...}{of the
#'     whole fit.}
#' }
#' @examples
#' x <- sqrt(leukemia$x)
#' fit <- nmf_joint(list(a = x[, 1:19], b = x[, 20:38]), rank = 3)
#' summary(fit)
#' @name print.nmf_joint
NULL

#' @rdname print.nmf_joint
#' @export
print.nmf_joint <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  check_joint(x, "x")
  print_line(joint_heading(x))
  print_fields(c(
    joint_datasets(x), joint_problem_text(x), describe_ending(x, iterations_of(x)),
    describe_quality(joint_quality(x), joint_explained(x), digits), components = joint_components(x)
  ))
  invisible(x)
}

joint_heading <- function(x) {
  paste0("Joint factorization of ", count_of(nrow(x$data), "data set"), ", ", switch(x$settings$shared,
    W = "shared W: ", H = "shared H: "), "rank ", x$settings$rank)
}

joint_datasets <- function(x) {
  d <- x$data
  number <- function(n) format(n, big.mark = big_mark(), trim = TRUE)
  c(data = paste(sprintf("%s %s x %s", d$dataset, number(d$nrow), number(d$ncol)), collapse = ", "))
}

joint_problem_text <- function(x) {
  s <- x$settings
  equal <- all(s$weights == s$weights[1])
  c(loss = paste0(
    "frobenius", if (s$shared == "W") paste0(", lambda ", format(s$lambda)),
    if (!equal) paste0(", weights ", paste(format(s$weights, digits = 3, trim = TRUE), collapse = " ")),
    ", solver ", s$solver, ", start ", s$init,
    if (s$nrun > 1) sprintf(" (best of %s runs)", describe_runs(nrow(x$runs), s$nrun))
  ))
}

# With the fields that texts about a fit look at.
joint_quality <- function(x) {
  x$settings$alpha_W <- x$settings$alpha_H <- if (!is.null(x$V)) 1 else 0
  x
}

joint_explained <- function(x) {
  total <- sum(x$settings$weights * x$data$sumsq)
  if (isTRUE(total > 0 && total < Inf)) 1 - 2 * x$loss / total else NA_real_
}

joint_components <- function(x) {
  describe_shares(joint_share_model(x))
}

# Factors with the shares of the fit.
joint_share_model <- function(x) {
  rank <- x$settings$rank
  W <- diag(rank)
  colnames(W) <- joint_names_of(x)
  list(W = W, H = diag(joint_shares(x)$share, rank), settings = list(alpha_W = 0, alpha_H = 0))
}

# list(share, each): of the whole fit, and of every data set (a column each).
joint_shares <- function(x) {
  names <- x$data$dataset
  each <- vapply(names, function(name) {
    colSums(joint_W(x, name)) * rowSums(joint_H(x, name))
  }, numeric(x$settings$rank))
  each <- matrix(each, x$settings$rank, dimnames = list(joint_names_of(x), names))
  part <- function(v) if (sum(v) > 0) v / sum(v) else v
  list(share = part(rowSums(each)), each = apply(each, 2, part, simplify = TRUE))
}

joint_names_of <- function(x) if (x$settings$shared == "W") colnames(x$W) else rownames(x$H)

# W + V of a data set, over its features; its H.
joint_W <- function(x, name) {
  if (x$settings$shared == "H") {
    return(x$W[[name]])
  }
  W <- if (is.null(x$rows)) x$W else x$W[x$rows[[name]], , drop = FALSE]
  if (is.null(x$V)) W else W + x$V[[name]]
}

joint_H <- function(x, name) if (x$settings$shared == "H") x$H else x$H[[name]]

#' @rdname print.nmf_joint
#' @export
summary.nmf_joint <- function(object, ...) {
  check_dots_empty(...)
  x <- check_joint(object)
  names <- x$data$dataset
  own <- if (!is.null(x$V)) {
    vapply(names, function(name) {
      H <- joint_H(x, name)
      G <- tcrossprod(H)
      size <- function(W) sum(crossprod(W) * G)
      whole <- size(joint_W(x, name))
      if (whole > 0) size(x$V[[name]]) / whole else 0
    }, 0)
  }
  shares <- joint_shares(x)
  datasets <- data.frame(
    dataset = names, features = x$data$nrow, observations = x$data$ncol, weight = unname(x$settings$weights),
    explained = ifelse(x$data$sumsq > 0, 1 - 2 * x$data$loss / x$data$sumsq, NA)
  )
  if (!is.null(own)) datasets$own <- unname(own)
  structure(
    list(
      datasets = datasets,
      components = data.frame(
        component = joint_names_of(x), share = unname(shares$share),
        matrix(shares$each, x$settings$rank, dimnames = list(NULL, names)), check.names = FALSE
      ),
      explained = joint_explained(x), objective = x$objective, loss = x$loss, penalty = x$penalty,
      certificate = x$certificate, converged = x$converged, reason = x$reason, iterations = iterations_of(x),
      settings = x$settings, V = !is.null(x$V), data = x$data, runs = x$runs, seconds = x$seconds
    ),
    class = "summary.nmf_joint"
  )
}

#' @rdname print.nmf_joint
#' @export
print.summary.nmf_joint <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  heading <- joint_heading(x)
  print_line("Summary of a j", substr(heading, 2, nchar(heading)))
  plain <- x
  plain$V <- if (x$V) list()
  plain$settings$alpha_W <- plain$settings$alpha_H <- as.numeric(x$V)
  print_fields(c(joint_problem_text(x), describe_ending(x, x$iterations),
    describe_quality(plain, x$explained, digits)))
  shown <- x$datasets
  shown$weight <- format(shown$weight, digits = 3)
  shown$explained <- ifelse(is.na(shown$explained), "NA", sprintf("%.2f%%", 100 * shown$explained))
  if (!is.null(shown$own)) shown$own <- sprintf("%.1f%%", 100 * shown$own)
  cat("\n")
  print(shown, row.names = FALSE)
  cat("\n")
  shares <- x$components
  for (name in names(shares)[-1]) shares[[name]] <- sprintf("%.1f%%", 100 * shares[[name]])
  print(shares, row.names = FALSE)
  if (x$V) {
    print_line(
      "\nown: the part of the fitted sum of squares that is the data set's own, |V H|^2 / |(W + V) H|^2"
    )
  }
  invisible(x)
}

check_joint <- function(x, arg = "object") {
  if (!inherits(x, "nmf_joint")) abort_input("{.arg {arg}} must be a fit from {.fn nmf_joint}, not \\
      {describe(x)}.")
  parts <- c("W", "H", "history", "settings", "data", "certificate")
  absent <- setdiff(parts, names(x))
  if (length(absent)) abort_input("{.arg {arg}} must have the part{?s} {.field {absent}} of a joint \\
                                   factorization.")
  x
}

#' @export
dim.nmf_joint <- function(x) {
  shared <- x$settings$shared == "W"
  as.integer(c(if (shared) c(nrow(x$W), sum(x$data$ncol)) else c(sum(x$data$nrow), ncol(x$H)),
    x$settings$rank))
}

# One data set of a joint fit.
check_dataset <- function(value, x, arg = "dataset") {
  names <- x$data$dataset
  if (is_number(value) && value %in% seq_along(names)) {
    return(names[value])
  }
  check_choice(value, names, arg)
}

#' @rdname tidiers
#' @method tidy nmf_joint
#' @export
tidy.nmf_joint <- function(x, matrix = c("W", "V", "H"), ...) {
  check_dots_empty(...)
  check_joint(x, "x")
  matrix <- pick(matrix, c("W", "V", "H"), "matrix")
  if (matrix == "V" && is.null(x$V)) abort_input("{.arg x} has no V: its data sets have nothing of their \\
      own.")
  components <- joint_names_of(x)
  long <- function(A, by, dataset) {
    A <- if (by == "feature") A else t(A)
    df <- data.frame(
      dataset = dataset, entry = rep(entry_names(rownames(A), nrow(A)), times = length(components)),
      component = factor(rep(components, each = nrow(A)), components), value = as.vector(A)
    )
    names(df)[2] <- by
    if (is.na(dataset)) df[-1] else df
  }
  by <- if (matrix == "H") "observation" else "feature"
  part <- x[[matrix]]
  df <- if (is.list(part)) do.call(rbind, unname(Map(long, part, by, names(part)))) else long(part, by, NA)
  as_tidy(df)
}

#' @rdname tidiers
#' @method glance nmf_joint
#' @export
glance.nmf_joint <- function(x, ...) {
  check_dots_empty(...)
  check_joint(x, "x")
  as_tidy(data.frame(
    datasets = nrow(x$data), nrow = dim(x)[1], ncol = dim(x)[2], rank = x$settings$rank,
    shared = x$settings$shared,
    lambda = if (is.null(x$settings$lambda)) NA_real_ else x$settings$lambda, solver = x$settings$solver,
    init = x$settings$init, objective = x$objective, loss = x$loss, penalty = x$penalty,
    explained = joint_explained(x), kkt = x$certificate$kkt, gap_W = x$certificate$gap_W,
    gap_H = x$certificate$gap_H,
    iterations = iterations_of(x), converged = x$converged, reason = x$reason, nrun = nrow(x$runs),
    seconds = as.numeric(x$seconds)
  ))
}
