#' Print a fit
#'
#' A few lines about a fit: its size, the problem it solves, how it ended, how
#' good it is and how large each component is. `W` and `H` are never printed:
#' use [basis()] and [coef()][coef.nmf] for them and [summary()][summary.nmf]
#' for more.
#'
#' @param x A fit of class `"nmf"`, see [nmf-class].
#' @param digits Significant digits.
#' @param ... Must be empty.
#' @return `x`, invisibly.
#' @examples
#' set.seed(1)
#' nmf(matrix(rexp(200), 20), rank = 2)
#' @export
print.nmf <- function(x, digits = 4, ...) {
  check_dots_empty(...)
  check_digits(digits)
  check_factors(x)
  d <- dim(x)
  print_line(heading_of(x, d))
  print_fields(c(
    describe_data(x$data),
    describe_problem(x),
    describe_ending(x, iterations_of(x)),
    describe_quality(x, fit_quality(x)$explained, digits),
    components = describe_shares(x)
  ))
  invisible(x)
}

# What is no fit says so first.
heading_of <- function(x, d) {
  paste0(
    if (is_given(x)) "Model from known factors, not a fit: " else "Nonnegative matrix factorization: ",
    count_of(d[1], "feature"), if (d[2] > 0) paste0(" x ", count_of(d[2], "observation")), ", rank ", d[3]
  )
}

iterations_of <- function(x) if (is_given(x)) NA_integer_ else max(x$history$iteration)

# Texts that the print methods of a fit and of its summary share: named
# character vectors, one field each. x is either of the two.

# What is not usual of the data: missing entries, weights.
describe_data <- function(d) {
  missing <- as.double(d$nrow) * d$ncol - d$observed
  if (isTRUE(missing > 0) || isTRUE(d$weighted)) {
    c(data = paste0(
      if (isTRUE(missing > 0)) {
        sprintf("%s missing (%.3g%%)", count_of(missing, "entry", "entries"), 100 * missing / d$nrow / d$ncol)
      } else {
        "complete"
      },
      if (isTRUE(d$weighted)) ", with weights"
    ))
  }
}

describe_problem <- function(x) {
  s <- x$settings
  if (is_given(x)) {
    return(c(
      loss = paste0(s$loss, ", for predict()"),
      if (has_penalty(s)) {
        c(penalty = sprintf("alpha_H = %s, l1_ratio = %s", format(s$alpha_H), format(s$l1_ratio)))
      }
    ))
  }
  c(
    loss = paste0(
      s$loss, ", solver ", s$solver, ", start ", s$init,
      if (isTRUE(s$nrun > 1)) sprintf(" (best of %s runs)", describe_runs(runs_made(x), s$nrun))
    ),
    if (isTRUE(sum(s$fixed) > 0)) {
      c(known = sprintf(
        "%s of W, %s of H", count_of(s$fixed[["W"]], "coefficient"),
        format(s$fixed[["H"]], big.mark = big_mark())
      ))
    },
    if (is_constrained(s)) {
      c(constraint = if (s$sum_to_one) "columns of H sum to 1" else paste("H at most", format(s$upper_H)))
    },
    if (has_penalty(s)) {
      c(penalty = paste0(
        sprintf("alpha_W = %s, alpha_H = %s, l1_ratio = %s", format(s$alpha_W), format(s$alpha_H),
          format(s$l1_ratio)),
        if (!is.null(s$smooth_W)) paste(", smooth_W =", format(s$smooth_W)),
        if (!is.null(s$smooth_H)) paste(", smooth_H =", format(s$smooth_H))
      ))
    }
  )
}

# Fewer than were asked for after an interrupt or at max_seconds. (A consensus of many runs holds one.)
runs_made <- function(x) {
  if (is.null(x$settings$density_threshold)) nrow(x$runs) else as.integer(x$settings$nrun)
}

describe_runs <- function(made, asked) if (made < asked) sprintf("%d of %d", made, asked) else made

describe_ending <- function(x, iterations) {
  if (is_given(x)) {
    return(NULL)
  }
  # Otherwise a residual below tol would contradict it.
  wide <- x$reason %in% c("max_iter", "max_seconds") && isTRUE(x$certificate$kkt <= x$settings$tol)
  c(stopped = paste0(
    nmf_reasons[[x$reason]], ": ",
    count_of(iterations, "iteration"),
    if (isTRUE(is.finite(x$seconds))) sprintf(", %s s", format(signif(x$seconds, 3))),
    if (wide) {
      switch(withheld_by(x$certificate, x$objective, x$settings$control),
        gap = ", the duality gap above gap_tol", fall = ", the objective still falling"
      )
    }
  ))
}

describe_quality <- function(x, explained, digits) {
  if (is_given(x)) {
    return(NULL)
  }
  if (is_selection(x)) {
    return(c(selection = sprintf(
      "%d of %d components; objective and certificate are those of the whole fit",
      as.integer(x$settings$rank), as.integer(x$settings$selected_from)
    )))
  }
  num <- function(v) formatC(v, digits = digits, format = "g")
  c(
    objective = paste0(
      num(x$objective),
      if (has_penalty(x$settings)) {
        sprintf(" (loss %s + penalty %s)", num(x$loss), num(x$penalty))
      }
    ),
    if (!is.na(explained)) {
      squares <- identical(x$settings$loss, "frobenius")
      of <- if (squares) "sum of squares" else "deviance from the features' means"
      c(explained = sprintf("%.2f%% of the %s", 100 * explained, of))
    },
    certificate = paste0(
      "KKT residual ", formatC(x$certificate$kkt, digits = 2, format = "g"),
      " (tol ", num(x$settings$tol), ")",
      describe_gap(max(unlist(x$certificate[c("gap_W", "gap_H")])), x$objective)
    )
  )
}

# The larger gap of the two half-problems, for losses that have one.
describe_gap <- function(gap, objective) {
  part <- gap / objective
  if (is.na(gap)) {
    return(NULL)
  }
  paste0(", duality gap ", if (is.finite(part) && part < 1) {
    paste0(formatC(100 * part, digits = 2, format = "g"), "% of objective")
  } else {
    formatC(gap, digits = 2, format = "g")
  })
}

describe_shares <- function(x, most = 6) {
  if (is_all_zero(x)) {
    return("all coefficients are 0: the penalties outweigh the data")
  }
  share <- component_share(x$W, x$H)
  shown <- seq_len(min(length(share), most))
  paste0(
    paste0(
      colnames(x$W)[shown], if (has_observations(x)) sprintf(" %.1f%%", 100 * share[shown]),
      collapse = ", "
    ),
    if (length(share) > most) sprintf(" and %d more", length(share) - most)
  )
}

# A fit without some of its components, see `[.nmf`.
is_selection <- function(x) !is.null(x$settings$selected_from)

# Between thousands; a comma is the decimal mark of some.
big_mark <- function() if (identical(getOption("OutDec"), ",")) " " else ","

count_of <- function(n, thing, things = paste0(thing, "s")) {
  paste0(format(n, big.mark = big_mark(), scientific = FALSE), " ", if (n == 1) thing else things)
}

# Lines. Those wider than the console are broken after commas and colons, and where that is not enough between
# words.
print_line <- function(...) {
  width <- getOption("width")
  for (line in strsplit(paste0(..., "\n"), "\n", fixed = TRUE)[[1]]) {
    writeLines(if (nchar(line) > width) broken_line(line, width) else line)
  }
}

broken_line <- function(line, width) {
  indent <- nchar(sub("[^ ].*", "", line))
  lines <- character()
  for (part in strsplit(line, "(?<=[,:]) ", perl = TRUE)[[1]]) {
    last <- length(lines)
    if (last && nchar(lines[last]) + 1 + nchar(part) <= width) {
      lines[last] <- paste(lines[last], part)
    } else {
      lines <- c(lines, if (last) paste0(strrep(" ", indent + 2), part) else part)
    }
  }
  first <- seq_along(lines) == 1
  unlist(Map(function(line, first) {
    if (nchar(line) <= width) {
      return(line)
    }
    strwrap(line, width + 1, indent = if (first) indent else indent + 2, exdent = indent + 2)
  }, lines, first), use.names = FALSE)
}

# "  name   text", the text wrapped to the width of the console.
print_fields <- function(fields) {
  indent <- max(nchar(names(fields))) + 4
  for (i in seq_along(fields)) {
    lines <- strwrap(fields[[i]], width = max(getOption("width"), indent + 30) - indent)
    label <- formatC(paste0("  ", names(fields)[i]), width = -indent)
    cat(label, paste(lines, collapse = paste0("\n", strrep(" ", indent))), "\n", sep = "")
  }
}
