# This build against an older one, side by side: what users call, with all defaults, and single iterations. A
# fit is held against the old one by its time to its own certified stop and by the objective reached there.

case_previous <- function(settings, peers) {
  old <- previous_library()
  if (is.null(old)) {
    return(NULL)
  }
  libraries <- list(nonneg = dirname(find.package("nonneg")), previous = old)
  s <- settings$previous
  works <- previous_works()
  if (length(s$works)) works <- works[s$works]
  raw <- do.call(rbind, lapply(names(works), function(name) {
    say("  ", name)
    # What takes a minute is less disturbed by what else the machine does, and is run once.
    times <- if (isTRUE(works[[name]]$times == 1)) 1 else s$repetitions
    cbind(work = name, paired_builds("previous_work", list(name, s$small, settings$threads), libraries, times))
  }))
  rows <- lapply(names(works), function(name) previous_row(name, works[[name]]$kind, raw[raw$work == name, ]))
  list(raw = list(previous = raw), rows = do.call(rbind, rows))
}

previous_row <- function(name, kind, raw) {
  new <- raw[raw$who == "nonneg", ]
  old <- raw[raw$who == "previous", ]
  ratio <- stats::median(old$seconds / new$seconds)
  above <- max(new$objective) / max(old$objective) - 1
  measure <- if (kind == "fit") {
    sprintf("to its stop; objective %+.3f %%", 100 * above)
  } else {
    c(iteration = "one iteration", call = "the call")[[kind]]
  }
  result(
    name, measure, "s", new$seconds, paste("nonneg", previous_commit), old$seconds, ratio,
    "not slower by 5 %", ratio >= 1 / 1.05
  )
}

# In a fresh process: once to warm up, then a few times, and the median; long works only once.
previous_work <- function(name, small, threads) {
  # Other packages' functions come later: the library in front decides which build this is.
  work <- previous_works()[[name]]
  call <- work$make(small, threads)
  times <- if (is.null(work$times)) 3 else work$times
  if (times > 1) call()
  one <- lapply(seq_len(times), function(k) {
    gc(verbose = FALSE)
    call()
  })
  seconds <- vapply(one, `[[`, 0, "seconds")
  data.frame(
    seconds = stats::median(seconds), objective = one[[1]]$objective, iterations = one[[1]]$iterations,
    version = as.character(utils::packageVersion("nonneg"))
  )
}

# name = list(kind, make = function(small, threads), times). make() returns a function that does the work
# once and gives list(seconds, objective, iterations).
previous_works <- function() {
  fit <- function(data, rank, ..., times = 3) {
    list(kind = "fit", times = times, make = function(small, threads) {
      x <- data(small)
      function() {
        set.seed(1)
        seconds <- seconds_of(nonneg::nmf(x, rank, ..., threads = threads, verbose = FALSE))
        f <- attr(seconds, "value")
        list(seconds = as.numeric(seconds), objective = f$objective, iterations = max(f$history$iteration))
      }
    })
  }
  iteration <- function(data, rank, ..., first = 5, last = 25, isa = NULL) {
    list(kind = "iteration", make = function(small, threads) {
      x <- data(small)
      whole <- x
      if (is.matrix(x)) whole[is.na(x)] <- 0
      start <- random_start(whole, rank)
      # The older build has double precision only: an iteration is held against one of the same kind.
      control <- if ("precision" %in% names(formals(nonneg::nmf_control))) {
        nonneg::nmf_control(precision = "double")
      } else {
        nonneg::nmf_control()
      }
      if (!is.null(isa)) utils::getFromNamespace("cpp_isa", "nonneg")(isa)
      function() {
        f <- suppressWarnings(nonneg::nmf(
          x, rank, ..., init = start[c("W", "H")], max_iter = last, tol = 0, threads = threads, verbose = FALSE,
          control = control
        ))
        list(seconds = history_slope(f, first, last), objective = f$objective, iterations = last)
      }
    })
  }
  call <- function(make, times = 3) {
    list(kind = "call", times = times, make = function(small, threads) {
      f <- make(small, threads)
      function() {
        set.seed(1)
        list(seconds = as.numeric(seconds_of(f())), objective = NA_real_, iterations = NA_integer_)
      }
    })
  }
  sized <- function(full, quick) function(small) if (small) quick() else full()
  dense <- sized(function() dense_data(4000, 3000), function() dense_data(400, 300))
  large <- sized(function() dense_data(10000, 5000), function() dense_data(1000, 500))
  unstructured <- sized(function() sparse_data(20000, 20000, 4e6), function() sparse_data(2000, 500, 2e4))
  logs <- sized(function() pbmc_log(), function() pbmc_log(2000, 200))
  counts <- sized(
    function() unnamed(Matrix::t(pbmc_counts())),
    function() unnamed(Matrix::t(pbmc_counts()))[1:2000, 1:200]
  )
  news <- sized(function() newsgroup_data()$weighted, function() newsgroup_data(1000)$weighted)
  middle <- sized(function() dense_data(2000, 1000), function() dense_data(200, 100))
  holes <- function(small) {
    x <- middle(small)
    set.seed(2)
    x[sample(length(x), length(x) / 10)] <- NA
    x
  }
  sparse_counts <- function(small) {
    x <- sparse_data(2000, if (small) 100 else 800, if (small) 2000 else 16000)
    x@x <- ceiling(3 * x@x)
    x
  }
  leukemia <- function(small) nonneg::leukemia$x
  austen <- function(small) nonneg::austen$x
  kl <- "kullback-leibler"
  list(
    "defaults: dense 4000 x 3000, r = 15" = fit(dense, 15),
    "defaults: austen, r = 6" = fit(austen, 6, times = 9),
    "defaults: leukemia, r = 3" = fit(leukemia, 3, times = 9),
    "defaults: log pbmc, r = 10" = fit(logs, 10),
    "defaults: log pbmc, r = 20" = fit(logs, 20),
    "defaults: pbmc counts, KL, r = 10" = fit(counts, 10, loss = kl, times = 1),
    "defaults: sparse 20000 x 20000, r = 20" = fit(unstructured, 20, times = 1),
    "defaults: newsgroups tf-idf, r = 20" = fit(news, 20, times = 1),
    "iteration: dense 10000 x 5000, r = 10" = iteration(large, 10),
    "iteration: dense 10000 x 5000, r = 20" = iteration(large, 20),
    "iteration: dense 10000 x 5000, r = 50" = iteration(large, 50),
    "iteration: dense 10000 x 5000, r = 20, AVX2" = iteration(large, 20, isa = "avx2"),
    "iteration: log pbmc, r = 20" = iteration(logs, 20),
    "iteration: log pbmc, r = 50" = iteration(logs, 50),
    "iteration: pbmc counts, KL, r = 10" = iteration(counts, 10, loss = kl),
    "iteration: dense 2000 x 1000, KL, r = 10" = iteration(middle, 10, loss = kl),
    "iteration: dense 2000 x 1000, IS, r = 10" = iteration(middle, 10, loss = "itakura-saito"),
    "iteration: dense 2000 x 1000, beta = 0.5, r = 10" = iteration(middle, 10, loss = 0.5),
    "iteration: dense 2000 x 1000, mu, r = 10" = iteration(middle, 10, solver = "mu"),
    "iteration: dense 2000 x 1000, 10 % missing, r = 10" = iteration(holes, 10),
    "restarts: leukemia, KL, r = 3, 10 starts" = fit(leukemia, 3, loss = kl, nrun = 10),
    "survey: leukemia, 2:5 x 10" = call(function(small, threads) {
      function() nonneg::nmf_survey(nonneg::leukemia$x, 2:5, nrun = if (small) 2 else 10)
    }),
    "cross_validate: leukemia, 2:4" = call(function(small, threads) {
      x <- nonneg::leukemia$x[seq_len(if (small) 200 else 2000), ]
      function() suppressWarnings(nonneg::cross_validate(x, 2:4, folds = 3, replicates = 1))
    }),
    "cross_validate: sparse counts 2000 x 800, r = 4, 2 folds" = call(function(small, threads) {
      x <- sparse_counts(small)
      function() suppressWarnings(nonneg::cross_validate(x, 4, folds = 2, replicates = 1))
    }, times = 1),
    "bootstrap: leukemia, r = 3" = call(function(small, threads) {
      f <- nonneg::nmf(nonneg::leukemia$x, 3)
      function() nonneg::nmf_bootstrap(f, nonneg::leukemia$x, 20)
    }),
    "predict: austen, KL, r = 6" = call(function(small, threads) {
      f <- nonneg::nmf(nonneg::austen$x, 6, loss = kl)
      function() predict(f, nonneg::austen$x)
    }),
    "nnls: 500 x 20, 5000 right-hand sides" = call(function(small, threads) {
      set.seed(3)
      A <- matrix(stats::runif(500 * 20), 500)
      B <- matrix(stats::runif(500 * 5000), 500)
      function() nonneg::nnls(A, B)
    })
  )
}

unnamed <- function(x) {
  x@Dimnames <- list(NULL, NULL)
  x
}
