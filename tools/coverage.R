# Which lines of R/ and src/ the tests reach, by covr: a table of files, the lowest first. Compiles without
# optimisation and runs all tests, so it takes a while. FILTER=name for some of the tests.

source("tools/common.R")
root()
if (!installed("covr")) fail("covr is needed: install.packages(\"covr\"), or r-cran-covr of Debian")
Sys.setenv(NOT_CRAN = "true", NONNEG_FUZZ = Sys.getenv("NONNEG_FUZZ", "300"))
filter <- Sys.getenv("FILTER")
code <- sprintf(
  "testthat::test_dir(%s, package = 'nonneg', load_package = 'installed', reporter = 'summary', stop_on_failure = FALSE%s)",
  deparse(file.path(root(), "tests", "testthat")), if (nzchar(filter)) sprintf(", filter = '%s'", filter) else ""
)
found <- covr::package_coverage(root(), type = "none", code = code, quiet = TRUE)
lines <- covr::tally_coverage(found, by = "line")
files <- aggregate(cbind(lines = 1, reached = lines$value > 0) ~ filename, lines, sum)
files$percent <- round(100 * files$reached / files$lines, 1)
print(files[order(files$percent), ], row.names = FALSE)
part <- function(which) round(100 * sum(files$reached[which]) / sum(files$lines[which]), 1)
r <- grepl("^R/", files$filename)
say("R: ", part(r), " %, C++: ", part(!r), " %, all: ", part(TRUE), " % of lines")
