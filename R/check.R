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
  at <- user_frame()
  if (!is.na(at)) sys.call(at)
}

user_frame <- function() {
  home <- environment(abort_input)
  Position(function(i) identical(environment(sys.function(i)), home), seq_len(sys.nframe()))
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

# Of print methods.
check_digits <- function(digits) check_count(digits, "digits", max = 22)

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

# Called as need_arguments(x, y): each must have been given to the caller. Where its dots hold one by another
# name, the error says so.
need_arguments <- function(...) {
  frame <- parent.frame()
  for (name in vapply(substitute(list(...))[-1], as.character, "")) {
    if (eval(as.call(list(base::missing, as.name(name))), frame)) {
      known <- setdiff(names(formals(sys.function(sys.parent()))), "...")
      abort_input(c("{.arg {name}} must be given.", advice_lines(names_in_dots(frame), known)))
    }
  }
}

# Names of what a function was given in its dots.
names_in_dots <- function(frame) {
  if (!exists("...", frame, inherits = FALSE)) {
    return(character())
  }
  given <- names(eval(quote(substitute(list(...))), frame))[-1]
  given[nzchar(given)]
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
  abort_input(c(
    if (length(given)) "Unknown argument{cli::qty(given)}{?s} {.arg {given}}.",
    if (unnamed) "{unnamed} unnamed argument{?s} too many.",
    advice_lines(given, known),
    "i" = "Known arguments: {.arg {all}}."
  ))
}
