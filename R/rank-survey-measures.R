# What a survey tells of its ranks, from what was kept of the fits.

survey_measures <- function(data, ranks, best, runs) {
  rows <- lapply(seq_along(ranks), function(k) {
    fit <- best[[k]]
    if (is.null(fit)) {
      return(data.frame(
        rank = ranks[k], loss = NA_real_, rss = NA_real_, explained = NA_real_, sparseness_W = NA_real_,
        sparseness_H = NA_real_, kkt = NA_real_, iterations = NA_integer_, spread = NA_real_
      ))
    }
    components <- summary(fit)$components
    fitted <- fit_squares(data, fit)
    reached <- runs$objective[runs$rank == ranks[k] & runs$from == "restarts" & is.na(runs$error)]
    data.frame(
      rank = ranks[k], loss = fit$loss, rss = fitted$rss, explained = 1 - fitted$rss / fitted$total,
      sparseness_W = mean(components$sparseness_W, na.rm = TRUE),
      sparseness_H = mean(components$sparseness_H, na.rm = TRUE),
      kkt = fit$certificate$kkt, iterations = max(fit$history$iteration),
      spread = if (min(reached) > 0) max(reached) / min(reached) - 1 else 0
    )
  })
  do.call(rbind, rows)
}

# Residual and total sum of squares over the entries that are there, without their weights.
fit_squares <- function(data, fit) {
  data[c("entry_weights", "row_weights", "column_weights")] <- list(NULL)
  data$weighted <- FALSE
  list(rss = sum(column_rss(data, fit$W, fit$H)), total = sum(column_squares(data$x)))
}

# Of every fit, how much its classes and its components are those of the best fit of its rank.
runs_against_best <- function(runs, best, members, similarity) {
  runs$agreement <- runs$similarity <- NA_real_
  for (r in names(members)) {
    for (from in names(members[[r]])) {
      at <- which(runs$rank == as.integer(r) & runs$from == from & is.na(runs$error))
      runs$agreement[at] <- apply(members[[r]][[from]], 2, adjusted_rand, class_number(best[[r]]))
      runs$similarity[at] <- colMeans(matrix(similarity[[r]][[from]], as.integer(r)))
    }
  }
  runs[c(setdiff(names(runs), "error"), "error")]
}

survey_stability <- function(runs, members, max_n) {
  rows <- list()
  for (r in names(members)) {
    for (from in names(members[[r]])) {
      m <- members[[r]][[from]]
      of <- runs[runs$rank == as.integer(r) & runs$from == from & is.na(runs$error), ]
      rows[[length(rows) + 1]] <- data.frame(
        rank = as.integer(r), from = from, fits = ncol(m),
        as.list(new_consensus(m, as.integer(r), max_n)$measures),
        agreement = mean(of$agreement, na.rm = TRUE), agreement_se = standard_error(of$agreement),
        similarity = mean(of$similarity), similarity_se = standard_error(of$similarity)
      )
    }
  }
  do.call(rbind, rows)
}

standard_error <- function(v) {
  v <- v[!is.na(v)]
  if (length(v) > 1) stats::sd(v) / sqrt(length(v)) else NA_real_
}

survey_components <- function(ranks, best, similarity) {
  do.call(rbind, lapply(seq_along(ranks), function(k) {
    near <- similarity[[k]]
    near <- if (is.null(near$resamples)) near$restarts else near$resamples
    if (is.null(best[[k]]) || is.null(near)) {
      return(NULL)
    }
    near <- matrix(near, ranks[k])
    data.frame(
      rank = ranks[k], component = colnames(best[[k]]$W), similarity = rowMeans(near),
      low = apply(near, 1, stats::quantile, 0.1, names = FALSE)
    )
  }))
}
