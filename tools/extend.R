# Shows that a new loss, solver, ... is one file and a row: adds a toy of it to a copy of the package, builds and
# installs the copy in a temporary library, and checks there what the toy does against plain R. Nothing outside of
# the temporary folder is changed.
#
#   Rscript tools/extend.R              all kinds
#   Rscript tools/extend.R loss solver  some
#
# A kind is a file tools/extend/KIND.R that ends in
#   list(files = c(path = text),                   what is written
#        rows = list(list(path, from, to), ...),   and where a line is put: `from`, found once, becomes `to`
#        check = quote({ ... }))                   run with the package attached; stops if something is wrong

source("tools/common.R")
root()

kinds <- commandArgs(trailingOnly = TRUE)
known <- sub("\\.R$", "", list.files("tools/extend", pattern = "\\.R$"))
if (!length(kinds)) kinds <- known
if (length(unknown <- setdiff(kinds, known))) fail("no toy of the kind ", unknown[1], ": there are ", toString(known))

copy_of_package <- function() {
  to <- tempfile("extend-")
  dir.create(to)
  files <- list.files(".", recursive = TRUE, all.files = TRUE)
  files <- files[grepl("^(DESCRIPTION|NAMESPACE|R/|src/|data/|inst/)", files) & !grepl("[.](o|so|dll)$", files)]
  for (folder in unique(dirname(files))) dir.create(file.path(to, folder), recursive = TRUE, showWarnings = FALSE)
  file.copy(files, file.path(to, files))
  to
}

write_row <- function(row, home) {
  path <- file.path(home, row$path)
  text <- paste(readLines(path), collapse = "\n")
  places <- gregexpr(row$from, text, fixed = TRUE)[[1]]
  if (length(places) != 1 || places == -1) fail(row$path, " does not have, or has twice: ", row$from)
  writeLines(sub(row$from, row$to, text, fixed = TRUE), path)
}

try_kind <- function(kind) {
  toy <- source(file.path("tools/extend", paste0(kind, ".R")), local = new.env())$value
  home <- copy_of_package()
  library <- tempfile("library-")
  dir.create(library)
  on.exit(unlink(c(home, library), recursive = TRUE))
  for (path in names(toy$files)) writeLines(toy$files[[path]], file.path(home, path))
  for (row in toy$rows) write_row(row, home)
  compiled <- vapply(toy$rows, function(r) grepl("^src/(Makevars$|objects/)", r$path), NA)
  if (any(grepl("^src/.*[.]cpp$", names(toy$files))) && !any(compiled)) {
    fail("a new .cpp must be in a file of src/objects or in src/Makevars")
  }
  lines <- vapply(toy$files, function(text) length(strsplit(paste(text, collapse = "\n"), "\n")[[1]]), 0L)
  rows <- vapply(toy$rows, `[[`, "", "path")
  say(kind, ": ", paste0(names(lines), " (", lines, " lines)", collapse = ", "), "; a line in ", toString(rows))
  log <- file.path(library, "install.log")
  args <- c("CMD", "INSTALL", "--no-docs", "--no-test-load", "-l", shQuote(library), shQuote(home))
  old <- Sys.getenv("MAKEFLAGS")
  Sys.setenv(MAKEFLAGS = paste0("-j", cores()))
  status <- system2(r_binary(), args, stdout = log, stderr = log)
  Sys.setenv(MAKEFLAGS = old)
  if (status != 0) {
    message(paste(utils::tail(readLines(log), 30), collapse = "\n"))
    fail(kind, ": the copy with the toy could not be installed")
  }
  script <- file.path(library, "check.R")
  attach <- bquote(base::library(nonneg, lib.loc = .(library)))
  writeLines(c(deparse(attach), deparse(toy$check)), script)
  status <- system2(file.path(R.home("bin"), "Rscript"), shQuote(script))
  if (status != 0) fail(kind, ": the toy does not do what it should")
  say(kind, ": works")
}

for (kind in kinds) try_kind(kind)
