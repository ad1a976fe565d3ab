#' Data in a store on disk
#'
#' For data larger than memory: `nmf_store()` writes them, once, into a folder that the fitting code maps into
#' memory where it lies and reads at nearly the speed of memory. `open_store()` opens such a folder. Every
#' function of this package that takes data takes a store.
#'
#' A store is written block by block: of the data, never more than two blocks are in memory, one that is
#' written while the next one is read. What it holds is checked on the way, as [nmf()] does, and the facts
#' that a fit needs are kept beside the values, so that a fit to a store reads it once per iteration and no
#' more.
#'
#' @section What can be stored:
#' * Everything that [nmf()] takes, [nmf_blocks()] and stores included. Matrices of package DelayedArray, on
#'   disk or with operations that are still to be done, are read in blocks of whole chunks, sparse ones as
#'   sparse; so are assays of a `SummarizedExperiment` or `SingleCellExperiment` that are such matrices.
#' * Names of files: `.h5` of Cell Ranger (versions 2 and 3; `assay` is the genome, or the type of
#'   features), `.h5ad` of anndata (`X`, or `layer`, which may be `"raw"`), and `.mtx` or `.mtx.gz` in
#'   MatrixMarket format, with names in `genes.tsv` or `features.tsv` and `barcodes.tsv` beside it (gzipped
#'   or not). A folder that holds `matrix.mtx` or `matrix.mtx.gz` stands for that file. Files `.h5` and
#'   `.h5ad` need package rhdf5.
#' * Folders and matrices of package BPCells, where that package is installed (it is not on CRAN). What is
#'   stored by genes there is turned first, into temporary files of that package.
#' * A list of objects, or several names of files: their columns follow each other. Features are matched by
#'   name, in any order, and must be the same in all, or, with `features = "zeros"`, count as 0 where they are
#'   not. Names of the list, or of the vector of files, are put before the names of its columns.
#'
#' Features of Cell Ranger files go by their identifiers, which are unique.
#'
#' @section What reads it:
#' Every loss reads a store once per iteration, also with missing entries and weights of rows and columns. A
#' fit of the Frobenius loss goes the way that it goes in memory. The other losses have their rows of `W`
#' solved from what a read by columns gathers of them, for each row the slope and, up to rank 32, the Hessian,
#' else its diagonal: `rank * (rank + 5) / 2` numbers for each row, in memory. Their fits go other ways than
#' those in memory, and may end at another local minimum. Resamples of columns and rows, thinned and redrawn
#' counts become stores in the folder `getOption("nonneg.store_place", tempdir())`. A store that takes no more
#' than a quarter of the option `nonneg.memory` (1 GB) in memory is read into it instead. Weights of single
#' entries are as many as the data; they, `missing = "zeros"` and entries that are held out go by the place of
#' each entry in memory. These and the functions for corpora need all of the data there, and are an error where
#' that is more than `nonneg.memory`. Weights of rows and columns, `NA` and thinning
#' (`cross_validate(method = "thinning")`) do not.
#'
#' @section Types:
#' Values are kept as `"double"`, as `"float"` (32 bits) or as `"uint16"` (whole numbers from 0 to 65535), and
#' converted as they are read. The narrowest that loses nothing is found from the data: counts become
#' `"uint16"`, and a Frobenius fit to them has the bits of one to the matrix. With `type = "float"` values are
#' rounded to seven digits; what does not fit a type that was asked for is an error. Missing entries do not fit
#' `"uint16"`. In mixed precision (see [nmf_control()]), the default of large data, `"float"` is read fastest,
#' as nothing is converted.
#'
#' @section Safety:
#' A store appears under its name when it is complete, and not before: a conversion that was interrupted or
#' killed, or found the disk full, leaves nothing that opens; the next one to the same `path` removes what is
#' left of it. `open_store()` checks that the folder is a store of this version and this kind of processor,
#' that its description and names are what was written, and that no file is shorter or longer; with `verify =
#' TRUE` it reads all of it and compares checksums. The sizes are checked again before each fit. What is not
#' guarded against: a file that is cut short, or overwritten, while a fit reads it.
#'
#' A store may be read by several processes at a time. Pages that were read stay in the memory of the system
#' as long as it has room, and are its to take back; of a store that is larger than six tenths of memory only
#' a part is left to it, and the rest is dropped behind the reader. `options(nonneg.store_cache = )` is that
#' part in bytes.
#'
#' @param x What is to be stored, see below.
#' @param path Folder of the store. Its parent must exist.
#' @param type `"double"`, `"float"` or `"uint16"`; `NULL` is the narrowest that loses nothing.
#' @param overwrite `TRUE` replaces a store at `path`, when the new one is complete.
#' @param transform A function, or a list of functions that are applied one after another, of a block: some
#'   columns of `x`, a matrix or `dgCMatrix` with the names of its rows and columns. It returns these columns,
#'   all with the same rows, such as `log1p`, [counts_per()] or `function(x) x[chosen, ]`.
#' @param features `"all"`: several files or objects must have the same features. `"zeros"`: those that one
#'   lacks are 0.
#' @param negative See [nmf()].
#' @param verbose `TRUE` shows a progress bar where it takes longer than 2 s.
#' @param assay,layer See [adapters], and the kinds of files below.
#' @param verify `TRUE` compares the checksums of all files.
#' @param ... Not used; anything here is an error.
#' @return An object of class `"nmf_store"`, with `print()`, `dim()`, `dimnames()`, `x[i, j]` (in memory),
#'   `as.matrix()` and `as(x, "dgCMatrix")`. It holds the path, not the data: it can be saved, and given to
#'   other processes of this machine.
#' @seealso [nmf_blocks()] for data that are not stored, [predict.nmf()] with `store` for coefficients on
#' disk.
#' @examples
#' path <- tempfile()
#' store <- nmf_store(austen$x, path)
#' store
#' fit <- nmf(store, rank = 6)
#'
#' # Later, or in another session
#' store <- open_store(path)
#' store[1:3, 1:2]
#' table(predict(fit, store, type = "class"), austen$class)
#'
#' # Transformed on the way, files or objects side by side
#' halves <- list(first = austen$x[, 1:100], second = austen$x[, 101:269])
#' nmf_store(halves, tempfile(), transform = list(counts_per(1e4), log1p))
#' unlink(path, recursive = TRUE)
#' @export
nmf_store <- function(x, path, type = NULL, overwrite = FALSE, transform = NULL, features = c("all", "zeros"),
                      negative = "error", verbose = interactive(), assay = NULL, layer = NULL, ...) {
  need_arguments(x, path)
  check_dots_empty(...)
  if (!is.null(type)) type <- check_choice(type, store_types, "type")
  check_flag(overwrite, "overwrite")
  check_flag(verbose, "verbose")
  transform <- check_transform(transform)
  features <- pick(features, c("all", "zeros"), "features")
  negative <- check_choice(negative, c("error", "allow"), "negative") == "allow"
  path <- store_place(path, overwrite)
  readers <- store_readers(x, "x", assay, layer)
  on.exit(for (reader in readers) reader$close())
  readers <- aligned_readers(readers, features)
  write_store(readers, path, type, transform, negative, verbose, overwrite)
  open_store(path)
}

store_types <- c("double", "float", "uint16")

#' Counts to the same total in every column
#'
#' For the argument `transform` of [nmf_store()]: a function that divides each column of a matrix by its sum
#' and multiplies it with `total`. Columns of zeros stay.
#'
#' @param total What each column sums to.
#' @return A function of a matrix or `dgCMatrix`.
#' @examples
#' colSums(counts_per(100)(matrix(1:6, 2)))
#' @export
counts_per <- function(total = 1e4) {
  total <- check_number(total, "total", min = 0, above = TRUE)
  function(x) {
    size <- if (methods::is(x, "Matrix")) Matrix::colSums(x) else colSums(x)
    by <- ifelse(size > 0, total / size, 0)
    if (methods::is(x, "dgCMatrix")) {
      x@x <- x@x * rep(by, diff(x@p))
      return(x)
    }
    x * rep(by, each = nrow(x))
  }
}

check_transform <- function(transform) {
  if (is.null(transform)) {
    return(list())
  }
  if (is.function(transform)) transform <- list(transform)
  if (!is.list(transform) || !all(vapply(transform, is.function, NA))) {
    abort_input(
      "{.arg transform} must be a function of a block of columns, or a list of such, not \\
       {describe(transform)}."
    )
  }
  transform
}

# The full path of a store that is to be written.
store_place <- function(path, overwrite, arg = "path") {
  path <- store_path(path, arg)
  parent <- dirname(path)
  if (!dir.exists(parent)) abort_input("{.arg {arg}} must be in a folder that exists; {.path {parent}} \\
                                        does not.")
  if (file.exists(path)) {
    if (!is_store_folder(path)) {
      abort_input(c(
        "{.arg {arg}} must not exist, or be a store: {.path {path}} is something else.",
        "i" = "Nothing is overwritten but stores."
      ))
    }
    if (!overwrite) {
      abort_input(c(
        "{.arg {arg}} is a store already: {.path {path}}.",
        "i" = "{.fn open_store} opens it, {.code overwrite = TRUE} replaces it."
      ))
    }
  }
  if (file.access(parent, 2) != 0) {
    abort_input("{.arg {arg}} must be in a folder that can be written to; {.path {parent}} cannot.")
  }
  path
}

store_path <- function(path, arg = "path") {
  if (!is.character(path) || length(path) != 1 || is.na(path) || !nzchar(path)) {
    abort_input("{.arg {arg}} must be the name of a folder, not {describe(path)}.")
  }
  path <- sub("[/\\\\]+$", "", path.expand(path))
  file.path(normalizePath(dirname(path), "/", mustWork = FALSE), basename(path))
}

# Where it grows: a folder of this process beside it, which others remove if the process is no more.
open_part <- function(path) {
  part <- paste0(path, ".part")
  if (file.exists(part)) {
    owner <- tryCatch(suppressWarnings(readLines(file.path(part, "writer"))), error = function(e) NULL)
    if (length(owner) == 2 && writes_still(owner)) {
      abort_input(c(
        "Process {owner[1]} on {owner[2]} is writing a store to {.path {path}}.",
        "i" = "If it is not, remove {.path {part}}."
      ))
    }
    unlink(part, recursive = TRUE, force = TRUE)
  }
  if (!dir.create(part, showWarnings = FALSE)) abort_input("The folder {.path {part}} cannot be made.")
  writeLines(c(Sys.getpid(), Sys.info()[["nodename"]]), file.path(part, "writer"))
  part
}

# Is there such a process, as far as this machine knows? One that ended may have left its number in the table.
writes_still <- function(owner) {
  if (owner[2] != Sys.info()[["nodename"]]) {
    return(TRUE)
  }
  pid <- suppressWarnings(as.integer(owner[1]))
  if (is.na(pid) || pid == Sys.getpid() || !isTRUE(tools::pskill(pid, 0L))) {
    return(FALSE)
  }
  about <- file.path("/proc", pid, "stat")
  !file.exists(about) || !grepl(") Z ", readLines(about, 1, warn = FALSE), fixed = TRUE)
}

# From readers to a folder under its name.
write_store <- function(readers, path, type, transform, negative, verbose, overwrite) {
  part <- open_part(path)
  on.exit(unlink(part, recursive = TRUE, force = TRUE))
  total <- sum(vapply(readers, `[[`, 0, "ncol"))
  bar <- if (verbose) {
    cli::cli_progress_bar(
      "nmf_store", total = total, clear = TRUE, .auto_close = FALSE,
      format = "Writing a store {cli::pb_bar} {cli::pb_percent} {cli::pb_eta}"
    )
  }
  if (verbose) on.exit(cli::cli_progress_done(id = bar), add = TRUE)
  out <- store_writer(part, type, negative)
  on.exit(out$abandon(), add = TRUE, after = FALSE)
  for (reader in readers) {
    done <- 0
    while (!is.null(block <- reader$next_block())) {
      width <- ncol(block)
      done <- done + width
      for (f in transform) block <- f(block)
      out$append(block, width, reader$label)
      if (verbose) cli::cli_progress_update(id = bar, set = min(total, out$columns()))
    }
    if (done != reader$ncol) {
      abort_input("{label_of_part(reader)} must have {reader$ncol} columns, but ended after {done}.")
    }
  }
  out$finish(class = readers[[1]]$class)
  unlink(file.path(part, "writer"))
  place_store(part, path, overwrite)
}

label_of_part <- function(reader) if (is.null(reader$label)) "`x`" else reader$label

# Under its name at once; one that it replaces goes when the new one is there.
place_store <- function(part, path, overwrite) {
  old <- paste0(path, ".old")
  if (overwrite && file.exists(path)) {
    unlink(old, recursive = TRUE, force = TRUE)
    if (!file.rename(path, old)) abort_input("The store {.path {path}} cannot be replaced.")
  }
  if (!suppressWarnings(file.rename(part, path))) {
    if (file.exists(old) && !file.exists(path)) file.rename(old, path)
    abort_input("The store cannot be given its name, {.path {path}}.")
  }
  unlink(old, recursive = TRUE, force = TRUE)
}

# Writes blocks into `folder`: append(block, ...), finish(class), abandon(), columns().
store_writer <- function(folder, type = NULL, negative = FALSE) {
  writer <- NULL
  names <- NULL
  scan <- NULL
  rows <- NULL
  sparse <- NULL
  row_names <- NULL
  named <- NULL
  columns <- 0
  begin <- function(block) {
    rows <<- nrow(block)
    sparse <<- !is_dense(block)
    row_names <<- rownames(block)
    named <<- !is.null(colnames(block))
    if (named) names <<- file(file.path(folder, "column-names"), open = "wb")
    writer <<- cpp_store_begin(folder, rows, sparse, if (is.null(type)) "uint16" else type, !is.null(type))
  }
  pending <- NULL
  settle <- function() {
    was <- pending
    pending <<- NULL
    if (is.null(was)) {
      return(invisible())
    }
    misfit <- with_disk(cpp_store_wait(writer))
    if (misfit > 0) abort_misfit(was$block, cells_of(was$block)[misfit], was$before, was$label, type)
  }
  append <- function(block, width, label = NULL) {
    block <- stored_block(block, width)
    if (is.null(writer)) begin(block)
    if (nrow(block) != rows || is_dense(block) == sparse) {
      abort_input(c(
        "{.arg transform} must return the same kind of matrix for each block.",
        "x" = "Columns from {columns + 1} on are \\
               {if (is_dense(block)) 'dense' else 'sparse'} of {nrow(block)} \\
               rows, those before were {if (sparse) 'sparse' else 'dense'} of {rows}."
      ))
    }
    here <- scan_storage(block)
    check_block(block, here, columns, label, negative)
    # It is written while the next one is read.
    settle()
    pending <<- list(block = block, before = columns, label = label)
    cpp_store_append(writer, block)
    for (fault in scan_places) here[[fault]] <- here[[fault]] + columns * as.double(rows)
    scan <<- if (is.null(scan)) here else add_scans(scan, here)
    if (named) write_names(colnames(block), names)
    columns <<- columns + ncol(block)
  }
  list(
    append = append,
    columns = function() columns,
    finish = function(class = "matrix") {
      settle()
      if (named) close(names)
      names <<- NULL
      if (!is.null(row_names)) {
        con <- file(file.path(folder, "row-names"), open = "wb")
        write_names(row_names, con)
        close(con)
      }
      facts <- with_disk(cpp_store_end(writer))
      facts[c("rows", "sparse", "scan", "class")] <- list(rows, sparse, scan, class)
      write_header(folder, facts)
    },
    abandon = function() {
      if (!is.null(names)) close(names)
      names <<- NULL
      if (!is.null(writer)) cpp_store_abandon(writer)
      writer <<- NULL
    }
  )
}

# What a reader or `transform` gave, as a double matrix or a dgCMatrix.
stored_block <- function(block, width) {
  out <- if (methods::is(block, "sparseMatrix")) {
    as_sorted_dgC(as_dgC(block), "transform")
  } else if (is_numeric_matrix(block)) {
    as_double_matrix(plain_matrix(block), "transform")
  }
  if (is.null(out) || ncol(out) != width) {
    abort_input(
      "{.arg transform} must return a matrix with the {width} columns that it was given, not \\
       {describe(block)}."
    )
  }
  out
}

# Values that no fit could take, with their place in all of the data.
check_block <- function(block, scan, before, label, negative) {
  count <- scan$n_nan + scan$n_infinite + if (negative) 0 else scan$n_negative
  if (count == 0 && (scan$n_negative > 0 || scan$max <= 1e305)) {
    return(invisible())
  }
  what <- c("nan", "infinite", "negative", "max")[
    c(scan$n_nan > 0, scan$n_infinite > 0, scan$n_negative > 0, TRUE)
  ][1]
  at <- if (what == "max") cells_of(block)[which.max(values_of(block))] else scan[[what]][1]
  abort_cell(block, at, before, label, switch(what,
    nan = "{.arg x} must not contain NaN.", infinite = "{.arg x} must not contain infinite values.",
    negative = "{.arg x} must not contain negative values.",
    max = "{.arg x} must not contain values above 1e305: use other units."
  ))
}

abort_misfit <- function(block, at, before, label, type) {
  abort_cell(block, at, before, label, switch(type,
    uint16 = "{.code type = \"uint16\"} is for whole numbers from 0 to 65535.",
    "{.code type = \"float\"} is for numbers from 1.2e-38 to 3.4e38."
  ))
}

abort_cell <- function(block, at, before, label, message) {
  row <- row_of_cell(at, nrow(block))
  column <- column_of_cell(at, nrow(block))
  place <- sprintf(
    "Row %.0f%s, column %.0f%s is %s.", row, quoted(rownames(block), row), column + before,
    quoted(colnames(block), column), format(values_at(block, row, column), digits = 15)
  )
  abort_input(c(message, "x" = "{place}", "x" = if (!is.null(label)) "It comes from {label}."))
}

# Errors of the core that are about files, as errors of input.
with_disk <- function(code) {
  tryCatch(code, error = function(e) {
    text <- conditionMessage(e)
    if (!startsWith(text, "store: ")) stop(e)
    text <- sub("^store: ", "", text)
    what <- if (grepl("cannot be (written|renamed)", text)) "written" else "read"
    abort_input(c("The store cannot be {what}.", "x" = "{text}."))
  })
}
