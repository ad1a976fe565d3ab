# Kullback-Leibler against an older build: how long each precision of this build takes to the objective at
# which the older one ended by its defaults, its start included. Where it ends in another optimum above that,
# what is told is the time to its own stop.

case_likelihood <- function(settings, peers) {
  old <- previous_library()
  if (is.null(old)) {
    return(NULL)
  }
  s <- settings$previous
  new <- dirname(find.package("nonneg"))
  run <- function(library, ...) {
    fresh("likelihood_work", list(..., s$small, settings$threads), library_path(library))
  }
  raw <- do.call(rbind, lapply(names(likelihood_sets()), function(name) {
    say("  ", name)
    do.call(rbind, lapply(seq_len(s$repetitions), function(repetition) {
      was <- run(old, name, -Inf, NULL)
      rows <- rbind(
        cbind(who = "previous", was),
        cbind(who = "double", run(new, name, was$objective, "double")),
        cbind(who = "mixed", run(new, name, was$objective, "mixed"))
      )
      cbind(work = name, repetition = repetition, rows)
    }))
  }))
  rows <- do.call(rbind, lapply(unique(raw$work), function(name) {
    of <- function(who) raw[raw$work == name & raw$who == who, ]
    do.call(rbind, lapply(c("double", "mixed"), function(who) {
      ratio <- stats::median(of("previous")$seconds / of(who)$seconds)
      result(
        paste0(name, ", ", who),
        sprintf("to the objective of %s; own end %+.3f %%", previous_commit, 100 *
          (stats::median(of(who)$objective) / stats::median(of("previous")$objective) - 1)),
        "s", of(who)$seconds, paste("nonneg", previous_commit), of("previous")$seconds, ratio,
        if (startsWith(name, "pbmc")) "1.7 times faster" else "",
        if (startsWith(name, "pbmc")) ratio >= 1.7 else NA
      )
    }))
  }))
  list(raw = list(likelihood = raw), rows = rows)
}

library_path <- function(library) {
  paste0("R_LIBS=", paste(c(library, .libPaths()), collapse = .Platform$path.sep))
}

likelihood_sets <- function() {
  list(
    "pbmc counts, KL, r = 10" = list(rank = 10, data = function(small) {
      x <- unnamed(Matrix::t(pbmc_counts()))
      if (small) x[1:2000, 1:200] else x
    }),
    "newsgroups counts, KL, r = 20" = list(rank = 20, data = function(small) {
      newsgroup_data(if (small) 1000 else Inf)$counts
    }),
    "leukemia, KL, r = 4" = list(rank = 4, data = function(small) nonneg::leukemia$x),
    "dense counts, KL, r = 10" = list(rank = 10, data = function(small) {
      x <- if (small) dense_data(200, 100) else dense_data(2000, 1000)
      set.seed(5)
      x[] <- as.double(stats::rpois(length(x), x * (5 / mean(x))))
      x
    })
  )
}

# In a fresh process: once to warm up, then the call itself. Where `target` is never reached, to its own stop.
likelihood_work <- function(name, target, precision, small, threads) {
  set <- likelihood_sets()[[name]]
  x <- set$data(small)
  control <- if (is.null(precision)) nonneg::nmf_control() else nonneg::nmf_control(precision = precision)
  call <- function(...) {
    set.seed(1)
    nonneg::nmf(
      x, set$rank, loss = "kullback-leibler", threads = threads, verbose = FALSE, control = control, ...
    )
  }
  suppressWarnings(call(max_iter = 3))
  seconds <- seconds_of(call())
  history <- attr(seconds, "value")$history
  end <- nrow(history)
  there <- match(TRUE, history$objective <= target, nomatch = end)
  data.frame(
    seconds = as.numeric(seconds) - (history$seconds[end] - history$seconds[there]),
    objective = history$objective[end], iterations = history$iteration[there]
  )
}
