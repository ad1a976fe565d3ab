# What is no store, or no longer one, is told as such; nothing half written opens.

# A copy of a store whose files can be changed.
copy_of <- function(store, env = parent.frame()) {
  path <- withr::local_tempfile(.local_envir = env)
  dir.create(path)
  file.copy(list.files(store$path, full.names = TRUE), path)
  path
}

# One byte of a file is another.
damage <- function(path, name, at = 1) {
  file <- file.path(path, name)
  bytes <- readBin(file, "raw", file.size(file))
  bytes[at] <- xor(bytes[at], as.raw(0x55))
  writeBin(bytes, file)
}

hide_paths <- function(lines) {
  lines <- gsub("'[^']*[/\\\\]([^'/\\\\]*)'", "'<path>'", lines)
  gsub("(^|[ (])(/|[A-Z]:)[^ ,;]*", "\\1<path>", lines)
}

test_that("missing, foreign, older, damaged and cut stores are errors that say so", {
  withr::local_options(cli.width = 500)
  x <- methods::as(block_data(), "CsparseMatrix")
  store <- local_store(x)
  foreign <- withr::local_tempdir()
  writeLines("Store: other", file.path(foreign, "header"))
  file <- withr::local_tempfile(lines = "text")
  changed <- function(change) {
    path <- copy_of(store, parent.frame())
    change(path)
    path
  }
  expect_snapshot({
    fault(open_store(tempfile()))
    fault(open_store(file))
    fault(open_store(tempdir()))
    fault(open_store(foreign))
    fault(open_store(3))
    fault(open_store(changed(function(p) change_header(p, "^Version: 1", "Version: 0"))))
    fault(open_store(changed(function(p) change_header(p, "^Version: 1", "Version: 2"))))
    fault(open_store(changed(function(p) change_header(p, "little", "big"))))
    fault(open_store(changed(function(p) change_header(p, "^Rows: 24", "Rows: 23", sum = FALSE))))
    fault(open_store(changed(function(p) unlink(file.path(p, "rows")))))
    fault(open_store(changed(function(p) writeBin(raw(10), file.path(p, "values")))))
    fault(open_store(changed(function(p) damage(p, "row-names"))))
    fault(open_store(changed(function(p) damage(p, "columns", 10))))
    fault(open_store(changed(function(p) damage(p, "values")), verify = TRUE))
    fault(open_store(path, verify = 2))
  }, transform = hide_paths)
})

test_that("entries that are no rows are found as they are read, not written to", {
  x <- methods::as(block_data(), "CsparseMatrix")
  for (at in c(1, 4)) {
    path <- copy_of(local_store(x))
    damage(path, "rows", at)
    store <- open_store(path)
    expect_error(nmf(store, 2), "damaged")
    expect_error(store[, 1], "damaged", class = "nonneg_error_input")
    expect_error(residuals(nmf(x, 2), store, at = cbind(1, 1)), "damaged")
  }
})

test_that("a store that changes after it was opened is noticed before the next fit", {
  withr::local_options(cli.width = 500)
  x <- block_data()
  store <- local_store(x)
  writeBin(raw(100), file.path(store$path, "values"))
  expect_snapshot(fault(nmf(store, 2)), transform = hide_paths)
  other <- local_store(x)
  nmf_store(x + 1, other$path, overwrite = TRUE)
  expect_snapshot(fault(nmf(other, 2)), transform = hide_paths)
  unlink(store$path, recursive = TRUE)
  expect_snapshot(fault(nmf(store, 2)), transform = hide_paths)
})

test_that("a store is not written over anything, unless it is told to, and leaves nothing if it fails", {
  withr::local_options(cli.width = 500)
  x <- block_data()
  folder <- withr::local_tempdir()
  path <- file.path(folder, "store")
  nmf_store(x, path)
  bad <- replace(x, 24 * 17 + 3, -1)
  expect_snapshot({
    fault(nmf_store(x, path))
    fault(nmf_store(x, folder, overwrite = TRUE))
    fault(nmf_store(x, file.path(folder, "no", "where")))
    fault(nmf_store(x, 1))
    fault(nmf_store(bad, path, overwrite = TRUE))
    fault(nmf_store(replace(x, 5, NaN), file.path(folder, "new")))
    fault(nmf_store(replace(x, 5, Inf), file.path(folder, "new")))
    fault(nmf_store(replace(x, 5, 1e306), file.path(folder, "new")))
    fault(nmf_store("text.csv", file.path(folder, "new")))
    fault(nmf_store(x, path, "int"))
    fault(nmf_store(x, path, features = "some"))
  }, transform = hide_paths)
  expect_identical(list.files(folder), "store")
  expect_identical(as.matrix(open_store(path)), x)
  nmf_store(x + 1, path, overwrite = TRUE)
  expect_identical(as.matrix(open_store(path)), x + 1)
  expect_identical(list.files(folder), "store")
  # A function that fails in the middle.
  expect_error(nmf_store(x, path, transform = function(b) stop("no more"), overwrite = TRUE), "no more")
  expect_identical(list.files(folder), "store")
})

test_that("the fault of a late block is told with its place in the whole", {
  withr::local_options(cli.width = 500)
  blocks <- nmf_blocks(function(first, last) {
    x <- matrix(1, 2000, last - first + 1)
    if (last == 9000) x[7, ncol(x) - 2] <- -3
    x
  }, c(2000, 9000))
  expect_snapshot(fault(nmf_store(blocks, tempfile())))
  part <- function(x) methods::as(x, "CsparseMatrix")
  x <- block_data()
  bad <- replace(x, 24 * 4 + 2, NaN)
  expect_snapshot(fault(nmf_store(list(part(x), late = part(bad)), tempfile())))
})

test_that("a fault in block 900 of 1000 of a file is told with the file, row and column, and nothing is left", {
  withr::local_options(cli.width = 500)
  folder <- withr::local_tempdir()
  path <- file.path(folder, "store")
  names <- list(paste0("g", 1:6), paste0("c", 1:2000))
  read_until <- 0
  reader <- function(sparse, at, value) {
    x <- matrix(as.double(seq_len(6 * 2000)), 6)
    x[at] <- value
    blocks <- split(1:2000, rep(1:1000, each = 2))
    one <- function(j) {
      read_until <<- j[2]
      block <- x[, j, drop = FALSE]
      if (sparse) methods::as(block, "CsparseMatrix") else block
    }
    named_reader(blocks_reader(dim(x), names, blocks, "file \"cells.h5\"", "TENxMatrix", one))
  }
  cell <- cbind(4, 1799)
  for (sparse in c(FALSE, TRUE)) {
    expect_error(
      write_store(list(reader(sparse, cell, -2)), path, NULL, list(), FALSE, FALSE, FALSE),
      "negative.*Row 4 \\(\"g4\"\\), column 1799 \\(\"c1799\"\\) is -2.*It comes from file \"cells.h5\"",
      class = "nonneg_error_input"
    )
    expect_identical(read_until, 1800L)
    # What does not fit a type is seen as it is written, which is while the next block is read.
    expect_error(
      write_store(list(reader(sparse, cell, 70000)), path, "uint16", list(), FALSE, FALSE, FALSE),
      "Row 4 \\(\"g4\"\\), column 1799 \\(\"c1799\"\\) is 70000.*It comes from file \"cells.h5\"",
      class = "nonneg_error_input"
    )
    expect_lte(read_until, 1802L)
    # The last block, too.
    expect_error(
      write_store(list(reader(sparse, cbind(6, 2000), 70000)), path, "uint16", list(), FALSE, FALSE, FALSE),
      "Row 6 \\(\"g6\"\\), column 2000", class = "nonneg_error_input"
    )
    expect_identical(list.files(folder), character())
  }
})

test_that("a store that may only be read is read, and one that was renamed is opened under its new name", {
  skip_on_os("windows")
  x <- block_data()
  start <- random_start(24, 18, 2)
  store <- local_store(x)
  want <- nmf(store, 2, init = start, max_iter = 5)
  moved <- withr::local_tempfile()
  file.rename(store$path, moved)
  expect_error(nmf(store, 2), "nothing at", class = "nonneg_error_input")
  files <- list.files(moved, full.names = TRUE)
  Sys.chmod(files, "0444")
  Sys.chmod(moved, "0555")
  withr::defer({
    Sys.chmod(moved, "0755")
    Sys.chmod(files, "0644")
  })
  read_only <- open_store(moved, verify = TRUE)
  expect_identical(as.matrix(read_only), x)
  expect_identical(nmf(read_only, 2, init = start, max_iter = 5)$W, want$W)
  skip_if(file.access(moved, 2) == 0, "the user may write everywhere")
  expect_error(nmf_store(x, file.path(moved, "new")), "can be written to", class = "nonneg_error_input")
})

test_that("a conversion that is killed leaves nothing that opens, and the next one clears up", {
  skip_on_os("windows")
  skip_on_cran()
  skip_if_not(installed_here(), "the package is not installed")
  folder <- withr::local_tempdir()
  path <- file.path(folder, "store")
  run_in_background(c(
    "library(nonneg)", sprintf("path <- %s", deparse(path)),
    "slow <- nmf_blocks(function(first, last) {",
    "  if (first > 1) { writeLines(as.character(Sys.getpid()), paste0(path, '.pid')); Sys.sleep(60) }",
    "  matrix(1, 2000, last - first + 1)",
    "}, c(2000, 9000))",
    "nmf_store(slow, path)"
  ))
  expect_true(appears(paste0(path, ".pid"), 60))
  Sys.sleep(0.2)
  pid <- as.integer(readLines(paste0(path, ".pid")))
  # While it is written nobody else writes it.
  expect_error(nmf_store(block_data(), path), "is writing", class = "nonneg_error_input")
  tools::pskill(pid, tools::SIGKILL)
  Sys.sleep(0.3)
  expect_true(dir.exists(paste0(path, ".part")))
  expect_error(open_store(path), "nothing at", class = "nonneg_error_input")
  expect_error(open_store(paste0(path, ".part")), "not finished", class = "nonneg_error_input")
  expect_identical(as.matrix(nmf_store(block_data(), path)), block_data())
  expect_false(dir.exists(paste0(path, ".part")))
})

test_that("a full disk is an error that says so", {
  skip_on_os("windows")
  skip_on_cran()
  skip_if_not(installed_here(), "the package is not installed")
  folder <- withr::local_tempdir()
  # Files may not grow beyond a limit, as on a full disk.
  script <- withr::local_tempfile(lines = c(
    library_paths(), "library(nonneg)",
    sprintf("e <- tryCatch(nmf_store(matrix(1:4e6 + 0.1, 1000), file.path(%s, 'store')), error = function(e) e)", deparse(folder)),
    "cat(class(e)[1], conditionMessage(e))"
  ))
  command <- sprintf("trap '' XFSZ; ulimit -f 2000; %s --vanilla %s", shQuote(file.path(R.home("bin"), "Rscript")), shQuote(script))
  out <- paste(system2("bash", c("-c", shQuote(command)), stdout = TRUE, stderr = TRUE), collapse = " ")
  expect_match(out, "nonneg_error_input.*cannot be written.*values.*cannot be written")
  expect_identical(list.files(folder), character())
})
