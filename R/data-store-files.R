# Readers of files. What kind a file is tells its name.

file_reader <- function(path, arg, assay = NULL, layer = NULL) {
  if (!is.character(path) || length(path) != 1 || is.na(path) || !nzchar(path)) {
    abort_input("{.arg {arg}} must be the name of a file, not {describe(path)}.")
  }
  path <- path.expand(path)
  if (!file.exists(path)) abort_input("{.arg {arg}} must be a file that exists; there is no {.path {path}}.")
  if (dir.exists(path)) {
    return(folder_reader(path, arg))
  }
  kind <- if (grepl("\\.h5ad$", path, ignore.case = TRUE)) {
    "h5ad"
  } else if (grepl("\\.(h5|hdf5)$", path, ignore.case = TRUE)) {
    "h5"
  } else if (grepl("\\.mtx(\\.gz)?$", path, ignore.case = TRUE)) {
    "mtx"
  } else {
    abort_input(c(
      "{.arg {arg}} must be a file {.file .h5}, {.file .h5ad}, {.file .mtx} or {.file .mtx.gz}, or a \\
       folder, not \\
       {.path {path}}.",
      "i" = "Read it with another package, and give the matrix."
    ))
  }
  switch(kind,
    h5ad = h5ad_reader(path, arg, layer),
    h5 = tenx_reader(path, arg, assay),
    mtx = mtx_reader(path, arg)
  )
}

folder_reader <- function(path, arg) {
  if (is_store_folder(path)) {
    return(storage_reader(open_store(path), file_label(path), "nmf_store"))
  }
  for (name in c("matrix.mtx", "matrix.mtx.gz")) {
    if (file.exists(file.path(path, name))) {
      return(mtx_reader(file.path(path, name), arg))
    }
  }
  version <- file.path(path, "version")
  if (file.exists(version) && isTRUE(grepl("-matrix-v", readLines(version, 1, warn = FALSE), fixed = TRUE))) {
    need_package("BPCells", "for this folder")
    return(bpcells_reader(getExportedValue("BPCells", "open_matrix_dir")(path), file_label(path)))
  }
  abort_input(
    "{.arg {arg}} must be a folder with {.file matrix.mtx}, or of a store or of package {.pkg BPCells}; \\
     {.path {path}} is none."
  )
}

file_label <- function(path) sprintf("file \"%s\"", path)

# MatrixMarket.

mtx_reader <- function(path, arg) {
  label <- file_label(path)
  folder <- tempfile("nonneg-mtx-")
  dir.create(folder)
  con <- gzfile(path, open = "rb")
  opened <- TRUE
  shut <- function() {
    if (opened) close(con)
    opened <<- FALSE
    unlink(folder, recursive = TRUE)
  }
  complete <- FALSE
  on.exit(if (!complete) shut())
  parser <- cpp_mtx_begin(folder)
  feed <- function() {
    bytes <- suppressWarnings(readBin(con, "raw", 4e6))
    state <- tryCatch(cpp_mtx_feed(parser, bytes), error = function(e) {
      abort_input(c(
        "{label} is not a matrix in MatrixMarket format that can be read.",
        "x" = "{sub('^store: ', '', conditionMessage(e))}."
      ))
    })
    state$ended <- length(bytes) == 0
    state
  }
  repeat {
    state <- feed()
    if (state$sized || state$ended) break
  }
  dim <- c(state$rows, state$columns)
  names <- names_beside(path, dim, arg)
  at <- 0
  next_block <- function() {
    while (!state$ended) state <<- feed()
    if (at == state$buckets) {
      return(NULL)
    }
    at <<- at + 1
    got <- with_disk(cpp_mtx_take(parser, at))
    block <- new_dgC(got$p, got$i, got$x, c(dim[1], length(got$p) - 1))
    if (state$array) plain_matrix(block) else block
  }
  complete <- TRUE
  new_reader(dim, names, next_block, label, "MatrixMarket", shut)
}

# Of features and barcodes, in the files that Cell Ranger writes beside a matrix.
names_beside <- function(path, dim, arg) {
  first_of <- function(names) {
    files <- file.path(dirname(path), outer(names, c("", ".gz"), paste0))
    files[file.exists(files)][1]
  }
  names <- list(first_of(c("features.tsv", "genes.tsv")), first_of("barcodes.tsv"))
  for (side in 1:2) {
    file <- names[[side]]
    if (is.na(file)) {
      names[side] <- list(NULL)
      next
    }
    own <- sub("\t.*$", "", readLines(file, warn = FALSE))
    if (length(own) != dim[side]) {
      what <- c("rows", "columns")[side]
      abort_input(c(
        "{file_label(file)} must have a name for each of the {dim[side]} {what} of {file_label(path)}, \\
         but has \\
         {length(own)}.",
        "i" = if (length(own) == dim[3 - side]) {
          "The matrix is the wrong way round: features must be its rows."
        }
      ))
    }
    names[[side]] <- own
  }
  names
}

# HDF5, by package rhdf5.

h5 <- function(name) getExportedValue("rhdf5", name)

# `what` the file is read for; an error of HDF5 is one of the file.
h5_try <- function(code, path) {
  tryCatch(code, error = function(e) {
    if (inherits(e, "nonneg_error_input")) stop(e)
    abort_input(c("{file_label(path)} could not be read.", "x" = "{first_line(conditionMessage(e))}"))
  })
}

h5_open <- function(path) {
  need_package("rhdf5", "for HDF5 files")
  if (!isTRUE(h5("H5Fis_hdf5")(path))) abort_input("{file_label(path)} is no HDF5 file, or is damaged.")
}

# What is in the file: full names of groups and data sets.
h5_names <- function(path) {
  all <- h5("h5ls")(path)
  gsub("//+", "/", paste0(all$group, "/", all$name))
}

h5_attributes <- function(path, name) h5("h5readAttributes")(path, name)

# All of a data set: numbers, or text.
h5_vector <- function(path, name) {
  plain_vector(h5_try(h5("h5read")(path, name, bit64conversion = "double"), path))
}

# Bytes come as raw. No copy is made, unlike by as.vector().
plain_vector <- function(got) {
  if (is.raw(got)) storage.mode(got) <- "integer"
  if (!is.atomic(got) || is.object(got)) {
    return(as.vector(got))
  }
  attributes(got) <- NULL
  got
}

# A data set that stays open, so that HDF5 keeps the chunk in which one part ends and the next begins.
# `wide`: may whole numbers have more than 32 bits? part(from, count) counts from 0.
h5_parts <- function(path, name, wide = TRUE) {
  complete <- FALSE
  file <- h5_try(h5("H5Fopen")(path, flags = "H5F_ACC_RDONLY"), path)
  on.exit(if (!complete) h5("H5Fclose")(file))
  set <- h5_try(h5("H5Dopen")(file, name), path)
  complete <- TRUE
  read <- function(from, count) {
    space <- h5("H5Dget_space")(set)
    on.exit(h5("H5Sclose")(space))
    h5("H5Sselect_hyperslab")(space, start = from + 1, count = count)
    memory <- h5("H5Screate_simple")(count)
    on.exit(h5("H5Sclose")(memory), add = TRUE)
    h5("H5Dread")(
      set, h5spaceFile = space, h5spaceMem = memory, bit64conversion = if (wide) "double" else "int"
    )
  }
  list(
    part = function(from, count) {
      if (count == 0) {
        return(integer())
      }
      plain_vector(h5_try(read(from, count), path))
    },
    close = function() {
      if (is.null(file)) {
        return(invisible())
      }
      h5("H5Dclose")(set)
      h5("H5Fclose")(file)
      file <<- NULL
    }
  )
}

# Row numbers and values of a compressed sparse matrix, entries from + 1 to from + count. A number that does
# not fit 32 bits is none of a row, and comes as NA.
h5_entries <- function(path, group) {
  complete <- FALSE
  index <- h5_parts(path, paste0(group, "/indices"), wide = FALSE)
  on.exit(if (!complete) index$close())
  value <- h5_parts(path, paste0(group, "/data"))
  complete <- TRUE
  list(
    index = function(from, count) as.integer(suppressWarnings(index$part(from, count))),
    value = function(from, count) h5_numbers(value$part(from, count), path, paste0(group, "/data")),
    close = function() {
      index$close()
      value$close()
    }
  )
}

# Of a sparse matrix, with room for a million entries: small parts are little work for R's memory.
h5_runs <- function(ends) split(seq_len(length(ends) - 1), pmax(0, floor((ends[-1] - 1) / 1e6)))

# Numbers of a matrix. Booleans of h5py are an enumeration, which comes as a factor.
h5_numbers <- function(got, path, name) {
  if (is.raw(got)) storage.mode(got) <- "integer"
  if (is.factor(got) || is.character(got)) {
    text <- as.character(got)
    if (all(text %in% c("FALSE", "TRUE"))) got <- structure(as.double(text == "TRUE"), dim = dim(got))
  }
  name <- sub("^/", "", name)
  if (!is.numeric(got)) {
    abort_input("{file_label(path)} must have numbers as {.field {name}}, not {describe(got)}.")
  }
  got
}

# A sparse matrix as "data", "indices" and "indptr" in a group, compressed by columns of X: blocks of whole
# columns.
h5_columns_reader <- function(path, group, dim, dimnames, class, rows = NULL) {
  ends <- h5_vector(path, paste0(group, "/indptr"))
  check_indptr(ends, dim[2], path)
  entries <- h5_entries(path, group)
  read <- function(j) {
    from <- ends[j[1]]
    count <- ends[j[length(j)] + 1] - from
    i <- entries$index(from, count)
    block <- new_dgC(ends[c(j, j[length(j)] + 1)] - from, i, entries$value(from, count), c(dim[1], length(j)))
    order <- cpp_rows_order(block@i, block@p, dim[1])
    if (order == 2) abort_indices(dim[1], path)
    if (order == 1) block <- as_sorted_dgC(block, "x")
    if (is.null(rows)) block else rows_of(block, rows)
  }
  size <- c(if (is.null(rows)) dim[1] else length(rows), dim[2])
  blocks_reader(size, dimnames, unname(h5_runs(ends)), file_label(path), class, read, entries$close)
}

check_indptr <- function(ends, size, path) {
  if (length(ends) != size + 1 || anyNA(ends) || ends[1] != 0 || is.unsorted(ends)) {
    abort_input("{file_label(path)} is damaged: its {.field indptr} does not fit {size} columns.")
  }
}

abort_indices <- function(size, path) {
  abort_input("{file_label(path)} is damaged: {.field indices} must be from 0 to {size - 1}.")
}

# Compressed by rows of X: entries are sorted by way of files.
h5_rows_reader <- function(path, group, dim, dimnames, class) {
  ends <- h5_vector(path, paste0(group, "/indptr"))
  check_indptr(ends, dim[1], path)
  entries <- h5_entries(path, group)
  spread <- function(buckets) {
    for (i in h5_runs(ends)) {
      from <- ends[i[1]]
      count <- ends[i[length(i)] + 1] - from
      column <- entries$index(from, count)
      if (cpp_rows_order(column, 0L, dim[2]) == 2) abort_indices(dim[2], path)
      with_disk(cpp_buckets_add_rows(
        buckets, i[1] - 1, ends[c(i, i[length(i)] + 1)] - from, column, entries$value(from, count), dim[2]
      ))
    }
  }
  buckets_reader(dim, dimnames, ends[length(ends)], spread, file_label(path), class, entries$close)
}

# A dense data set, which arrives with features in rows.
h5_dense_reader <- function(path, name, dim, dimnames, class) {
  read <- function(j) {
    block <- h5_try(h5("h5read")(
      path, name, start = c(1, j[1]), count = c(dim[1], length(j)), bit64conversion = "double"
    ), path)
    matrix(as.double(h5_numbers(block, path, name)), dim[1])
  }
  blocks_reader(dim, dimnames, chunk_blocks(dim, h5_chunk(path, name), FALSE), file_label(path), class, read)
}

h5_chunk <- function(path, name) {
  file <- h5("H5Fopen")(path, flags = "H5F_ACC_RDONLY")
  on.exit(h5("H5Fclose")(file))
  set <- h5("H5Dopen")(file, name)
  on.exit(h5("H5Dclose")(set), add = TRUE, after = FALSE)
  plist <- h5("H5Dget_create_plist")(set)
  on.exit(h5("H5Pclose")(plist), add = TRUE, after = FALSE)
  tryCatch(rev(h5("H5Pget_chunk")(plist)), error = function(e) NULL)
}

# Cell Ranger: one group "matrix" (version 3), or one for each genome (version 2).
tenx_reader <- function(path, arg, assay) {
  h5_open(path)
  names <- h5_names(path)
  parts <- c("barcodes", "data", "indices", "indptr", "shape")
  groups <- sub("/indptr$", "", names[grepl("/indptr$", names)])
  groups <- groups[vapply(groups, function(group) all(paste0(group, "/", parts) %in% names), NA)]
  if (!length(groups)) {
    abort_input(c(
      "{file_label(path)} must be a matrix of Cell Ranger: a group with {.field {parts}}.",
      "i" = "Open other HDF5 files with package {.pkg HDF5Array}, and give the matrix."
    ))
  }
  third <- paste0(groups, "/features/id") %in% names
  if (!any(third) && (length(groups) > 1 || !is.null(assay))) {
    genomes <- sub("^/", "", groups)
    if (is.null(assay)) {
      abort_input("{.arg assay} must be given: {file_label(path)} has the genomes {quote_each(genomes)}.")
    }
    groups <- groups[genomes == check_choice(assay, genomes, "assay")]
  }
  group <- if (any(third)) groups[third][1] else groups[1]
  dim <- as.double(h5_vector(path, paste0(group, "/shape")))
  set <- function(name) paste0(group, "/", name)
  id <- h5_vector(path, if (any(third)) set("features/id") else set("genes"))
  barcodes <- h5_vector(path, set("barcodes"))
  rows <- NULL
  if (any(third) && !is.null(assay)) {
    type <- h5_vector(path, set("features/feature_type"))
    rows <- which(type == check_choice(assay, unique(type), "assay"))
    id <- id[rows]
  }
  h5_columns_reader(path, group, dim, list(id, barcodes), "TENxMatrix", rows)
}

# anndata: cells are its rows. Files of before version 0.7 have the untransformed data in groups "raw.X" and
# "raw.var".
h5ad_reader <- function(path, arg, layer) {
  h5_open(path)
  names <- h5_names(path)
  layers <- sub("^/layers/", "", names[grepl("^/layers/[^/]+$", names)])
  raw <- intersect(c("/raw/X", "/raw.X"), names)
  # An `X` that is None is there, and has nothing.
  has_x <- has_shape(path, "/X")
  known <- c(if (has_x) "X", layers, if (length(raw) && !"raw" %in% layers) "raw")
  if (!length(known)) abort_input("{file_label(path)} must be a file of anndata: it has neither {.field X} \\
                                   nor layers.")
  if (is.null(layer) && !has_x && length(known) > 1) {
    abort_input("{.arg layer} must be given: {file_label(path)} has no {.field X}, but {quote_each(known)}.")
  }
  layer <- if (is.null(layer)) known[1] else check_choice(layer, known, "layer")
  name <- if (layer == "X" && has_x) "/X" else if (layer %in% layers) paste0("/layers/", layer) else raw[1]
  features <- h5ad_names(path, if (name %in% raw) sub("X$", "var", name) else "/var", names)
  cells <- h5ad_names(path, "/obs", names)
  about <- h5_attributes(path, name)
  format <- c(about[["encoding-type"]], about[["h5sparse_format"]], "array")[1]
  if (!paste0(name, "/indptr") %in% names) {
    all <- h5("h5ls")(path)
    size <- all$dim[gsub("//+", "/", paste0(all$group, "/", all$name)) == name]
    dim <- as.double(strsplit(size, " x ", fixed = TRUE)[[1]])
    if (length(dim) != 2) abort_input("{file_label(path)} must have a matrix as {.field {layer}}.")
    return(h5_dense_reader(path, name, dim, h5ad_dimnames(features, cells, dim), "h5ad"))
  }
  shape <- as.double(c(about[["shape"]], about[["h5sparse_shape"]]))[1:2]
  if (anyNA(shape)) abort_input("{file_label(path)} does not say the shape of {.field {layer}}.")
  dim <- rev(shape)
  dimnames <- h5ad_dimnames(features, cells, dim)
  if (grepl("csr", format)) {
    h5_columns_reader(path, name, dim, dimnames, "h5ad")
  } else if (grepl("csc", format)) {
    h5_rows_reader(path, name, dim, dimnames, "h5ad")
  } else {
    abort_input("{file_label(path)} has {.field {layer}} in an unknown format, {.val {format}}.")
  }
}

# Is there a group, or a data set with dimensions?
has_shape <- function(path, name) {
  all <- h5("h5ls")(path)
  at <- which(gsub("//+", "/", paste0(all$group, "/", all$name)) == name)
  length(at) > 0 && (all$otype[at[1]] == "H5I_GROUP" || nzchar(all$dim[at[1]]))
}

h5ad_dimnames <- function(features, cells, dim) {
  list(if (length(features) == dim[1]) features, if (length(cells) == dim[2]) cells)
}

# The index of a table: a group that says which of its columns it is, or, in old files, a compound data set.
h5ad_names <- function(path, table, names) {
  if (!table %in% names) {
    return(NULL)
  }
  index <- h5_attributes(path, table)[["_index"]]
  if (!is.null(index) && paste0(table, "/", index) %in% names) {
    return(as.character(h5_vector(path, paste0(table, "/", index))))
  }
  old <- tryCatch(h5("h5read")(path, table), error = function(e) NULL)
  known <- if (is.list(old)) intersect(c("index", "_index"), names(old))
  if (length(known)) as.character(old[[known[1]]])
}
