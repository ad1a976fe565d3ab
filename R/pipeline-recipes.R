# A step of package recipes: predictors become the coefficients of a factorization.

#' A factorization as a step of a recipe
#'
#' `step_nonneg()` is a step for package recipes, of which tidymodels makes its pipelines: it replaces
#' nonnegative predictors by the coefficients of [nmf()]. What is learnt from the training data, `W`, is kept
#' for new data, whose coefficients are those of [predict()][predict.nmf].
#'
#' In a recipe observations are rows and predictors columns; the factorization is one of their transpose, so
#' that predictors are features, in the rows of `W`. Its coefficients are columns of the result, named by
#' `prefix` and a number.
#'
#' Predictors may be missing (`NA`): a coefficient then comes from those that are there; an observation
#' without any is `NA`. None may be negative: [recipes::step_range()] brings any into a range from 0, as does
#' another step before. Frequency weights of the data are weights of observations. Random numbers, for a
#' random start, are those of `set.seed()` before [recipes::prep()].
#'
#' The fit is in the step, to be looked at with [plot()][plot.nmf] or [summary()][summary.nmf]:
#' `recipes::prep(recipe)$steps[[1]]$res`. It is plain data: [saveRDS()] keeps it, with nothing to bundle.
#'
#' Tunable arguments are `rank` (`num_comp()` of package dials), `alpha_W` (`penalty()`) and `l1_ratio`
#' (`mixture()`), each given as `tune::tune()`.
#'
#' @section Without tidymodels:
#' The same in base R: [augment()][augment.nmf] puts coefficients beside the variables of a data frame,
#' ```
#' fit <- nmf(t(train[genes]), rank = 3)
#' model <- glm(sick ~ NMF1 + NMF2, binomial, augment(fit, train, in_rows = TRUE))
#' predict(model, augment(fit, newdata = test, in_rows = TRUE))
#' ```
#' @param recipe A recipe, to which the step is added.
#' @param ... Which variables: selectors, see [recipes::selections].
#' @param role Role of the new variables.
#' @param trained Has the step been trained? Set by [recipes::prep()].
#' @param rank Number of components; no more than there are predictors are made. 0 leaves the predictors as
#'   they are.
#' @param loss,alpha_W,alpha_H,l1_ratio See [nmf()]; `alpha_H = NULL` is `alpha_W`.
#' @param options A list of other arguments of [nmf()], such as `list(nrun = 5)`.
#' @param res,columns The fit and the predictors. Set by [recipes::prep()].
#' @param prefix Beginning of the names of the new variables.
#' @param keep_original_cols Keep the predictors as well?
#' @param skip Leave the step out of [recipes::bake()]? See there.
#' @param id A name for the step.
#' @param x,object,training,info,new_data Arguments of methods, which recipes calls: the step; the data.
#' @return `step_nonneg()`: the recipe with the step added. `tidy()` of the step: one row per predictor and
#'   component, with `terms`, `value` (the entry of `W`), `component` and `id`; before training, one row per
#'   selector.
#' @examplesIf requireNamespace("recipes", quietly = TRUE)
#' patients <- data.frame(class = leukemia$class, t(leukemia$x[1:500, ]))
#' recipe <- recipes::recipe(class ~ ., data = patients)
#' recipe <- step_nonneg(recipe, recipes::all_numeric_predictors(), rank = 3)
#' trained <- recipes::prep(recipe)
#' recipes::bake(trained, patients[1:3, ])
#' tidy(trained, 1)
#' @export
step_nonneg <- function(recipe, ..., role = "predictor", trained = FALSE, rank = 5, loss = "frobenius",
                        alpha_W = 0, alpha_H = NULL, l1_ratio = 0, options = list(), res = NULL,
                        columns = NULL, prefix = "NMF", keep_original_cols = FALSE, skip = FALSE,
                        id = recipes::rand_id("nonneg")) {
  need_package("recipes", "for step_nonneg()")
  need_arguments(recipe)
  if (!inherits(recipe, "recipe")) abort_input("{.arg recipe} must be a recipe, not {describe(recipe)}.")
  selectors <- rlang::enquos(...)
  check_selectors(names(selectors))
  # tune::tune() stands for a value that is to come.
  known <- function(value) !is.call(value)
  if (known(rank)) rank <- check_count(rank, "rank", min = 0)
  if (known(alpha_W)) alpha_W <- check_number(alpha_W, "alpha_W", min = 0)
  if (known(alpha_H)) alpha_H <- check_number(alpha_H, "alpha_H", min = 0, null_ok = TRUE)
  if (known(l1_ratio)) l1_ratio <- check_number(l1_ratio, "l1_ratio", min = 0, max = 1)
  loss <- check_loss(loss)
  if (!is.character(prefix) || length(prefix) != 1 || is.na(prefix)) {
    abort_input("{.arg prefix} must be one text, not {describe(prefix)}.")
  }
  check_flag(keep_original_cols, "keep_original_cols")
  check_step_options(options)
  recipes::add_step(recipe, recipes::step(
    subclass = "nonneg", terms = selectors, role = role, trained = trained, rank = rank, loss = loss,
    alpha_W = alpha_W, alpha_H = alpha_H, l1_ratio = l1_ratio, options = options, res = res,
    columns = columns,
    prefix = prefix, keep_original_cols = keep_original_cols, skip = skip, id = id, case_weights = NULL
  ))
}

# Selectors have no names: an argument of another step would be taken for one.
check_selectors <- function(names) {
  named <- names[nzchar(names)]
  if (!length(named)) {
    return(invisible())
  }
  all <- setdiff(names(formals(step_nonneg)), c("...", "recipe", "trained", "res", "columns"))
  abort_input(c(
    "Unknown argument{cli::qty(named)}{?s} {.arg {named}}.",
    advice_lines(named, all),
    "i" = "Known arguments: {.arg {all}}, and those of {.fn nmf} in {.arg options}."
  ))
}

check_step_options <- function(options) {
  own <- c("x", "rank", "loss", "alpha_W", "alpha_H", "l1_ratio", "weights", "...")
  known <- setdiff(names(formals(nmf)), own)
  bad <- setdiff(names(options), known)
  if (!is.list(options) || length(options) && is.null(names(options)) || length(bad)) {
    abort_input(c(
      "{.arg options} must be a list of arguments of {.fn nmf}, by name{if (!is.list(options)) \\
       paste0(', not ', describe(options))}.",
      "x" = if (length(bad)) "It may not have {.arg {bad}}.",
      "i" = if (length(intersect(bad, own))) "The step has arguments of its own for rank, loss and penalties."
    ))
  }
}

#' @rdname step_nonneg
#' @exportS3Method recipes::prep
prep.step_nonneg <- function(x, training, info = NULL, ...) {
  columns <- recipes::recipes_eval_select(x$terms, training, info)
  wanted <- training[, columns, drop = FALSE]
  check_step_columns(wanted)
  weights <- recipes::get_case_weights(info, training)
  used <- recipes::are_weights_used(weights, unsupervised = TRUE)
  x$columns <- names(wanted)
  x$case_weights <- used
  x$trained <- TRUE
  if (x$rank > 0 && length(columns) > 0) {
    x$rank <- min(x$rank, length(columns))
    arguments <- list(
      t(as.matrix(wanted)), x$rank, loss = x$loss, alpha_W = x$alpha_W,
      alpha_H = if (is.null(x$alpha_H)) x$alpha_W else x$alpha_H, l1_ratio = x$l1_ratio,
      weights = if (isTRUE(used)) list(columns = as.numeric(weights))
    )
    x$res <- do.call(nmf, c(arguments, x$options))
    x$res$call <- quote(nmf(x = t(training), rank = rank))
  }
  x
}

# Before the transpose, so that a fault is told in terms of the data.
check_step_columns <- function(wanted) {
  numeric <- vapply(wanted, is_numeric_column, NA)
  if (!all(numeric)) {
    bad <- names(wanted)[!numeric]
    abort_input(c(
      "{.fn step_nonneg} takes numeric variables; {length(bad)} {?is/are} not, such as \\
       {quote_each(bad[1])}, \\
       {describe(wanted[[bad[1]]])}.",
      "i" = "{.code recipes::all_numeric_predictors()} selects those that are."
    ))
  }
  for (name in names(wanted)) {
    bad <- which(wanted[[name]] < 0)
    if (length(bad)) {
      abort_input(c(
        "{.fn step_nonneg} takes variables that are not negative; {quote_each(name)} is \\
         {format(wanted[[name]][bad[1]])} in row {bad[1]}.",
        "i" = "{.code recipes::step_range()}, before it, brings a variable into the range from 0 to 1."
      ))
    }
  }
}

#' @rdname step_nonneg
#' @exportS3Method recipes::bake
bake.step_nonneg <- function(object, new_data, ...) {
  if (is.null(object$res)) {
    return(new_data)
  }
  recipes::check_new_data(object$columns, object, new_data)
  wanted <- new_data[, object$columns, drop = FALSE]
  check_step_columns(wanted)
  names <- recipes::names0(ncol(object$res$W), object$prefix)
  others <- setdiff(names(new_data), object$columns)
  kept <- if (object$keep_original_cols) new_data else new_data[, others, drop = FALSE]
  clash <- intersect(names, names(kept))
  if (length(clash)) {
    abort_input(c(
      "New variables would have names of variables that are there, such as {quote_each(clash[1])}.",
      "i" = "{.arg prefix} gives them others."
    ))
  }
  H <- if (nrow(wanted)) stats::predict(object$res, t(as.matrix(wanted))) else matrix(0, length(names), 0)
  kept[names] <- as.data.frame(t(unname(H)))
  kept
}

#' @rdname step_nonneg
#' @method tidy step_nonneg
#' @export
tidy.step_nonneg <- function(x, ...) {
  if (!isTRUE(x$trained)) {
    df <- data.frame(terms = recipes::sel2char(x$terms), value = NA_real_, component = NA_character_)
  } else if (is.null(x$res)) {
    count <- length(x$columns)
    df <- data.frame(terms = x$columns, value = rep(NA_real_, count), component = rep(NA_character_, count))
  } else {
    W <- x$res$W
    df <- data.frame(
      terms = rep(x$columns, times = ncol(W)), value = as.vector(W),
      component = rep(recipes::names0(ncol(W), x$prefix), each = nrow(W))
    )
  }
  df$id <- rep(x$id, nrow(df))
  as_tidy(df)
}

#' @importFrom generics required_pkgs
#' @method required_pkgs step_nonneg
#' @export
required_pkgs.step_nonneg <- function(x, ...) "nonneg"

#' @importFrom generics tunable
#' @method tunable step_nonneg
#' @export
tunable.step_nonneg <- function(x, ...) {
  tibble::tibble(
    name = c("rank", "alpha_W", "l1_ratio"),
    call_info = list(
      list(pkg = "dials", fun = "num_comp", range = c(1L, 10L)),
      list(pkg = "dials", fun = "penalty", range = c(-6, -1)),
      list(pkg = "dials", fun = "mixture", range = c(0, 1))
    ),
    source = "recipe", component = "step_nonneg", component_id = x$id
  )
}

#' @export
print.step_nonneg <- function(x, width = max(20, options()$width - 30), ...) {
  none <- isTRUE(x$trained) && is.null(x$res)
  title <- if (none) "No factorization of " else "Nonnegative factorization of "
  recipes::print_step(x$columns, x$terms, x$trained, title, width, case_weights = x$case_weights)
  invisible(x)
}
