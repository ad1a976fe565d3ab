# Input checks. Each returns its argument in the type the caller wants, or
# stops with a condition of class "nonneg_error_input" whose message names the
# argument, what was given and what is allowed.

# (cli_abort() would need package rlang for no more than this.)
abort_input <- function(message, env = parent.frame()) {
  stop(errorCondition(
    cli::format_error(message, .envir = env),
    class = "nonneg_error_input", call = user_call()
  ))
}

warn_user <- function(message, class, env = parent.frame()) {
  warning(warningCondition(
    cli::format_warning(message, .envir = env),
    class = class, call = user_call()
  ))
}

# The outermost call of a function of this package: what the user typed.
user_call <- function() {
  home <- environment(abort_input)
  for (i in seq_len(sys.nframe())) {
    if (identical(environment(sys.function(i)), home)) {
      return(sys.call(i))
    }
  }
  NULL
}

# A few words for what was given, for the "not ..." part of a message.
describe <- function(x) {
  size <- dim(x)
  if (is.null(x)) {
    "NULL"
  } else if (is.function(x)) {
    "a function"
  } else if (is.object(x)) {
    paste0("an object of class <", class(x)[1], "> ", describe_size(x))
  } else if (is.list(x)) {
    paste("a list", describe_size(x))
  } else if (is.null(size) && length(x) == 1) {
    if (is.character(x)) encodeString(x, quote = "\"") else format(x, digits = 15)
  } else {
    type <- if (is.double(x)) "numeric" else typeof(x)
    article <- if (type == "integer") "an" else "a"
    shape <- if (is.null(size)) "vector" else if (length(size) == 2) "matrix" else "array"
    paste(article, type, shape, describe_size(x))
  }
}

describe_size <- function(x) {
  if (is.null(dim(x))) {
    paste("of length", length(x))
  } else {
    paste("of size", paste(dim(x), collapse = " x "))
  }
}

# "a", "b", "c"
quote_each <- function(x) paste(encodeString(x, quote = "\""), collapse = ", ")

need_package <- function(pkg, for_what) {
  why <- tryCatch(is.null(loadNamespace(pkg)), error = conditionMessage)
  if (is.character(why) && nzchar(system.file(package = pkg))) {
    abort_input(c(
      "Package {.pkg {pkg}} is needed {for_what}, and it is installed, but cannot be loaded.",
      "x" = "{first_line(gsub('[[:space:]]+', ' ', why))}"
    ))
  }
  if (is.character(why)) {
    abort_input(c(
      "Package {.pkg {pkg}} is needed {for_what}, and it is not installed.",
      "i" = "Install it with {.code install.packages(\"{pkg}\")}."
    ))
  }
  invisible(TRUE)
}

is_number <- function(x) {
  is.numeric(x) && !is.object(x) && is.null(dim(x)) && length(x) == 1 && !is.na(x)
}

# A whole number, given as integer or double; returned as integer.
check_count <- function(x, arg, min = 1, max = .Machine$integer.max, null_ok = FALSE) {
  if (null_ok && is.null(x)) {
    return(NULL)
  }
  if (!is_number(x) || x != trunc(x) || x < min || x > max) {
    # The largest integer is worth telling only to those who asked for more.
    limited <- max < .Machine$integer.max || (is_number(x) && x > max)
    range <- if (limited) {
      paste("from", min, "to", format(max, digits = 15))
    } else {
      paste("of at least", min)
    }
    allowed <- paste("a whole number", range, if (null_ok) "or NULL")
    abort_input("{.arg {arg}} must be {trimws(allowed)}, not {describe(x)}.")
  }
  as.integer(x)
}

# One number in [min, max], or in (min, max] with `above = TRUE`; Inf only with
# `finite = FALSE`.
check_number <- function(x, arg, min = -Inf, max = Inf, above = FALSE, finite = TRUE,
                         null_ok = FALSE) {
  if (null_ok && is.null(x)) {
    return(NULL)
  }
  inside <- is_number(x) && x <= max && (if (above) x > min else x >= min)
  if (!inside || (finite && is.infinite(x))) {
    bounds <- c(
      if (min > -Inf) paste(if (above) "above" else "of at least", min),
      if (max < Inf) paste(if (min > -Inf) "at most" else "of at most", max)
    )
    allowed <- c(
      if (finite) "a finite number" else "a number",
      if (length(bounds)) paste(bounds, collapse = " and "),
      if (null_ok) "or NULL"
    )
    abort_input("{.arg {arg}} must be {paste(allowed, collapse = ' ')}, not {describe(x)}.")
  }
  as.double(x)
}

check_flag <- function(x, arg) {
  if (!is.logical(x) || length(x) != 1 || is.na(x)) {
    abort_input("{.arg {arg}} must be TRUE or FALSE, not {describe(x)}.")
  }
  as.vector(x)
}

# One of `choices`, which come from a registry, in any case; names of the user's data are meant as they stand.
check_choice <- function(x, choices, arg, any_case = TRUE) {
  if (any_case) x <- in_case_of(x, choices)
  if (!is.character(x) || length(x) != 1 || is.na(x) || !x %in% choices) {
    of <- if (length(choices) > 1) "one of " else ""
    abort_input("{.arg {arg}} must be {of}{quote_each(choices)}, not {describe(x)}.")
  }
  x
}

# The choice that differs from `x` in its case only, if there is one.
in_case_of <- function(x, choices) {
  if (!is.character(x) || length(x) != 1 || x %in% choices) {
    return(x)
  }
  same <- choices[tolower(choices) %in% tolower(x)]
  if (length(same) == 1) same else x
}

# Called as need_arguments(x, y): each must have been given to the caller.
need_arguments <- function(...) {
  frame <- parent.frame()
  for (name in vapply(substitute(list(...))[-1], as.character, "")) {
    if (eval(as.call(list(base::missing, as.name(name))), frame)) abort_input("{.arg {name}} must be given.")
  }
}

# Called as check_dots_empty(...) by a function whose dots have no use.
check_dots_empty <- function(...) {
  if (...length() == 0) {
    return(invisible(NULL))
  }
  given <- names(substitute(list(...)))[-1]
  given <- given[nzchar(given)]
  known <- setdiff(names(formals(sys.function(sys.parent()))), "...")
  # All of them: cli leaves some out of a long list.
  all <- cli::cli_vec(known, list("vec-trunc" = Inf))
  unnamed <- ...length() - length(given)
  advice <- as.character(unlist(lapply(given, advice_on, known)))
  abort_input(c(
    if (length(given)) "Unknown argument{cli::qty(given)}{?s} {.arg {given}}.",
    if (unnamed) "{unnamed} unnamed argument{?s} too many.",
    stats::setNames(advice, rep("i", length(advice))),
    "i" = "Known arguments: {.arg {all}}."
  ))
}

# What the arguments of other packages are called here, each with the argument that must be there for it to be
# advice.
foreign_arguments <- list(
  rank = c("k", "r", "K", "n_components", "ncomp", "nComp", "ncomponents", "components", "n_topics",
           "num_comp",
    "num_topics", "nmf_rank", "dims", "p"),
  loss = c("beta_loss", "objective", "objective_function", "obj", "beta", "distance", "divergence",
    "error_function", "dist"),
  solver = c("algorithm", "alg", "algo", "optimizer", "update", "update_H"),
  max_iter = c("maxit", "maxIter", "maxiter", "niter", "n_iter", "iter", "iterations", "max_iterations",
    "max.iter", "iter_max", "max_it"),
  tol = c("tolerance", "eps", "epsilon", "thresh", "threshold", "stopconv", "rel.tol", "reltol", "conv"),
  threads = c("n_jobs", "ncores", "n_cores", "cores", "nthreads", "n_threads", "num_threads", "n.threads",
    "mc.cores", ".pbackend"),
  weights = c("mask", "weight", "W_mask", "sample_weight", "observed"),
  nrun = c("runs", "nruns", "n_init", "nstart", "n_run", "starts", "restarts", "n_starts", "repeats"),
  init = c("start", "seed_method", "w_init", "W_init", "initialization", "init_method", "W0", "H0", "w", "h"),
  verbose = c("trace", "progress", "progressbar", "show_progress", "quiet", "silent"),
  fixed_W = c("W_fixed", "fix_W", "W.fixed", "known_W", "signatures"),
  newdata = c("data", "A", "X", "new_data", "newx"),
  ranks = c("k", "rank", "range", "k_range"),
  folds = c("k", "nfold", "nfolds", "n_folds", "cv"),
  leaves = c("k", "K", "n_clusters", "clusters", "n_leaves", "rank"),
  groups = c("annCol", "class", "labels", "annotation"),
  n = c("top", "top_n", "num", "number")
)

# Some have no argument of their own.
foreign_advice <- c(
  seed = "Random numbers are those of R: call {.fn set.seed} before.",
  random_state = "Random numbers are those of R: call {.fn set.seed} before.",
  rng = "Random numbers are those of R: call {.fn set.seed} before.",
  sparsity = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  sparseness = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  L1 = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  L2 = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  l1 = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  l2 = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  lambda = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  alpha = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  regularization = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  penalty = "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}.",
  method = "Which is meant: {.arg solver} is how, {.arg loss} what to minimise.",
  nonneg = "Factors are never negative.",
  center = "Nothing is centered: what is not negative is.",
  scale. = "Rows are weighted by {.arg weights}, or scaled before."
)

# What to say about one unknown argument; NULL for nothing.
advice_on <- function(given, known) {
  if (given %in% names(foreign_advice) && any(c("alpha_W", "loss", "solver") %in% known)) {
    return(foreign_advice[[given]])
  }
  if (given %in% setdiff(names(formals(nmf_control)), known) && "control" %in% known) {
    return(sprintf("It belongs into {.arg control}: {.code control = nmf_control(%s = )}.", given))
  }
  ours <- names(foreign_arguments)[vapply(foreign_arguments, function(theirs) given %in% theirs, NA)]
  ours <- intersect(ours, known)
  if (length(ours)) {
    # The number of ranks of a cross-validation is not that of its folds.
    meant <- if ("folds" %in% ours) ours else ours[1]
    return(sprintf("{.arg %s} is called %s here.", given, paste0("{.arg ", meant, "}", collapse = " or ")))
  }
  did_you_mean(given, known)
}

# Of a name that is nearly one of those known, whatever the case and the punctuation.
did_you_mean <- function(given, known) {
  if (!length(given) || !length(known)) {
    return(NULL)
  }
  plain <- function(names) gsub("[^a-z0-9]", "", tolower(names))
  off <- utils::adist(plain(given[1]), plain(known))[1, ]
  # Letters that changed places are one slip.
  letters_of <- function(names) vapply(strsplit(plain(names), ""), function(x) paste(sort(x), collapse = ""),
    "")
  off[letters_of(known) == letters_of(given[1])] <- pmin(off[letters_of(known) == letters_of(given[1])], 1)
  best <- which.min(off)
  if (off[best] <= (nchar(plain(given[1])) + 1) %/% 4) sprintf("Did you mean {.arg %s}?", known[best])
}
