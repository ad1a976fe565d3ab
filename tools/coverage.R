# Which lines of R/ and src/ the tests reach, by covr: a table of files, the lowest first, and the lines that no test
# reached in build-tmp/coverage/unreached.txt. FILTER=name for some of the tests, JOBS=1 for one process.
#
# The package is built in build-tmp/coverage, and compiled objects are used again until what they are made of changes.
# At -O0, as covr would have it, the loops of the core are slow; at -O1 lines still stand for themselves.
# The files of tests are shared out among as many processes as there are cores.
#
# Tests kill processes, some of them while they write down what they reached. What such a process leaves
# cannot be read, and would end the whole run: it is left out.

source("tools/common.R")
root()
for (package in c("covr", "testthat")) {
  if (!installed(package)) fail(package, " is needed: install.packages(\"", package, "\"), or r-cran-", package, " of Debian")
}
Sys.setenv(NOT_CRAN = "true", NONNEG_FUZZ = Sys.getenv("NONNEG_FUZZ", "300"), MAKEFLAGS = paste0("-j", cores()))
need_compiler()

copy <- scratch("coverage", "package")
stale <- sync_sources(copy, c("R", "src", "data", "inst"), c("DESCRIPTION", "NAMESPACE"))
# covr deletes the objects when it is done, so they are kept elsewhere.
objects <- scratch("coverage", "objects")
if (stale) unlink(objects, recursive = TRUE)
unlink(list.files(copy, "\\.(o|so|gcno|gcda|gcov)$", recursive = TRUE, full.names = TRUE))
kept <- list.files(objects, recursive = TRUE)
file.copy(file.path(objects, kept), file.path(copy, "src", kept), copy.date = TRUE)

# The files of tests, the largest first, each to the process that has the least so far: the size of a file tells little
# of its time, but the sum over many does.
tests <- file.path(root(), "tests", "testthat")
names <- list.files(tests, "^test-.*\\.R$")
size <- file.size(file.path(tests, names))
names <- sub("^test-(.*)\\.R$", "\\1", names)
wanted <- order(-size)[grepl(Sys.getenv("FILTER"), names)[order(-size)]]
load <- numeric(as.integer(Sys.getenv("JOBS", cores())))
share <- integer()
for (k in wanted) {
  least <- which.min(load)
  load[least] <- load[least] + size[k]
  share <- c(share, least)
}
scripts <- vapply(split(names[wanted], share), function(some) {
  file <- tempfile("tests", fileext = ".R")
  writeLines(c("library(nonneg)", deparse(bquote(testthat::test_dir(
    .(tests), package = "nonneg", load_package = "installed", reporter = "summary", stop_on_failure = FALSE,
    filter = .(paste0("^(", paste(some, collapse = "|"), ")$"))
  )))), file)
  file
}, "")

# What covr runs once the package is installed: keep the objects, then all processes side by side.
made <- "made <- list.files(file.path(copy, 'src'), '[.](o|gcno)$', recursive = TRUE)"
log <- scratch("coverage", "tests")
commands <- sprintf("%s --vanilla %s > %s 2>&1 &", shQuote(file.path(R.home("bin"), "Rscript")), shQuote(scripts),
  shQuote(paste0(log, seq_along(scripts), ".log")))
code <- c(
  paste("copy <-", deparse(copy)), paste("objects <-", deparse(objects)), made,
  "for (dir in unique(dirname(file.path(objects, made)))) dir.create(dir, recursive = TRUE, showWarnings = FALSE)",
  "invisible(file.copy(file.path(copy, 'src', made), file.path(objects, made), overwrite = TRUE, copy.date = TRUE))",
  sprintf("system(%s)", deparse(paste(c(commands, "wait"), collapse = "\n"))),
  "traces <- list.files(dirname(find.package('nonneg')), '^covr_trace_', full.names = TRUE)",
  "whole <- function(file) !inherits(try(readRDS(file), silent = TRUE), 'try-error')",
  "traces <- traces[!vapply(traces, whole, NA)]",
  "if (length(traces)) message('left out, of processes that were killed: ', length(traces))",
  "unlink(traces)"
)

loadNamespace("covr") # sets the option
options(covr.flags = vapply(getOption("covr.flags"), sub, "", pattern = "-O0", replacement = "-O1"))
found <- covr::package_coverage(copy, type = "none", code = code, quiet = TRUE, pre_clean = FALSE)

lines <- covr::tally_coverage(found, by = "line")
files <- aggregate(cbind(lines = 1, reached = lines$value > 0) ~ filename, lines, sum)
files$percent <- round(100 * files$reached / files$lines, 1)
print(files[order(files$percent), ], row.names = FALSE)
missed <- lines[lines$value == 0, ]
missed <- missed[order(missed$filename, missed$line), ]
text <- lapply(split(missed, missed$filename), function(of) {
  source <- readLines(file.path(copy, of$filename[1L]), warn = FALSE)
  sprintf("%s:%d: %s", of$filename, of$line, trimws(source[of$line]))
})
writeLines(unlist(text), scratch("coverage", "unreached.txt"))
part <- function(which) round(100 * sum(files$reached[which]) / sum(files$lines[which]), 1)
r <- grepl("^R/", files$filename)
say("R: ", part(r), " %, C++: ", part(!r), " %, all: ", part(TRUE), " % of lines")
