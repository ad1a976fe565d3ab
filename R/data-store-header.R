# The description of a store, a file of lines "Field: value" that ends with a checksum of what is before. It
# is written last. Numbers that a fit depends on are in hexadecimal, which loses nothing.

store_version <- 1L

is_store_folder <- function(path) {
  header <- file.path(path, "header")
  dir.exists(path) && file.exists(header) && identical(readLines(header, 1, warn = FALSE), "Store: nonneg")
}

# `facts`: of cpp_store_end(), with rows, sparse, scan and class.
write_header <- function(folder, facts) {
  files <- facts$files
  for (name in c("row-names", "column-names")) {
    path <- file.path(folder, name)
    if (file.exists(path)) {
      files <- rbind(files, data.frame(name = name, bytes = file.size(path), checksum = cpp_checksum(path)))
    }
  }
  exact <- function(x) paste(sprintf("%a", as.double(x)), collapse = " ")
  whole <- function(x) sprintf("%.0f", x)
  lines <- c(
    "Store: nonneg", paste("Version:", store_version), paste("Byte-Order:", .Platform$endian),
    paste("Storage:", if (facts$sparse) "sparse" else "dense"), paste("Type:", facts$type),
    paste("Rows:", whole(facts$rows)), paste("Columns:", whole(facts$columns)),
    paste("Stored:", whole(facts$stored)),
    paste("Class:", facts$class),
    sprintf("Scan-%s: %s", names(facts$scan), vapply(facts$scan, exact, "")),
    sprintf("File: %s %.0f %s", files$name, files$bytes, files$checksum)
  )
  lines <- c(lines, paste("Checksum:", checksum_of_lines(lines)))
  con <- file(file.path(folder, "header"), open = "wb")
  on.exit(close(con))
  writeLines(lines, con, useBytes = TRUE)
}

checksum_of_lines <- function(lines) cpp_checksum_of(charToRaw(paste0(lines, "\n", collapse = "")))

# What it says: a list, or an error that tells why it is none of ours.
read_header <- function(path) {
  if (!file.exists(path)) abort_input("{.arg path} must be a store; there is nothing at {.path {path}}.")
  if (!dir.exists(path)) abort_input("{.arg path} must be a store, which is a folder; {.path {path}} is a \\
                                      file.")
  header <- file.path(path, "header")
  if (!file.exists(header)) {
    abort_input(c(
      "{.arg path} must be a store; {.path {path}} is a folder without a {.file header}.",
      "i" = if (grepl("\\.part$", path) || file.exists(file.path(path, "writer"))) {
        "A store that was not finished cannot be opened: write it again."
      },
      "i" = "{.fn nmf_store} writes one from files and objects of other kinds."
    ))
  }
  lines <- tryCatch(readLines(header, warn = FALSE), error = function(e) {
    abort_input("The {.file header} of the store {.path {path}} cannot be read.")
  })
  field <- function(name) sub("^[^:]*: ?", "", lines[startsWith(lines, paste0(name, ":"))])
  one <- function(name) {
    value <- field(name)
    if (length(value) == 1) value else NA_character_
  }
  if (!identical(lines[1], "Store: nonneg")) abort_input("{.arg path} must be a store of this package; \\
      {.path {path}} is not.")
  version <- suppressWarnings(as.integer(one("Version")))
  if (!identical(version, store_version)) {
    abort_input(c(
      "The store {.path {path}} has version {version} of the format; this package reads version \\
       {store_version}.",
      "i" = if (isTRUE(version > store_version)) {
        "A newer version of {.pkg nonneg} wrote it."
      } else {
        "Write it again with {.fn nmf_store}."
      }
    ))
  }
  if (!identical(one("Byte-Order"), .Platform$endian)) {
    abort_input(c(
      "The store {.path {path}} was written on a machine with another order of bytes ({one('Byte-Order')} \\
       endian).",
      "i" = "Write it again on this one, which is {(.Platform$endian)} endian."
    ))
  }
  last <- length(lines)
  if (!identical(lines[last], paste("Checksum:", checksum_of_lines(lines[-last])))) {
    abort_input("The store {.path {path}} is damaged: its {.file header} is not what was written.")
  }
  files <- do.call(rbind, strsplit(field("File"), " ", fixed = TRUE))
  scan <- lapply(store_scan, function(name) as.numeric(strsplit(one(paste0("Scan-", name)), " ",
    fixed = TRUE)[[1]]))
  list(
    rows = as.numeric(one("Rows")), columns = as.numeric(one("Columns")), stored = as.numeric(one("Stored")),
    sparse = one("Storage") == "sparse", type = one("Type"), class = one("Class"),
    scan = stats::setNames(scan, store_scan),
    files = data.frame(name = files[, 1], bytes = as.numeric(files[, 2]), checksum = files[, 3]),
    checksum = lines[last]
  )
}

# The facts of cpp_scan(), in its order.
store_scan <- c(
  "na", "nan", "negative", "infinite", "n_na", "n_nan", "n_negative", "n_infinite", "max", "sum", "sumsq",
  "nnz"
)

check_sizes <- function(path, files) {
  for (k in seq_len(nrow(files))) {
    size <- file.size(file.path(path, files$name[k]))
    if (is.na(size)) abort_input("The store {.path {path}} is damaged: its file {.file {files$name[k]}} is \\
                                  missing.")
    if (size != files$bytes[k]) {
      abort_input(
        "The store {.path {path}} is damaged: its file {.file {files$name[k]}} has {size} bytes, not the \\
         {files$bytes[k]} that were written."
      )
    }
  }
}

check_sums <- function(path, files) {
  for (k in seq_len(nrow(files))) {
    if (with_disk(cpp_checksum(file.path(path, files$name[k]))) != files$checksum[k]) {
      abort_input("The store {.path {path}} is damaged: its file {.file {files$name[k]}} is not what was \\
                   written.")
    }
  }
}

# One name per line, in UTF-8; what would end a line is written as two characters.
write_names <- function(names, con) {
  text <- enc2utf8(names)
  special <- grepl("[\\\n\r]", text)
  if (any(special)) {
    change <- function(x, from, to) gsub(from, to, x, fixed = TRUE)
    text[special] <- change(change(change(text[special], "\\", "\\\\"), "\n", "\\n"), "\r", "\\r")
  }
  text[is.na(names)] <- "\\N"
  writeLines(text, con, useBytes = TRUE)
}

read_names <- function(path, count) {
  text <- readLines(path, encoding = "UTF-8", warn = FALSE)
  if (length(text) != count) {
    abort_input(
      "The store {.path {dirname(path)}} is damaged: it has {length(text)} names in \\
       {.file {basename(path)}}, not {count}."
    )
  }
  missing <- text == "\\N"
  special <- grepl("\\", text, fixed = TRUE) & !missing
  if (any(special)) text[special] <- vapply(text[special], unescaped, "", USE.NAMES = FALSE)
  text[missing] <- NA
  text
}

unescaped <- function(text) {
  pieces <- strsplit(text, "\\\\", fixed = TRUE)[[1]]
  if (endsWith(text, "\\\\")) pieces <- c(pieces, "")
  change <- function(x, from, to) gsub(from, to, x, fixed = TRUE)
  out <- paste(change(change(pieces, "\\n", "\n"), "\\r", "\r"), collapse = "\\")
  Encoding(out) <- "UTF-8"
  out
}

#' @rdname nmf_store
#' @export
open_store <- function(path, verify = FALSE, ...) {
  need_arguments(path)
  check_dots_empty(...)
  check_flag(verify, "verify")
  path <- store_path(path)
  header <- read_header(path)
  check_sizes(path, header$files)
  small <- header$files$name %in% c("row-names", "column-names")
  check_sums(path, if (verify) header$files else header$files[small, ])
  names <- function(name, count) if (name %in% header$files$name) read_names(file.path(path, name), count)
  dimnames <- list(names("row-names", header$rows), names("column-names", header$columns))
  store <- new_store(path, header, if (any(lengths(dimnames) > 0)) dimnames)
  with_disk(cpp_store_check(store))
  store
}

new_store <- function(path, header, dimnames) {
  store <- structure(
    list(
      nrow = as.integer(header$rows), ncol = as.integer(header$columns), sparse = header$sparse, block = NULL,
      dimnames = dimnames, path = path, type = header$type, stored = header$stored, scan = header$scan,
      given = header$class, files = header$files, checksum = header$checksum
    ),
    class = c("nmf_store", "nmf_blocks")
  )
  with_block_of_store(store)
}

with_block_of_store <- function(store) {
  needed <- c("path", "nrow", "ncol", "stored", "sparse", "type", "scan", "within")
  store$block <- block_of_store(unclass(store)[intersect(needed, names(store))])
  store
}

# Columns from..to of a store, without a copy: a store as well, whose numbers are those of these columns. Its
# facts take a read of them. `within`: columns before, columns and entries of all.
window_of_store <- function(store, from, to) {
  store$within <- c(first = from - 1, columns = store$ncol, stored = store$stored)
  store$ncol <- as.integer(to - from + 1)
  if (!is.null(store$dimnames)) store$dimnames[2] <- list(store$dimnames[[2]][seq.int(from, to)])
  store$stored <- sum(with_disk(cpp_store_counts(store)))
  store <- with_block_of_store(store)
  store$scan <- scan_parts(store, column_parts(store))
  with_block_of_store(store)
}

# Columns first..last, as nmf_blocks() have them.
block_of_store <- function(store) {
  class(store) <- "nmf_store"
  function(first, last) store_columns(store, seq.int(first, last))
}

# Is it what was opened?
check_store <- function(x, arg = "x") {
  header <- read_header(x$path)
  if (!identical(header$checksum, x$checksum)) {
    abort_input("The store {.path {x$path}} has been replaced since {.arg {arg}} was opened: open it again.")
  }
  check_sizes(x$path, x$files)
  with_disk(cpp_store_check(x))
  x
}
