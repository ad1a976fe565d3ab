# Readers: what a store is written from. Each is a list of
#   nrow, ncol  how many rows and columns it has
#   dimnames    a list of two, NULL for a side without names
#   next_block  a function that gives some columns more, a double matrix or a dgCMatrix, and NULL at the end
#   close       ends it
#   label       what messages call it, class what it is

new_reader <- function(dim, dimnames, next_block, label, class, close = function() NULL) {
  list(
    nrow = dim[1], ncol = as.double(dim[2]), dimnames = dimnames, next_block = next_block, close = close,
    label = label, class = class
  )
}

# Of `x` as nmf_store() takes it: one or several.
store_readers <- function(x, arg, assay = NULL, layer = NULL) {
  if (is.character(x) && is.null(dim(x))) {
    return(several_readers(as.list(x), arg, function(one, arg) file_reader(one, arg, assay, layer)))
  }
  if (is.list(x) && !is.object(x)) {
    return(several_readers(x, arg, function(one, arg) one_reader(one, arg, assay, layer)))
  }
  list(one_reader(x, arg, assay, layer))
}

one_reader <- function(x, arg, assay, layer) {
  if (is.character(x) && length(x) == 1) file_reader(x, arg, assay, layer) else object_reader(x, arg, assay,
    layer)
}

several_readers <- function(parts, arg, reader) {
  if (!length(parts)) abort_input("{.arg {arg}} must have at least one element.")
  readers <- list()
  # Those that are open are closed where one cannot be opened.
  complete <- FALSE
  on.exit(if (!complete) for (one in readers) one$close())
  for (k in seq_along(parts)) {
    readers[[k]] <- reader(parts[[k]], if (length(parts) > 1) sprintf("%s[[%d]]", arg, k) else arg)
    name <- names(parts)[k]
    if (length(name) && !is.na(name) && nzchar(name) && !is.null(readers[[k]]$dimnames[[2]])) {
      readers[[k]]$prefix <- paste0(name, "_")
    }
  }
  complete <- TRUE
  readers
}

object_reader <- function(x, arg, assay, layer) {
  # One object needs no name.
  label <- if (arg != "x") sprintf("`%s`", arg)
  if (has_matrices(x)) {
    chosen <- Filter(Negate(is.null), list(assay = assay, layer = layer))
    kind <- class(x)[1]
    x <- do.call(nmf_matrix, c(list(x), chosen))
    if (!inherits(x, "DelayedMatrix") && !is_bpcells(x)) {
      return(storage_reader(nmf_storage(x, arg)$x, label, kind))
    }
  }
  if (inherits(x, "DelayedMatrix")) {
    return(delayed_reader(x, label))
  }
  if (is_bpcells(x)) {
    return(bpcells_reader(x, label))
  }
  given <- given_storage(x, arg, assay, layer)
  storage_reader(given$x, label, given$class)
}

is_bpcells <- function(x) isS4(x) && methods::is(x, "IterableMatrix")

storage_reader <- function(x, label, class) {
  blocks_reader(dim(x), names_of(x), column_blocks(x), label, class, function(j) columns_of(x, j))
}

# Of a function of columns, `blocks` being a list of numbers of columns.
blocks_reader <- function(dim, dimnames, blocks, label, class, columns, close = function() NULL) {
  at <- 0
  next_block <- function() {
    if (at == length(blocks)) {
      return(NULL)
    }
    at <<- at + 1
    columns(blocks[[at]])
  }
  new_reader(dim, dimnames, next_block, label, class, close)
}

# Of a matrix that comes by rows, `stored` entries of it: `spread(buckets)` adds them all, and they come back
# by columns, through files, see core/store_buckets.h.
buckets_reader <- function(dim, dimnames, stored, spread, label, class, close = function() NULL) {
  folder <- temporary_path()
  dir.create(folder)
  buckets <- cpp_buckets_begin(folder, dim[1], dim[2], stored)
  at <- -1
  next_block <- function() {
    if (at < 0) {
      spread(buckets)
      at <<- 0
    }
    if (at == cpp_buckets_count(buckets)) {
      return(NULL)
    }
    at <<- at + 1
    got <- with_disk(cpp_buckets_take(buckets, at))
    new_dgC(got$p, got$i, got$x, c(dim[1], length(got$p) - 1))
  }
  new_reader(dim, dimnames, next_block, label, class, function() {
    close()
    unlink(folder, recursive = TRUE)
  })
}

# Features by name, as the first has them, or all that there are; names of columns that tell the parts apart.
aligned_readers <- function(readers, features) {
  for (k in seq_along(readers)) readers[[k]] <- named_reader(readers[[k]])
  if (length(readers) == 1) {
    return(readers)
  }
  names <- lapply(readers, function(reader) reader$dimnames[[1]])
  sizes <- vapply(readers, `[[`, 0, "nrow")
  bare <- vapply(names, is.null, NA)
  if (any(bare)) {
    if (!all(sizes == sizes[1]) || !all(bare)) {
      odd <- if (!all(bare)) which(bare)[1] else which(sizes != sizes[1])[1]
      abort_input(c(
        "Without names of features, {.arg x} must have the same number of rows in all parts, and names in \\
         none.",
        "x" = "{label_of_part(readers[[odd]])} has {sizes[odd]} rows{if (bare[odd]) ' without names'}, \\
               {label_of_part(readers[[1]])} {sizes[1]}{if (!bare[1]) ' with names'}."
      ))
    }
    return(distinct_columns(readers))
  }
  for (k in seq_along(readers)) {
    twice <- anyDuplicated(names[[k]])
    if (twice && !identical(names[[k]], names[[1]])) {
      abort_input(
        "Features of {label_of_part(readers[[k]])} must have names of their own: \\
         {quote_each(names[[k]][twice])} is \\
         there twice."
      )
    }
  }
  want <- if (features == "zeros") Reduce(union, names) else names[[1]]
  for (k in seq_along(readers)) {
    if (identical(names[[k]], want)) next
    if (features == "all") check_same_features(names[[k]], want, readers[[k]]$label, readers[[1]]$label)
    readers[[k]] <- placed_reader(readers[[k]], match(names[[k]], want), want)
  }
  distinct_columns(readers)
}

check_same_features <- function(have, want, label, first) {
  absent <- setdiff(want, have)
  unknown <- setdiff(have, want)
  if (length(absent) || length(unknown)) {
    abort_input(c(
      "All parts of {.arg x} must have the same features, in any order.",
      "x" = if (length(absent)) {
        "{label} lacks {length(absent)} of the {length(want)} of {first}, such as \\
         {quote_each(utils::head(absent, 3))}."
      },
      "x" = if (length(unknown)) {
        "{label} has {length(unknown)} that {first} lacks, such as {quote_each(utils::head(unknown, 3))}."
      },
      "i" = "{.code features = \"zeros\"} takes all that there are, and 0 where they are not."
    ))
  }
}

# Its blocks with their names.
named_reader <- function(reader) {
  next_block <- reader$next_block
  names <- reader$dimnames
  if (!is.null(names[[2]]) && !is.null(reader$prefix)) names[[2]] <- paste0(reader$prefix, names[[2]])
  at <- 0
  reader$dimnames <- names
  reader$set_names <- function(columns) names[[2]] <<- columns
  reader$next_block <- function() {
    block <- next_block()
    if (is.null(block)) {
      return(NULL)
    }
    here <- at + seq_len(ncol(block))
    at <<- at + ncol(block)
    dimnames(block) <- list(names[[1]], names[[2]][here])
    block
  }
  reader
}

# Its rows at their places among all.
placed_reader <- function(reader, place, want) {
  force(place)
  force(want)
  next_block <- reader$next_block
  reader$next_block <- function() {
    block <- next_block()
    if (is.null(block)) {
      return(NULL)
    }
    if (is_dense(block)) {
      out <- matrix(0, length(want), ncol(block), dimnames = list(want, colnames(block)))
      out[place, ] <- block
      return(out)
    }
    size <- c(length(want), ncol(block))
    as_sorted_dgC(new_dgC(block@p, place[block@i + 1L] - 1L, block@x, size, list(want, colnames(block))), "x")
  }
  reader
}

new_dgC <- function(p, i, x, dim, dimnames = NULL) {
  out <- methods::new("dgCMatrix")
  out@p <- as.integer(p)
  out@i <- as.integer(i)
  out@x <- as.double(x)
  out@Dim <- as.integer(dim)
  if (!is.null(dimnames)) out@Dimnames <- dimnames
  out
}

# Cells of two samples may have the same barcode.
distinct_columns <- function(readers) {
  names <- lapply(readers, function(reader) reader$dimnames[[2]])
  if (any(vapply(names, is.null, NA))) {
    for (reader in readers) reader$set_names(NULL)
  } else if (anyDuplicated(unlist(names))) {
    for (k in seq_along(readers)) {
      if (is.null(readers[[k]]$prefix)) readers[[k]]$set_names(paste0(k, "_", names[[k]]))
    }
  }
  readers
}
