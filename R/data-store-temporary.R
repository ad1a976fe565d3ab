# Stores that this package makes for itself: their folder goes when nobody holds them any more, or R ends.

# `tell`: what is told of the path before it is written.
temporary_store <- function(readers, tell = function(path) NULL, type = NULL, transform = list(),
                            negative = TRUE) {
  on.exit(for (reader in readers) reader$close())
  path <- temporary_path()
  tell(path)
  write_store(lapply(readers, named_reader), path, type, transform, negative, verbose = FALSE,
    overwrite = FALSE)
  own_store(open_store(path))
}

temporary_path <- function() {
  place <- getOption("nonneg.store_place", tempdir())
  if (!is.character(place) || length(place) != 1 || !dir.exists(place)) {
    abort_input("{.code options(nonneg.store_place = )} must be a folder that exists, not {describe(place)}.")
  }
  store_path(tempfile("nonneg-store-", place))
}

# Removes the folder of a store with the last object that stands for it.
own_store <- function(store) {
  store$owner <- new.env()
  store$owner$path <- store$path
  reg.finalizer(store$owner, function(owner) unlink(owner$path, recursive = TRUE, force = TRUE),
    onexit = TRUE)
  store
}

# A store of what `change` makes of each part of another.
store_of <- function(x, change, type = NULL) {
  reader <- blocks_reader(dim(x), names_of(x), column_parts(x), NULL, "nmf_store",
    function(j) columns_of(x, j))
  temporary_store(list(reader), type = type, transform = list(change))
}

# Two stores of the two matrices that `split` makes of each part of another.
split_store <- function(x, split) {
  paths <- c(temporary_path(), temporary_path())
  parts <- vapply(paths, open_part, "")
  on.exit(unlink(parts, recursive = TRUE, force = TRUE))
  writers <- lapply(parts, function(part) store_writer(part, negative = TRUE))
  on.exit(for (out in writers) out$abandon(), add = TRUE, after = FALSE)
  for (j in column_parts(x)) {
    both <- split(columns_of(x, j))
    for (k in 1:2) writers[[k]]$append(both[[k]], length(j))
  }
  lapply(1:2, function(k) {
    writers[[k]]$finish(class = "nmf_store")
    unlink(file.path(parts[k], "writer"))
    place_store(parts[k], paths[k], FALSE)
    own_store(open_store(paths[k]))
  })
}

# Some rows and columns, in memory if that is small, else as a store of their own.
#' @export
cut_storage.nmf_store <- function(x, rows, columns) {
  part <- length(rows) * as.double(length(columns)) / (x$nrow * as.double(x$ncol))
  if (bytes_of(x) * part <= memory_limit() / 4) {
    out <- lapply(runs_of(columns, x), function(j) rows_of(columns_of(x, j), rows))
    return(if (length(out) == 1) out[[1]] else do.call(cbind, unname(out)))
  }
  if (is_all(rows, x$nrow) && is_all(columns, x$ncol)) {
    return(x)
  }
  read <- function(j) rows_of(columns_of(x, j), rows)
  names <- list(x$dimnames[[1]][rows], x$dimnames[[2]][columns])
  dim <- c(length(rows), length(columns))
  reader <- blocks_reader(dim, names, runs_of(columns, x), NULL, "nmf_store", read)
  temporary_store(list(reader), type = x$type)
}

# Numbers of columns, in parts as large as those of the store.
runs_of <- function(columns, x) split(columns, (seq_along(columns) - 1) %/% length(column_parts(x)[[1]]))

# Is it a store that is too large for memory, for a loss that goes over items and their entries? (Weights of
# entries, and what is missing without being NA, are told by the place of an entry in memory.)
read_by_items <- function(data) {
  is_store(data$x) && bytes_of(data$x) > memory_limit() / 4 && is.null(data$entry_weights) && !data$partial &&
    is.null(data$mask)
}
