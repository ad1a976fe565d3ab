#' Which loss fits the noise of the data?
#'
#' A loss believes that the variance of an entry goes with its mean \eqn{m} to some power: for the
#' beta-divergence \eqn{m^{2-\beta}}{m^(2 - beta)}, so 0 for Frobenius, 1 for Kullback-Leibler, 2 for
#' Itakura-Saito. `choose_loss()` measures the power, and says which loss has what it believes in. `plot()`
#' shows the measurement, which should be looked at: a slope is one number.
#'
#' A tenth of the entries is hidden and the others are fitted, under one loss after the other. The hidden
#' entries go into groups by their fitted values, and on logarithmic axes the slope of their mean squared
#' error over their mean fit is the power. (Entries that the fit has seen would not do, as it has bent towards
#' them.) It depends on the loss that was fitted, as a wrong one fits small entries badly; so a loss is judged
#' by the noise that it leaves itself:
#' 1. Of Frobenius, Kullback-Leibler and Itakura-Saito, which are the fast ones, the one whose measured power
#'    is nearest to what it believes is chosen, if that is within `close` of it.
#' 2. Otherwise beta = 0.5 and 1.5 are tried as well, and the nearest of all is chosen.
#' 3. For counts (whole numbers) the negative binomial, whose variance is \eqn{m + \phi m^2}{m + phi m^2}, is
#'    chosen if it describes what the Kullback-Leibler fit leaves clearly better than the variance \eqn{m} of
#'    Poisson counts (typical error on the logarithmic scale lower by a fifth), and nearly as well as any
#'    power does.
#'
#' Itakura-Saito needs positive data, or a `floor` in `control`; without, it is not tried where there are
#' zeros.
#'
#' The answer is about noise, and mixes it with what `rank` components do not fit; try a larger `rank` as
#' well. The loss that fits the noise need not be the best for the use; `vignette("choosing-a-loss")` tells
#' more, with examples.
#'
#' @param x,weights,missing,solver,max_iter,tol,threads,verbose,control,assay,layer See [nmf()]. (Penalties
#'   have no part in this.)
#' @param rank Number of components. Rather too many than too few.
#' @param part Part of the entries to hide, from 0.01 to 0.5.
#' @param groups Number of groups of hidden entries, at least 5; fewer are made where they would have less
#'   than ten entries.
#' @param close How near the measured power must be to what a fast loss believes.
#' @param object,main,digits,... For `autoplot()` the choice; a title; significant digits; graphical
#'   parameters of [graphics::par()] for `plot()`, otherwise empty.
#' @return An object of class `"nmf_loss_choice"`, which `nmf(loss = )` takes as it is: a list with
#' \describe{
#'   \item{`loss`}{the loss that was chosen, see [losses].}
#'   \item{`table`}{data frame with one row per loss that was tried: `loss`, `believed` and `measured` power,
#'     the `std.error` of the slope, `off`, their distance, and whether it was `chosen`. For the negative
#'     binomial, which is held against the Kullback-Leibler fit, these are `NA`.}
#'   \item{`groups`}{data frame with `loss`, `mean`, `variance` and `size` of each group of hidden entries.}
#'   \item{`dispersion`}{for counts, that which describes the groups best, else `NA`.}
#'   \item{`reason`}{in words.}
#' }
#' `tidy()` gives the table.
#' @references
#' Févotte C, Idier J (2011). Algorithms for nonnegative matrix factorization with the beta-divergence.
#' *Neural Computation* 23(9), 2421--2456. \doi{10.1162/NECO_a_00168}
#'
#' Tan VYF, Févotte C (2013). Automatic relevance determination in nonnegative matrix factorization with the
#' beta-divergence. *IEEE Transactions on Pattern Analysis and Machine Intelligence* 35(7), 1592--1605, which
#' relates the losses to the variance functions of Tweedie models. \doi{10.1109/TPAMI.2012.240}
#' @seealso [losses], [nmf()], [cross_validate()]
#' @examples
#' set.seed(1)
#' mean <- matrix(rgamma(200 * 3, 0.5, 0.1), 200) %*% matrix(rgamma(3 * 60, 0.5, 0.5), 3)
#' counts <- matrix(rpois(length(mean), mean), 200)
#' choice <- choose_loss(counts, rank = 3)
#' choice
#' plot(choice)
#' nmf(counts, 3, loss = choice)
#' @export
choose_loss <- function(x, rank, part = 0.1, groups = 20, close = 0.3, solver = NULL, max_iter = 500,
                        tol = 1e-4,
                        weights = NULL, missing = "NA", threads = NULL, verbose = interactive(),
                        control = nmf_control(), assay = NULL, layer = NULL, ...) {
  need_arguments(x, rank)
  check_dots_empty(...)
  part <- check_number(part, "part", min = 0.01, max = 0.5)
  groups <- check_count(groups, "groups", min = 5)
  close <- check_number(close, "close", min = 0)
  check_flag(verbose, "verbose")
  control <- check_control(control)
  data <- hold_data(nmf_data(x, "x", assay, layer, weights, missing), "{.fn choose_loss}")
  rank <- check_rank(rank, data$dim)
  if (!is.null(solver)) check_solver(solver, kullback_leibler())
  # Of the whole, in the order in which it is drawn: the same entries are hidden from all losses.
  out <- holdout_of(draw_holdout(data$dim, part))
  hidden <- hidden_entries(data, out)
  if (length(hidden$value) < 50) {
    abort_input(c(
      "{.fn choose_loss} must hide at least 50 entries, but {.arg part} = {part} of {.arg x} makes \\
       {length(hidden$value)}.",
      "i" = "Use a larger {.arg part}, or more data."
    ))
  }
  count <- min(groups, length(hidden$value) %/% 10)
  positive <- data$scan$nnz == data$observed || isTRUE(control$floor > 0)
  fast <- list(frobenius(), kullback_leibler(), if (positive) itakura_saito())
  arguments <- function(loss) {
    if (loss$zeros) control["floor"] <- list(NULL)
    own <- if (!is.null(solver) && solver %in% loss$solvers) solver
    list(
      loss = loss, solver = own, max_iter = max_iter, tol = tol, threads = threads, verbose = FALSE,
      control = control
    )
  }
  step <- progress_steps(5, verbose, "losses")
  on.exit(step$done())
  measure <- function(loss) {
    check_left_out(data, part, loss, "Use a sample of the columns.")
    fit <- quiet_fit(left_out(data, out, loss), rank, arguments(loss))
    step$one()
    noise_of(fit, hidden, count, loss_label(loss), 2 - loss$beta)
  }
  tried <- lapply(Filter(Negate(is.null), fast), measure)
  off <- vapply(tried, `[[`, 0, "off")
  if (!any(off <= close, na.rm = TRUE)) {
    tried <- c(tried, lapply(list(beta_divergence(0.5), beta_divergence(1.5)), measure))
    off <- vapply(tried, `[[`, 0, "off")
  }
  if (all(is.na(off))) {
    abort_input("The hidden entries of {.arg x} do not vary with their fit: no power can be measured.")
  }
  finish_choice(tried, which.min(off), whole_counts(data), data, close, match.call())
}

whole_counts <- function(data) {
  value <- values_of(data$x)
  all(value == trunc(value), na.rm = TRUE)
}

# list(row, column, value): hidden entries that are there, some 200,000 at most.
hidden_entries <- function(data, out, most = 2e5) {
  l <- data$dim[1]
  cell <- if (data$partial) {
    cells_of(data$x)
  } else {
    all <- prod(as.double(data$dim))
    share <- sum(out$out) / length(out$out)
    if (all * share <= 2 * most) seq_len(all) else unique(floor(stats::runif(1.2 * most / share, 0, all))) + 1
  }
  row <- row_of_cell(cell, l)
  column <- column_of_cell(cell, l)
  gone <- is_out(out, row, column)
  row <- row[gone]
  column <- column[gone]
  value <- observed_at(data, row, column)
  kept <- which(!is.na(value))
  if (length(kept) > most) kept <- sort(sample(kept, most))
  list(row = row[kept], column = column[kept], value = value[kept])
}

# What a fit leaves of hidden entries: groups by fitted value, and the power that goes through them.
noise_of <- function(fit, hidden, count, label, believed) {
  fitted <- entries_of_product(fit, hidden$row, hidden$column)
  seen <- which(fitted > 0)
  group <- ceiling(rank(fitted[seen], ties.method = "first") / length(seen) * count)
  mean_of <- function(v) as.vector(tapply(v, group, mean))
  df <- data.frame(
    loss = label, mean = mean_of(fitted[seen]), variance = mean_of((hidden$value[seen] - fitted[seen])^2),
    size = as.vector(table(group))
  )
  df <- df[df$variance > 0, ]
  line <- list(power = NA_real_, se = NA_real_, error = NA_real_)
  if (nrow(df) >= 3 && diff(range(log(df$mean))) > 0) {
    lm <- stats::lm(log(variance) ~ log(mean), df)
    line <- list(
      power = unname(stats::coef(lm)[2]), se = sqrt(stats::vcov(lm)[2, 2]),
      error = sqrt(mean(stats::residuals(lm)^2))
    )
  }
  list(
    label = label, believed = believed, power = line$power, se = line$se, off = abs(line$power - believed),
    error = line$error, groups = df
  )
}

# The dispersion whose m + phi m^2 is nearest to the variances on a logarithmic scale, and how near it and
# Poisson's m are.
count_noise <- function(df) {
  error <- function(phi) sqrt(mean((log(df$variance) - log(df$mean + phi * df$mean^2))^2))
  log_phi <- stats::optimize(function(p) error(exp(p)), log(c(1e-6, 1e4)))$minimum
  list(dispersion = exp(log_phi), error = error(exp(log_phi)), poisson = error(0))
}

finish_choice <- function(tried, best, counts, data, close, call) {
  table <- data.frame(
    loss = vapply(tried, `[[`, "", "label"), believed = vapply(tried, `[[`, 0, "believed"),
    measured = vapply(tried, `[[`, 0, "power"), std.error = vapply(tried, `[[`, 0, "se"),
    off = vapply(tried, `[[`, 0, "off"), chosen = seq_along(tried) == best
  )
  chosen <- tried[[best]]
  loss <- if (chosen$believed %in% 0:2) check_loss(chosen$label) else beta_divergence(2 - chosen$believed)
  written <- function(v) formatC(v, digits = 2, format = "f")
  reason <- sprintf(
    "its hidden entries vary with the power %s of their mean, and it believes in %s", written(chosen$power),
    format(chosen$believed)
  )
  dispersion <- NA_real_
  kl <- tried[[match("kullback-leibler", table$loss)]]
  if (counts && nrow(kl$groups) >= 3) {
    noise <- count_noise(kl$groups)
    dispersion <- noise$dispersion
    better <- isTRUE(noise$error < 0.8 * noise$poisson && noise$error <= 1.3 * kl$error)
    table <- rbind(table, data.frame(
      loss = "negative-binomial", believed = NA, measured = NA, std.error = NA, off = NA, chosen = better
    ))
    if (better) {
      table$chosen[seq_along(tried)] <- FALSE
      loss <- negative_binomial()
      reason <- sprintf(
        "counts vary as m + phi m^2 with phi = %s: typically off by a factor of %s, with m alone by %s",
        format(signif(dispersion, 2)), written(exp(noise$error)), written(exp(noise$poisson))
      )
    }
  }
  notes <- c(
    if (!"itakura-saito" %in% table$loss) "itakura-saito was not tried: x has zeros, which need a floor",
    if (loss$name != "negative-binomial" && chosen$off > close) "no loss is close: look at plot()"
  )
  structure(
    list(
      loss = loss, table = table, groups = do.call(rbind, lapply(tried, `[[`, "groups")),
      dispersion = dispersion,
      reason = reason, notes = notes, close = close, data = list(nrow = data$dim[1], ncol = data$dim[2]),
      call = call
    ),
    class = "nmf_loss_choice"
  )
}

#' @rdname choose_loss
#' @export
print.nmf_loss_choice <- function(x, digits = 2, ...) {
  check_dots_empty(...)
  check_digits(digits)
  print_line("Loss for the noise of ", count_of(x$data$nrow, "feature"), " x ",
    count_of(x$data$ncol, "observation"))
  print_fields(c(loss = loss_label(x$loss), because = x$reason))
  cat("\n")
  shown <- x$table
  for (name in c("measured", "std.error", "off")) {
    shown[[name]] <- ifelse(is.na(shown[[name]]), "", formatC(shown[[name]], digits = digits, format = "f"))
  }
  shown$believed <- ifelse(is.na(shown$believed), "", format(shown$believed))
  shown$chosen <- ifelse(shown$chosen, "<-", "")
  names(shown)[names(shown) == "chosen"] <- ""
  print(shown, row.names = FALSE)
  if (length(x$notes)) cat("\n")
  for (note in x$notes) cat(strwrap(note, prefix = "  ", width = getOption("width")), sep = "\n")
  invisible(x)
}

#' @rdname choose_loss
#' @method tidy nmf_loss_choice
#' @export
tidy.nmf_loss_choice <- function(x, ...) {
  check_dots_empty(...)
  as_tidy(x$table)
}

#' @rdname choose_loss
#' @export
plot.nmf_loss_choice <- function(x, ..., main = NULL) draw_plot(x, "nmf_loss_choice", "noise", list(...),
  main)

#' @rdname choose_loss
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_loss_choice <- function(object, ..., main = NULL) {
  auto_plot(object, "nmf_loss_choice", "noise", list(...), main)
}
