# Runs the benchmarks and writes bench/results: all repetitions as CSV, one table
# (README.md), one picture (benchmark.png).
#
#   make bench                       everything, at the sizes of the table
#   make bench BENCH=quick           small sizes, into build-tmp/bench/results
#   make bench BENCH="sparse dense"  some of the cases only
#
# Environment: NONNEG_PYTHON, a Python that has scikit-learn; NONNEG_OPENBLAS, the
# shared library of OpenBLAS.

suppressPackageStartupMessages(library(Matrix)) # RcppML fails where it is not attached
source("tools/install-deps.R")
root()
cache <- function(...) {
  dir.create(scratch("bench"), showWarnings = FALSE)
  scratch("bench", ...)
}
for (file in list.files(c("bench/lib", "bench/cases"), "[.]R$", full.names = TRUE)) source(file)

cases <- list(
  dense = case_dense, blas = case_blas, sparse = case_sparse, memory = case_memory,
  growth = case_growth, restarts = case_restarts, divergence = case_divergence,
  missing = case_missing, solvers = case_solvers, start = case_start, survey = case_survey,
  joint = case_joint, documents = case_documents, topics = case_topics, graphs = case_graphs,
  previous = case_previous, likelihood = case_likelihood,
  store = case_store, store_kl = case_store_kl, conversion = case_conversion, online = case_online,
  machines = case_machines, beyond = case_beyond,
  beyond_dense = case_beyond_dense
)

benchmark <- function(arguments) {
  size <- if ("quick" %in% arguments) "quick" else "full"
  chosen <- setdiff(arguments, c("quick", "full"))
  unknown <- setdiff(chosen, names(cases))
  if (length(unknown)) fail("no case ", unknown[1], "; there are ", paste(names(cases), collapse = ", "))
  # What takes 20 GB of disk has to be asked for.
  all_of_them <- !length(chosen)
  if (all_of_them) chosen <- setdiff(names(cases), c("beyond", "beyond_dense"))

  results <- if (size == "full") file.path("bench", "results") else cache("results")
  if (size == "quick") unlink(results, recursive = TRUE) # an older version may have had other columns
  dir.create(results, recursive = TRUE, showWarnings = FALSE)
  settings <- settings_for(size)
  settings$threads <- min(settings$threads, cores())
  peers <- load_peers()
  began <- seconds_now()
  for (name in names(cases)[names(cases) %in% chosen]) {
    say("case ", name)
    case_began <- seconds_now()
    out <- cases[[name]](settings, peers)
    for (file in names(Filter(NROW, out$raw))) {
      write_table(out$raw[[file]], file.path(results, paste0(file, ".csv")))
    }
    if (!is.null(out$rows)) update_summary(name, out$rows, results, machine())
    say(sprintf("case %s: %.0f s", name, seconds_now() - case_began))
    gc(verbose = FALSE)
  }
  # Some cases have files only.
  if (file.exists(file.path(results, "summary.csv"))) {
    write_report(results, machine(), peers, settings, all = all_of_them)
    draw_picture(results)
  }
  say(sprintf("%.0f s; the results are in %s", seconds_now() - began, results))
}

arguments <- commandArgs(trailingOnly = TRUE)
if (identical(arguments[1], "--fresh")) {
  evaluate_fresh(arguments[2:3])
} else {
  benchmark(unlist(strsplit(arguments, "[ ,]+")))
}
