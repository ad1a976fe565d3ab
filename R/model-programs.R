#' Print and summarise programs
#'
#' @param x,object A result of [nmf_programs()].
#' @param n Programs to print, at most.
#' @param ... Must be empty.
#' @return `print()`: `x`, invisibly. `summary()`: the data frame `programs` of [nmf_programs()] with `top`,
#'   the five features with the largest consensus weights, as text.
#' @inherit nmf_programs examples
#' @export
print.nmf_programs <- function(x, n = 20, ...) {
  check_dots_empty(...)
  check_programs(x, "x")
  n <- check_count(n, "n")
  s <- x$settings
  in_none <- x$components$aside[is.na(x$components$program)]
  why <- table(in_none)
  print_line(
    count_of(ncol(x$W), "program"), " of ", count_of(nrow(x$data), "sample"), ": ", count_of(
      nrow(x$W), "feature"
    ),
    ", ranks ", describe_ranks(s$ranks)
  )
  failed <- sum(!is.na(x$runs$error))
  print_fields(c(
    describe_complete(x),
    loss = paste0(
      s$loss, ", ", count_of(nrow(x$runs), "fit"), sprintf(", %s s", format(signif(x$seconds, 3)))
    ),
    recipe = paste0(s$recipe, ", similarity: ", if (s$similarity == "overlap") {
      sprintf("overlap of %d features", s$n_features)
    } else {
      "cosine"
    }),
    components = paste0(
      format(nrow(x$components), big.mark = big_mark()), ", of which ", sum(!is.na(x$components$program)),
      " are in programs",
      if (length(why)) paste0(" (", paste(sprintf("%s: %d", names(why), why), collapse = ", "), ")")
    ),
    if (failed > 0) c(failed = sprintf("%d of %d fits, see $runs", failed, nrow(x$runs)))
  ))
  if (!ncol(x$W)) {
    return(invisible(x))
  }
  cat("\n")
  shown <- utils::head(summary(x), n)
  shown$samples <- sprintf("%d of %d", shown$samples, nrow(x$data))
  for (name in c("silhouette", "similarity")) {
    shown[[name]] <- ifelse(is.na(shown[[name]]), "NA", sprintf("%.2f", shown[[name]]))
  }
  columns <- c("program", "components", "samples", "silhouette", "similarity", "top")
  print(shown[columns], row.names = FALSE, right = FALSE)
  more <- ncol(x$W) - nrow(shown)
  if (more > 0) print_line("and ", count_of(more, "more program"))
  invisible(x)
}

#' @rdname print.nmf_programs
#' @export
summary.nmf_programs <- function(object, ...) {
  check_dots_empty(...)
  x <- check_programs(object)
  names <- entry_names(rownames(x$W), nrow(x$W))
  out <- x$programs
  out$top <- vapply(seq_len(ncol(x$W)), function(p) {
    paste(names[top_sets(x$W[, p, drop = FALSE], 5)[[1]]], collapse = " ")
  }, "")
  out
}

#' @rdname top_features
#' @export
top_features.nmf_programs <- function(object, n = 10,
                                      by = c("weight", "specificity", "lift", "frex", "kim-park"),
                                      components = NULL, ...) {
  check_dots_empty(...)
  check_programs(object)
  out <- top_features(programs_model(object), n, by, components)
  at <- cbind(
    match(out$feature, entry_names(rownames(object$W), nrow(object$W))),
    match(as.character(out$component), colnames(object$W))
  )
  out$confidence <- object$confidence[at]
  out
}

# The consensus as a model from known factors.
programs_model <- function(x, arg = "object") {
  if (!ncol(x$W)) abort_input("{.arg {arg}} has no programs: no component recurs.")
  as_nmf(x$W, loss = x$settings$loss)
}

#' Scores of new cells
#'
#' How much of each program is in new observations: the coefficients that minimise the loss of the fits for
#' the consensus weights, which are kept, as [predict()][predict.nmf] finds them.
#'
#' @param object A result of [nmf_programs()].
#' @param newdata New observations in columns, data as [nmf()] takes them, or a list of samples.
#' @param type,threads,assay,layer As in [predict.nmf()].
#' @param features `"shared"`: features that `newdata` lacks count as missing, and those that programs do
#'   not know are left out; `"all"`: `newdata` must have the features of the programs and no others.
#' @param ... Not used; anything here is an error.
#' @return As for [predict.nmf()]: for `type = "H"` a matrix, programs x observations. A list of these for a
#'   list.
#' @inherit nmf_programs examples
#' @export
predict.nmf_programs <- function(object, newdata,
                                 type = c("H", "class", "reconstruction", "proportion", "divergence"),
                                 threads = NULL, assay = NULL, layer = NULL, features = c("shared", "all"),
                                 ...) {
  check_dots_empty(...)
  check_programs(object)
  if (missing(newdata)) abort_input(
    "{.arg newdata} must be given: programs do not hold the coefficients of the fits."
  )
  type <- pick(type, c("H", "class", "reconstruction", "proportion", "divergence"), "type")
  features <- pick(features, c("shared", "all"), "features")
  model <- programs_model(object)
  one <- function(data) stats::predict(
    model, data, type = type, threads = threads, assay = assay, layer = layer, features = features
  )
  if (is_list_of_data(newdata)) lapply(newdata, one) else one(newdata)
}

#' @rdname tidiers
#' @method tidy nmf_programs
#' @export
tidy.nmf_programs <- function(x, matrix = c("W", "components", "coverage"), ...) {
  check_dots_empty(...)
  check_programs(x, "x")
  matrix <- pick(matrix, c("W", "components", "coverage"), "matrix")
  if (matrix == "components") {
    return(as_tidy(x$components))
  }
  A <- x[[matrix]]
  names <- colnames(A)
  df <- data.frame(
    feature = rep(entry_names(rownames(A), nrow(A)), times = ncol(A)),
    program = factor(rep(names, each = nrow(A)), names), value = as.vector(A)
  )
  if (matrix == "W") {
    df$confidence <- as.vector(x$confidence)
  } else {
    names(df)[c(1, 3)] <- c("sample", "components")
  }
  as_tidy(df)
}
