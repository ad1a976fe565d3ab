# Runs all tests on a fresh installation in build-tmp/library, and prints the
# totals. Exit status 1 if a test failed, or if there was none.
#
#   Rscript tools/test.R           all
#   Rscript tools/test.R init      the files whose name matches "init"

# Out of sight of the tests, which would find its functions before testthat's.
tools <- new.env()
sys.source("tools/common.R", tools)
tools$root()
tools$use_development_library()

filter <- commandArgs(trailingOnly = TRUE)
filter <- if (length(filter)) filter[[1L]]
# Tests of pictures and of slow things are skipped on CRAN only.
Sys.setenv(NOT_CRAN = "true")
totals_file <- tools$scratch("test-totals.txt")
unlink(totals_file)

# testthat deletes pictures that no test named. Where tests were skipped, because vdiffr
# is missing, say, they are put back.
pictures <- list.files("tests/testthat/_snaps", "\\.svg$", recursive = TRUE, full.names = TRUE)
drawn <- lapply(pictures, readLines, warn = FALSE)

results <- as.data.frame(testthat::test_dir(
  "tests/testthat",
  package = "nonneg", load_package = "installed", filter = filter,
  reporter = testthat::SummaryReporter$new(show_praise = FALSE, max_reports = 50L),
  stop_on_failure = FALSE
))

if (any(results$skipped)) {
  for (k in which(!file.exists(pictures))) {
    dir.create(dirname(pictures[k]), recursive = TRUE, showWarnings = FALSE)
    writeLines(drawn[[k]], pictures[k])
  }
}

failed <- results$failed > 0 | results$error
skipped <- results$skipped & !failed
totals <- sprintf(
  "%d passed, %d failed, %d skipped", sum(!failed & !skipped), sum(failed), sum(skipped)
)
writeLines(totals, totals_file)

slow <- utils::head(results[order(-results$real), ], 5L)
slow <- slow[slow$real > 5, ]
if (nrow(slow)) {
  cat("\nSlowest tests:\n")
  cat(sprintf("  %6.1f s  %s: %s\n", slow$real, slow$file, slow$test), sep = "")
}
if (any(results$warning > 0)) {
  cat("\nTests with warnings:\n")
  cat(sprintf("  %s: %s\n", results$file, results$test)[results$warning > 0], sep = "")
}
cat("\n", sum(results$nb), " expectations in ", nrow(results), " tests\n", totals, "\n", sep = "")
if (any(failed) || !nrow(results)) quit(save = "no", status = 1L)
