# R CMD build and R CMD check as CRAN does, without its look-ups on the network.
# Exit status 1 at an error or a warning; notes are printed, and each should be
# explained in tools/check-notes.md.

source("tools/common.R")
root()

out <- scratch("check")
unlink(out, recursive = TRUE)
dir.create(out)

has_builder <- all(vapply(c("knitr", "rmarkdown"), installed, NA)) &&
  (nzchar(Sys.which("pandoc")) || nzchar(Sys.getenv("RSTUDIO_PANDOC")))
has_pages <- dir.exists("vignettes")
skip_pages <- has_pages && !has_builder
if (skip_pages) say("no knitr, rmarkdown or pandoc: the vignettes are left out")

# With --as-cran R looks up at CRAN, and fails where it cannot, whether suggested packages that
# are not installed have a maintainer. This answers for CRAN: a table of no packages.
no_packages <- function() {
  dir <- file.path(tempdir(), "cran", "web", "packages")
  dir.create(dir, recursive = TRUE)
  saveRDS(data.frame(Package = character(), Maintainer = character()), file.path(dir, "packages.rds"))
  paste0("file://", normalizePath(file.path(tempdir(), "cran")))
}

Sys.setenv(
  "_R_CHECK_CRAN_INCOMING_" = "false",
  "_R_CHECK_CRAN_INCOMING_REMOTE_" = "false",
  "_R_CHECK_FORCE_SUGGESTS_" = "false",
  # It asks a time server.
  "_R_CHECK_SYSTEM_CLOCK_" = "false",
  R_CRAN_WEB = no_packages(),
  OMP_THREAD_LIMIT = "2",
  MAKEFLAGS = paste0("-j", cores())
)

package <- root()
old <- setwd(out)
status <- system2(r_binary(), c("CMD", "build", if (skip_pages) "--no-build-vignettes", shQuote(package)))
tarball <- list.files(pattern = "^nonneg_.*\\.tar\\.gz$")
if (status != 0L || length(tarball) != 1L) fail("R CMD build failed")
say("built ", tarball, ", ", format(structure(file.size(tarball), class = "object_size"), units = "auto"))

status <- system2(r_binary(), c(
  "CMD", "check", "--as-cran", "--no-manual",
  if (skip_pages) "--ignore-vignettes", tarball
))
setwd(old)

log <- readLines(file.path(out, "nonneg.Rcheck", "00check.log"), warn = FALSE)
entry <- cumsum(grepl("^\\* ", log))
entries <- split(log, entry)
# The verdict ends the first line of an entry, or stands on a line of its own.
ends <- function(kind) {
  Filter(function(entry) {
    grepl(paste0("\\.\\.\\..* ", kind, "$"), entry[[1L]]) || any(grepl(paste0("^ *", kind, "$"), entry))
  }, entries)
}
errors <- ends("ERROR")
warnings <- ends("WARNING")
notes <- ends("NOTE")

explained <- readLines("tools/check-notes.md", warn = FALSE)
explained <- sub("^## ", "", explained[grepl("^## ", explained)])
for (note in notes) {
  title <- sub("^\\* (.*?) \\.\\.\\..*", "\\1", note[[1L]], perl = TRUE)
  known <- if (title %in% explained) "explained in" else "NOT explained in"
  cat("\nNote (", known, " tools/check-notes.md):\n", sep = "")
  writeLines(note)
}
cat(sprintf(
  "\nR CMD check: %d errors, %d warnings, %d notes\n", length(errors), length(warnings), length(notes)
))
if (status != 0L || length(errors) || length(warnings)) {
  for (entry in c(errors, warnings)) writeLines(c("", entry))
  fail("R CMD check found something; its log is build-tmp/check/nonneg.Rcheck/00check.log")
}
