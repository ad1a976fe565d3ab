# Fixed coefficients of a factor: `fixed_W` and `fixed_H` have a number where a coefficient
# is fixed and NA where it is to be found.

# To list(which, value, names): matrices of the size of the factor; NULL if nothing is
# fixed. `by` is 1 for W, whose rows are features, and 2 for H, whose columns are observations.
check_fixed <- function(fixed, arg, dim, rank, names, by) {
  if (is.null(fixed)) {
    return(NULL)
  }
  if (methods::is(fixed, "Matrix")) fixed <- plain_matrix(fixed)
  if (is.matrix(fixed) && isS4(fixed)) fixed <- as_bare_matrix(fixed)
  if (is.data.frame(fixed)) fixed <- as.matrix(fixed)
  if (!is.matrix(fixed) || is.object(fixed) || !typeof(fixed) %in% c("double", "integer", "logical")) {
    abort_input(c(
      "{.arg {arg}} must be a matrix of numbers, with NA for what is to be found, not {describe(fixed)}.",
      "i" = if (is.numeric(fixed) && is.null(dim(fixed)) && length(fixed) == dim[by]) {
        "One component is {.code {if (by == 1) 'cbind' else 'rbind'}({arg})}."
      }
    ))
  }
  items <- dim[by]
  given <- dim(fixed)
  components <- given[3 - by]
  if (given[by] != items || components > rank || components == 0) {
    want <- if (by == 1) {
      sprintf("%d x 1 to %d x %d", items, items, rank)
    } else {
      sprintf("1 x %d to %d x %d", items, rank, items)
    }
    meaning <- if (by == 1) "rows of x, components" else "components, columns of x"
    turned <- given[3 - by] == items && given[by] <= rank
    abort_input(c(
      "{.arg {arg}} must be {want} ({meaning}), not {given[1]} x {given[2]}.",
      "i" = if (turned) "Is it the wrong way round? {.code t({arg})}."
    ))
  }
  fixed <- matrix_by_name(fixed, replace(list(NULL, NULL), by, names[by]), arg)
  storage.mode(fixed) <- "double"
  bad <- which(is.nan(fixed) | (!is.na(fixed) & (fixed < 0 | fixed > 1e305)))
  if (length(bad)) {
    abort_input(c(
      "{.arg {arg}} must hold finite numbers that are not negative, and NA for what is to be found.",
      cells(fixed, utils::head(bad, 5), length(bad))
    ))
  }
  if (all(is.na(fixed))) {
    return(NULL)
  }
  # Components that are not given are free.
  named <- dimnames(fixed)[[3 - by]]
  rest <- rank - components
  value <- if (by == 1) {
    cbind(unname(fixed), matrix(NA_real_, items, rest))
  } else {
    rbind(unname(fixed), matrix(NA_real_, rest, items))
  }
  list(which = !is.na(value), value = value, names = if (!is.null(named)) c(named, rep("", rest)))
}

# A factor with what is fixed of it.
put_fixed <- function(factor, fixed) {
  if (!is.null(fixed)) factor[fixed$which] <- fixed$value[fixed$which]
  factor
}

# Names of components: those of the fixed ones, "NMF1", ... for the others.
component_names <- function(rank, fixed_W = NULL, fixed_H = NULL) {
  names <- paste0("NMF", seq_len(rank))
  for (named in list(fixed_H$names, fixed_W$names)) {
    if (is.null(named)) next
    given <- !is.na(named) & nzchar(named)
    names[given] <- named[given]
  }
  make.unique(names)
}
