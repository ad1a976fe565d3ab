# From what the user gave to a storage: the methods of nmf_storage().

# What a method of nmf_storage() returns.
stored <- function(x, class, documents = FALSE, weighting = list()) {
  list(x = x, class = class, assay = NULL, layer = NULL, documents = documents, weighting = weighting)
}

# A matrix in the object, if it has several, as nmf_matrix() takes it.
given_storage <- function(x, arg, assay = NULL, layer = NULL) {
  if (!has_matrices(x)) {
    if (!is.null(assay) || !is.null(layer)) {
      which <- if (is.null(assay)) "layer" else "assay"
      abort_input(
        "{.arg {which}} is for objects that hold several matrices, see {.code ?adapters}, not for \\
         {describe(x)}."
      )
    }
    return(nmf_storage(x, arg))
  }
  # Which assay is the default may change between two calls; the fit keeps to its own.
  if (is.null(assay) && inherits(x, "Seurat")) assay <- default_seurat_assay(x)
  chosen <- Filter(Negate(is.null), list(assay = assay, layer = layer))
  given <- nmf_storage(do.call(nmf_matrix, c(list(x), chosen)), arg)
  given$class <- class(x)[1]
  given["assay"] <- list(assay)
  given["layer"] <- list(layer)
  given
}

# Is there a method of nmf_matrix() for it?
has_matrices <- function(x) {
  if (!is.object(x)) {
    return(FALSE)
  }
  kinds <- if (isS4(x)) methods::is(x) else class(x)
  methods <- paste0("nmf_matrix.", kinds)
  # What utils::getS3method() finds, in a tenth of its time: those that are in sight, and those registered.
  registered <- get(".__S3MethodsTable__.", topenv())
  any(vapply(methods, function(name) exists(name, mode = "function") ||
    exists(name, registered, inherits = FALSE), NA))
}

# The assay and layer that the fit had, for objects that have some, unless told otherwise.
remembered <- function(x, fit, assay, layer) {
  if (!has_matrices(x)) {
    return(list(assay = assay, layer = layer))
  }
  list(
    assay = if (is.null(assay)) fit$data$assay else assay,
    layer = if (is.null(layer) && is.null(assay)) fit$data$layer else layer
  )
}

# To a storage, whose values are not looked at yet.
#' @noRd
#' @keywords internal
nmf_storage <- function(x, arg = "x") {
  UseMethod("nmf_storage")
}

#' @export
nmf_storage.matrix <- function(x, arg = "x") {
  stored(as_double_matrix(as_bare_matrix(x), arg), if (is.object(x)) class(x)[1] else "matrix")
}

#' @export
nmf_storage.nmf_blocks <- function(x, arg = "x") stored(x, "nmf_blocks")

#' @export
nmf_storage.data.frame <- function(x, arg = "x") {
  if (inherits(x, "sparseSummary")) {
    abort_input(c(
      "{.arg {arg}} must be a matrix, not the list of entries that {.fn summary} of a sparse one gives.",
      "i" = "Give the matrix itself, or make one of it: \\
             {.code Matrix::sparseMatrix(i = {arg}$i, j = {arg}$j, x = {arg}$x)}."
    ))
  }
  numeric <- vapply(x, is_numeric_column, NA)
  if (!all(numeric)) abort_columns(x, which(!numeric), arg)
  stored(as_double_matrix(as.matrix(x), arg), class(x)[1])
}

abort_columns <- function(x, bad, arg) {
  shown <- utils::head(bad, 5)
  rows <- sprintf(
    "column %d (%s): <%s>", shown, encodeString(names(x)[shown], quote = "\""),
    vapply(x[shown], function(col) class(col)[1], "")
  )
  text <- bad[vapply(x[bad], is_text, NA)]
  # One column of text, all different, next to numbers: names of the rows.
  labels <- if (length(bad) == 1 && length(text) == 1 && ncol(x) > 1 &&
    !anyDuplicated(x[[text]])) names(x)[text]
  abort_input(c(
    "All columns of {.arg {arg}} must be numeric or logical.",
    "x" = "{length(bad)} column{?s} {?is/are} not:",
    bullets(rows, length(bad)),
    "i" = if (length(labels)) {
      "Are these the names of the rows? \\
       {.code y <- as.matrix({arg}[-{text}]); rownames(y) <- {arg}[[{text}]]}"
    },
    "i" = if (!length(labels) && ncol(x) - length(bad) >= 2) {
      "Numbers alone: {.code {numbers_only(arg, bad)}}. Features are rows; if the rows are observations, \\
       turn them: {.code t({numbers_only(arg, bad)})}."
    },
    "i" = if (any(vapply(x[bad], inherits, NA, "integer64"))) "Turn 64-bit integers into numbers: \\
        {.fn as.numeric}.",
    # Few columns, and text in one.
    "i" = if (ncol(x) <= 4 && any(vapply(x, is_text, NA))) {
      "If each row is a term of a document: see {.fn tidy_documents}."
    }
  ))
}

# A call that leaves the columns `bad` out.
numbers_only <- function(arg, bad) {
  if (length(bad) == 1) {
    return(sprintf("%s[-%d]", arg, bad))
  }
  if (length(bad) <= 5) {
    return(sprintf("%s[-c(%s)]", arg, toString(bad)))
  }
  sprintf("%s[sapply(%s, is.numeric)]", arg, arg)
}

#' @export
nmf_storage.Matrix <- function(x, arg = "x") {
  kind <- class(x)[1]
  check_not_empty(x, arg)
  x <- if (methods::is(x, "sparseMatrix")) {
    as_sorted_dgC(as_dgC(x), arg)
  } else {
    as_double_matrix(plain_matrix(x), arg)
  }
  stored(x, kind)
}

#' @export
nmf_storage.default <- function(x, arg = "x") {
  # A matrix under another class, such as a contingency table.
  if (is.matrix(x) && is.object(x) && !inherits(x, "integer64")) {
    return(stored(as_double_matrix(as_bare_matrix(x), arg), class(x)[1]))
  }
  abort_input(c(
    "{.arg {arg}} must be a matrix, a data frame or a matrix of package {.pkg Matrix}, \\
     not {describe(x)}.",
    advice_on_kind(x, arg),
    "i" = if (inherits(x, "integer64")) "Turn 64-bit integers into numbers: \\
        {.code array(as.numeric({arg}), dim({arg}), dimnames({arg}))}.",
    "i" = if (inherits(x, c("Assay", "StdAssay"))) {
      "Give the Seurat object with {.arg assay} and {.arg layer}, or \\
       {.code SeuratObject::LayerData({arg}, \"data\")}."
    },
    # As the data sets of this package are.
    "i" = if (is.list(x) && !is.object(x) && (is.matrix(x[["x"]]) || methods::is(x[["x"]], "Matrix"))) {
      "Its element {.field x} is one: did you mean {.code {name_given(arg)}$x}?"
    }
  ))
}

# How to make a matrix of what people take for one.
advice_on_kind <- function(x, arg) {
  if (inherits(x, "dist")) {
    return(c(
      "i" = "{.code as.matrix({arg})} is the whole matrix. {.fn nmf_symmetric} finds groups in \\
             similarities, which are large where distances are small."
    ))
  }
  if (is.array(x) && length(dim(x)) > 2) {
    return(c(
      "i" = "One with two sides: {.code matrix({arg}, nrow({arg}))} has all others side by side, \\
             {.code apply({arg}, 1:2, sum)} adds them up."
    ))
  }
  if (is.numeric(x) && is.null(dim(x)) && (!is.object(x) || stats::is.ts(x))) {
    return(c(
      "i" = "One observation is {.code as.matrix({arg})}: features are rows.",
      "i" = if (stats::is.ts(x) && stats::frequency(x) > 1) {
        "A column for each period: {.code matrix({arg}, {stats::frequency(x)})}."
      }
    ))
  }
  if (inherits(x, c("Corpus", "corpus")) || is.character(x) && length(x) > 1) {
    return(c(
      "i" = "Words are counted first, as by {.code tm::DocumentTermMatrix()} or {.code quanteda::dfm()}; \\
             {.fn tidy_documents} takes a table of counts."
    ))
  }
  if (is.character(x)) {
    return(c(
      "i" = "A table is read first, as by {.fn read.csv}; {.fn nmf_store} takes files of MatrixMarket, \\
             Cell Ranger and anndata."
    ))
  }
  if (inherits(x, "formula")) {
    return(c(
      "i" = "A formula chooses columns of a data frame; here those are chosen before, as in \\
             {.code data[c(\"a\", \"b\")]}."
    ))
  }
  if (is.list(x) && !is.object(x) && length(x) > 1) {
    sides <- lengths(lapply(x, dim))
    vectors <- all(vapply(x, is.numeric, NA)) && all(sides == 0) && all(lengths(x) == max(2, length(x[[1]])))
    return(c(
      "i" = if (all(sides == 2)) "Several data sets go into {.fn nmf_joint} or {.fn nmf_programs}.",
      "i" = if (vectors) "Vectors become columns by {.code do.call(cbind, {arg})}."
    ))
  }
}

# Without its class, of S3 or of S4 (which may hide a matrix, or an array of two dimensions).
as_bare_matrix <- function(x) {
  if (!is.object(x) || inherits(x, "integer64")) {
    return(x)
  }
  names <- dimnames(x)
  size <- dim(x)
  x <- if (isS4(x)) methods::getDataPart(x) else unclass(x)
  if (length(size) != 2) {
    return(x)
  }
  array(as.vector(x), size, if (length(unlist(names))) names)
}

# What the user gave as that argument, if it is a name.
name_given <- function(arg) {
  at <- user_frame()
  call <- tryCatch(match.call(sys.function(at), sys.call(at)), error = function(e) NULL)
  given <- call[[arg]]
  if (is.name(given)) as.character(given) else "..."
}

is_numeric_column <- function(col) {
  (is.numeric(col) || is.logical(col)) && is.null(dim(col)) && !inherits(col, "integer64")
}

is_text <- function(col) is.character(col) || is.factor(col)

# Older versions of Matrix give a matrix without names a list of two NULLs for names.
plain_matrix <- function(x) {
  x <- if (methods::is(x, "Matrix")) methods::as(x, "matrix") else as.matrix(x)
  if (is.list(dimnames(x)) && is.null(unlist(dimnames(x)))) dimnames(x) <- NULL
  x
}

# Integers and logicals are converted once; doubles are returned untouched.
as_double_matrix <- function(x, arg) {
  if (!typeof(x) %in% c("double", "integer", "logical")) {
    abort_input("{.arg {arg}} must hold numbers, not values of type {.cls {typeof(x)}}.")
  }
  check_not_empty(x, arg)
  if (typeof(x) != "double") storage.mode(x) <- "double"
  x
}

check_not_empty <- function(x, arg) {
  if (any(dim(x) == 0)) {
    abort_input(
      "{.arg {arg}} must have at least one row and one column, \\
       not {nrow(x)} row{?s} and {ncol(x)} column{?s}."
    )
  }
}

# Triplets become columns first, while the entries still have their own type:
# repeated entries add up in a numeric matrix, and mean TRUE in a logical one.
as_dgC <- function(x) {
  if (methods::is(x, "dgCMatrix")) {
    return(x)
  }
  for (virtual in c("CsparseMatrix", "dMatrix", "generalMatrix")) {
    x <- methods::as(x, virtual)
  }
  x
}

# The core relies on row indices that increase within each column. Matrices
# made by hand may break that; they are rebuilt once, adding repeated entries.
as_sorted_dgC <- function(x, arg) {
  order <- if (slots_fit(x)) cpp_rows_order(x@i, x@p, nrow(x)) else 2
  if (order == 2) abort_input("{.arg {arg}} is not a valid {.cls dgCMatrix}: its slots do not fit together.")
  ends <- x@p[ncol(x) + 1L]
  if (length(x@i) == ends && order == 0) {
    return(x)
  }
  used <- seq_len(ends)
  Matrix::sparseMatrix(
    i = x@i[used], p = x@p, x = x@x[used], dims = dim(x), dimnames = dimnames(x),
    index1 = FALSE, repr = "C"
  )
}

slots_fit <- function(x) {
  p <- x@p
  if (length(p) != ncol(x) + 1L || anyNA(p) || p[1L] != 0L || is.unsorted(p)) {
    return(FALSE)
  }
  length(x@x) == length(x@i) && length(x@i) >= p[length(p)]
}
