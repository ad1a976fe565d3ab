# Types of plot. Each is one entry in a file of its own, R/plot-type-*.R, which plot() and autoplot() of
# its class find here:
# * name: the `type` that the user gives;
# * arguments: a named list of functions (value, arg, x), which return the checked value of that argument,
#   its default where `value` is NULL;
# * data(x, a): what is drawn, computed once for both; `a` are the arguments;
# * base(d, a, top): draws it with base graphics, `top` inches below the upper edge, see plot-figure.R;
# * gg(d, a): a ggplot of it. The methods do the rest: unknown arguments, title,
# graphical parameters.

registered_plots <- new.env(parent = emptyenv())

register_plot_type <- function(class, name, data, base, gg, arguments = list()) {
  entry <- list(name = name, arguments = arguments, data = data, base = base, gg = gg)
  registered_plots[[class]][[name]] <- entry
  invisible(entry)
}

plot_type <- function(class, type, arg = "type") {
  types <- registered_plots[[class]]
  ours <- if (is.character(type)) foreign_types[tolower(type[1])]
  if (length(ours) && ours %in% names(types) && !tolower(type[1]) %in% tolower(names(types))) {
    abort_input(
      "{.arg {arg}} must be one of {quote_each(names(types))}: what is called {quote_each(type[1])} \\
       elsewhere is {quote_each(ours)} here."
    )
  }
  # A default that lists all of them stands for the first.
  types[[check_choice(type[1], names(types), arg)]]
}

# plot(): `dots` are arguments of the type and of par().
draw_plot <- function(x, class, type, dots, main) {
  type <- plot_type(class, type)
  own <- belongs_to(type, dots)
  a <- plot_arguments(x, class, type, dots[own], dots[!own])
  # Before the page is turned: it may find a fault.
  d <- type$data(x, a)
  figure(dots[!own], main, function(top) type$base(d, a, top))
  invisible(x)
}

# autoplot(): `dots` are arguments of the type.
auto_plot <- function(x, class, type, dots, main) {
  need_package("ggplot2", "for autoplot()")
  type <- plot_type(class, type)
  own <- belongs_to(type, dots)
  a <- plot_arguments(x, class, type, dots[own], dots[!own], base = FALSE)
  p <- type$gg(type$data(x, a), a)
  if (is.null(main)) p else p + ggplot2::labs(title = check_title(main))
}

belongs_to <- function(type, dots) {
  if (is.null(names(dots))) rep(FALSE, length(dots)) else names(dots) %in% names(type$arguments)
}

check_title <- function(main) {
  if (!is.character(main) && !is.language(main) || length(main) != 1) {
    abort_input("{.arg main} must be one text, not {describe(main)}.")
  }
  main
}

# `own`: what was given of the type's arguments; `other`: the rest, which must be settings of par().
plot_arguments <- function(x, class, type, own, other, base = TRUE) {
  abort_unknown_plot_argument(class, type, names(other), length(other), base)
  twice <- names(own)[duplicated(names(own))]
  if (length(twice)) abort_input("{.arg {twice[1]}} is given twice.")
  a <- lapply(names(type$arguments), function(arg) type$arguments[[arg]](own[[arg]], arg, x))
  names(a) <- names(type$arguments)
  a
}

abort_unknown_plot_argument <- function(class, type, given, count, base) {
  if (!count) {
    return(invisible())
  }
  if (is.null(given)) given <- rep("", count)
  unknown <- if (base) setdiff(given, names(graphics::par(no.readonly = TRUE))) else given
  if (!length(unknown)) {
    return(invisible())
  }
  known <- names(type$arguments)
  others <- registered_plots[[class]]
  one <- length(others) == 1
  takes <- c(
    "i" = if (length(known)) "{if (one) 'Known arguments:' else 'It takes'} {.arg {known}}.",
    "i" = if (base) "Graphical parameters of {.fn graphics::par} may be given, too."
  )
  if (any(unknown == "")) {
    abort_input(c("Arguments of {.fn plot} must be given by name; {sum(given == '')} {?is/are} not.", takes))
  }
  of <- names(others)[vapply(others, function(t) all(unknown %in% names(t$arguments)), NA)]
  abort_input(c(
    if (one) {
      "There is no argument {.arg {unknown}}."
    } else {
      "{.code type = \"{type$name}\"} has no argument {.arg {unknown}}."
    },
    "i" = if (length(of)) {
      "{cli::qty(length(unknown))}{?That is/Those are} for {.arg type} {quote_each(of)}."
    },
    if (!length(of)) advice_lines(unknown, c(known, "main")),
    takes
  ))
}

# Checks that types of plot share --------------------------------------------

flag_argument <- function(default) {
  force(default)
  function(value, arg, x) if (is.null(value)) default else check_flag(value, arg)
}

choice_argument <- function(choices) {
  force(choices)
  function(value, arg, x) if (is.null(value)) choices[1] else check_choice(value, choices, arg)
}

count_argument <- function(default, min = 1) {
  force(default)
  force(min)
  function(value, arg, x) if (is.null(value)) default else check_count(value, arg, min = min)
}

palette_argument <- function(value, arg, x) check_palette(value)

# Known classes of the observations of a fit.
groups_argument <- function(value, arg, x) {
  if (!is.null(value) && ncol(x$H) == 0) need_observations(x, "x")
  check_annotation(value, ncol(x$H), colnames(x$H), x$data$annotation)
}

# Components of a fit, in the order to draw them: names or numbers.
components_argument <- function(value, arg, x) {
  names <- colnames(x$W)
  if (is.null(value)) {
    return(seq_along(names))
  }
  check_subset(value, names, length(names), arg, "component")
}

# Positions of what `value` names or numbers, none twice.
check_subset <- function(value, names, count, arg, what) {
  if (is.factor(value)) value <- as.character(value)
  if (!(is.character(value) || is.numeric(value)) || !length(value) || anyNA(value)) {
    abort_input("{.arg {arg}} must be names or numbers of {what}s, not {describe(value)}.")
  }
  if (is.character(value)) {
    at <- match(value, names)
    unknown <- value[is.na(at)]
    if (length(unknown)) {
      abort_input(c(
        "{.arg {arg}} must be names of {what}s of the fit.",
        "x" = if (is.null(names)) {
          "The fit has no names of {what}s: give numbers."
        } else {
          "{length(unknown)} {?is/are} unknown, such as {quote_each(unknown[1])}."
        }
      ))
    }
  } else {
    bad <- which(value != trunc(value) | value < 1 | value > count)
    if (length(bad)) {
      abort_input(
        "{.arg {arg}} must be whole numbers from 1 to {count}; element {bad[1]} is {format(value[bad[1]])}."
      )
    }
    at <- as.integer(value)
  }
  if (anyDuplicated(at)) {
    abort_input(
      "{.arg {arg}} must name no {what} twice; it names \\
       {quote_each(as.character(value[anyDuplicated(at)]))} again."
    )
  }
  at
}

# Names to print in place of those of the features: one per feature, or by name.
labels_argument <- function(value, arg, x) check_labels(value, rownames(x$W), nrow(x$W), arg)

features_argument <- function(value, arg, x) {
  if (!is.null(value)) check_subset(value, rownames(x$W), nrow(x$W), arg, "feature")
}

# A number of features, or Inf for all.
top_argument <- function(default) {
  force(default)
  function(value, arg, x) {
    if (is.null(value)) default else if (identical(value, Inf)) Inf else check_count(value, arg)
  }
}

# NULL keeps the names that there are, also none.
own_labels_argument <- function(value, arg, x) if (!is.null(value)) labels_argument(value, arg, x)

check_labels <- function(value, names, count, arg) {
  if (is.null(value)) {
    return(entry_names(names, count))
  }
  if (!is.atomic(value) || length(value) != count && is.null(names(value))) {
    abort_input(c(
      "{.arg {arg}} must have one element per feature, {count} in all.",
      "x" = "It is {describe(value)}."
    ))
  }
  place <- place_by_name(names(value), length(value), names, count, arg, "feature")
  text <- as.character(value)[place]
  ifelse(is.na(text), entry_names(names, count), text)
}

# For every name of the data the position of what was given for it. By position where a side has no
# names; the given ones may be more than are needed.
place_by_name <- function(given, length, names, count, arg, what) {
  if (!is.null(given) && !is.null(names) && !identical(as.character(given), as.character(names))) {
    absent <- setdiff(names, given)
    needed <- given[given %in% names]
    if (!length(absent) && !anyDuplicated(names) && !anyDuplicated(needed)) {
      return(match(names, given))
    }
    abort_input(c(
      "The names of {.arg {arg}} must be those of the {what}s.",
      "x" = if (length(absent)) {
        "{length(absent)} {what}{cli::qty(length(absent))}{?s} {?is/are} missing, such as \\
         {quote_each(absent[1])}."
      } else {
        "Names are there twice, such as \\
         {quote_each(c(names[duplicated(names)], needed[duplicated(needed)])[1])}."
      },
      "i" = "Without names, {.code unname({arg})}, it goes by position."
    ))
  }
  if (length != count) {
    abort_input("{.arg {arg}} must have one element per {what}, {count} in all, not {length}.")
  }
  seq_len(count)
}

# Places of features (or observations) along an axis: increasing numbers.
at_argument <- function(margin) {
  force(margin)
  function(value, arg, x) {
    count <- if (margin == "W") nrow(x$W) else ncol(x$H)
    check_places(value, count, arg, if (margin == "W") "feature" else "observation")
  }
}

check_places <- function(value, count, arg, what) {
  if (is.null(value)) {
    return(NULL)
  }
  if (!is.numeric(value) || length(value) != count || !all(is.finite(value))) {
    abort_input(c(
      "{.arg {arg}} must be one finite number per {what}, {count} in all.",
      "x" = "It is {describe(value)}."
    ))
  }
  value <- as.double(value)
  if (any(diff(value) <= 0)) {
    abort_input("{.arg {arg}} must increase; element {which(diff(value) <= 0)[1] + 1} does not.")
  }
  value
}

# Settings of par() alone.
check_par <- function(settings) {
  unknown <- if (length(settings)) setdiff(names(settings), names(graphics::par(no.readonly = TRUE)))
  if (length(settings) && (is.null(names(settings)) || length(unknown))) {
    abort_input(c(
      "{.arg ...} takes graphical parameters of {.fn graphics::par}, by name.",
      "x" = if (length(unknown)) "There is no {.arg {unknown}}."
    ))
  }
  settings
}
