# Several data sets that a joint factorization looks at together: a list of nmf_input, named, with what they
# share.

# `x`: a list of data sets, or one object whose observations `batch` divides. list(data, observations,
# annotation): `observations` are, for every data set, the columns of the one object; NULL for a list.
joint_data <- function(x, batch = NULL, assay = NULL, layer = NULL) {
  if (!is.null(batch) && is_list_of_data(x)) {
    abort_input(c(
      "{.arg batch} divides one object; {.arg x} is a list of data sets, which needs none.",
      "i" = "Leave {.arg batch} out."
    ))
  }
  if (!is.null(batch) || !is_list_of_data(x)) {
    return(divided_data(x, batch, assay, layer))
  }
  if (!length(x)) abort_input("{.arg x} must have at least one data set, but is an empty list.")
  names <- names(x)
  if (is.null(names)) names <- rep("", length(x))
  names[is.na(names) | !nzchar(names)] <- paste0("data", seq_along(x))[is.na(names) | !nzchar(names)]
  if (anyDuplicated(names)) {
    twice <- names[duplicated(names)][1]
    abort_input("The data sets of {.arg x} must have different names; {quote_each(twice)} is there twice.")
  }
  data <- lapply(seq_along(x), function(i) {
    own <- has_matrices(x[[i]])
    arg <- element_name(names, i)
    without_gaps(nmf_data(x[[i]], arg, if (own) assay, if (own) layer), arg)
  })
  list(data = stats::setNames(data, names), observations = NULL, annotation = NULL)
}

# A plain list, that is: not a data frame or another object that is one set of data.
is_list_of_data <- function(x) is.list(x) && !is.object(x)

element_name <- function(names, i) sprintf("x$%s", if (make.names(names[i]) == names[i]) names[i] else i)

divided_data <- function(x, batch, assay, layer) {
  if (is.null(batch)) {
    abort_input(c(
      "{.arg x} must be a list of data sets, or {.arg batch} must tell which data set each observation is \\
       in.",
      "x" = "{.arg x} is {describe(x)}."
    ))
  }
  data <- without_gaps(nmf_data(x, assay = assay, layer = layer), "x")
  batch <- check_batch(batch, x, data)
  observations <- split(seq_len(data$dim[2]), batch)
  annotation <- annotation_of(x)
  list(
    data = lapply(observations, function(j) part_of(data, columns = j)),
    observations = unname(observations), annotation = annotation
  )
}

# One column of the table of observations, by name, or one value for each.
check_batch <- function(batch, x, data) {
  n <- data$dim[2]
  if (is.character(batch) && length(batch) == 1 && n != 1) {
    table <- tryCatch(as.data.frame(observation_table(x)), error = function(e) NULL)
    if (is.null(table) || !ncol(table)) {
      abort_input("{.arg batch} may name a column of the table of observations, but {describe(x)} has none.")
    }
    batch <- table[[check_choice(batch, names(table), "batch")]]
  }
  if (!(is.factor(batch) || is.atomic(batch)) || !is.null(dim(batch)) || length(batch) != n) {
    abort_input(
      "{.arg batch} must have one value for each of the {n} observations of {.arg x}, not be \\
       {describe(batch)}."
    )
  }
  place <- place_by_name(names(batch), length(batch), data$dimnames[[2]], n, "batch", "observation")
  batch <- batch[place]
  bad <- which(is.na(batch))
  if (length(bad)) abort_input("{.arg batch} must not be missing; element {bad[1]} is.")
  batch <- droplevels(as.factor(unname(batch)))
  if (nlevels(batch) < 1) abort_input("{.arg batch} must have a value.")
  batch
}

# The joint core has no missing entries.
without_gaps <- function(data, arg) {
  if (is_incomplete(data)) {
    abort_input(c(
      "{.arg {arg}} must be complete: a joint factorization has no missing entries.",
      "x" = "It has \\
             {count_of(prod(as.double(data$dim)) - data$observed, 'missing entry', 'missing entries')}.",
      "i" = "Features that a data set lacks as a whole may be left out of it: {.code features = \"all\"}."
    ))
  }
  data
}

# What data sets share, by name: features (margin 1) or observations (margin 2). list(names, places): of each
# data set, where its rows (columns) are among the names; `all`: those of any of them, else those of all.
# Without names in any, positions count.
joint_names <- function(data, margin, all = FALSE) {
  what <- c("feature", "observation")[margin]
  names <- lapply(data, function(d) d$dimnames[[margin]])
  size <- vapply(data, function(d) d$dim[margin], 0L)
  bare <- vapply(names, is.null, NA)
  if (all(bare)) {
    if (length(unique(size)) > 1) {
      abort_input(c(
        "Data sets without names of {what}s must have equally many; those of {.arg x} have {size}.",
        "i" = "With names, {what}s are matched by name."
      ))
    }
    places <- lapply(data, function(d) seq_len(size[[1]]))
    return(list(names = NULL, count = size[[1]], places = places, from = NULL))
  }
  if (any(bare)) {
    abort_input(
      "All data sets of {.arg x}, or none, must have names of {what}s; {quote_each(names(data)[bare][1])} \\
       has none."
    )
  }
  twice <- which(vapply(names, anyDuplicated, 0L) > 0)
  if (length(twice)) {
    own <- names[[twice[1]]]
    again <- own[duplicated(own)][1]
    abort_input(
      "Names of {what}s must be different; {quote_each(again)} is there twice in \\
       {quote_each(names(data)[twice[1]])}."
    )
  }
  shared <- if (all) ordered_union(names) else Reduce(intersect, names)
  if (!length(shared)) {
    abort_input(c(
      "The data sets of {.arg x} have no {what} in common.",
      "x" = "In {quote_each(names(data)[1])} they are such as {quote_each(utils::head(names[[1]], 2))}, in \\
             {quote_each(names(data)[length(names)])} such as \\
             {quote_each(utils::head(names[[length(names)]], 2))}.",
      "i" = "They are matched by name; {.fn unname} makes positions count."
    ))
  }
  # `places`: among all names, increasing; `from`: which rows of the data set these are.
  places <- lapply(names, function(own) which(shared %in% own))
  from <- Map(function(own, place) match(shared[place], own), names, places)
  list(names = shared, count = length(shared), places = places, from = from)
}

# Names that the same data sets have are neighbours: those that all have come first.
ordered_union <- function(names) {
  all <- unique(unlist(names, use.names = FALSE))
  has <- vapply(names, function(own) all %in% own, logical(length(all)))
  has <- matrix(has, length(all))
  keys <- c(list(-rowSums(has)), lapply(seq_len(ncol(has)), function(i) !has[, i]))
  key <- do.call(order, c(keys, method = "radix"))
  all[key]
}

# The storages with those rows, in that order: the data themselves where they are as they should be.
joint_storages <- function(data, from) {
  if (is.null(from)) {
    return(lapply(data, `[[`, "x"))
  }
  Map(function(d, rows) if (is_all(rows, d$dim[1])) d$x else chosen_rows(d$x, rows), data, from)
}

chosen_columns <- function(x, columns) if (is_all(columns, ncol(x))) x else columns_of(x, columns)

# Of blocks, one by one.
chosen_rows <- function(x, rows) {
  if (!by_blocks(x)) {
    return(rows_of(x, rows))
  }
  names <- names_of(x)
  block <- function(first, last) rows_of(columns_of(x, seq.int(first, last)), rows)
  nmf_blocks(block, c(length(rows), ncol(x)), list(names[[1]][rows], names[[2]]), x$sparse)
}
