# A matrix of package DelayedArray, on disk or with operations that are still to be done: in memory if it is
# small there, otherwise written to a store that lasts as long as it is used.

#' @exportS3Method nmf_storage DelayedMatrix
nmf_storage.DelayedMatrix <- function(x, arg = "x") {
  sparse <- getExportedValue("DelayedArray", "is_sparse")(x)
  held_or_stored(x, arg, sparse, function(label) delayed_reader(x, label))
}

# Of such a matrix, or one like it.
held_or_stored <- function(x, arg, sparse, reader) {
  # Of a sparse matrix a tenth of the entries, say, each with its row: how many there are is not known before.
  bytes <- (if (sparse) 1.2 else 8) * prod(as.double(dim(x)))
  given <- if (bytes <= memory_limit() / 4) {
    nmf_storage(methods::as(x, if (sparse) "dgCMatrix" else "matrix"), arg)
  } else {
    store <- temporary_store(list(reader(NULL)), function(path) {
      tell_user(c(
        "{.arg {arg}} is not in memory: it is written to a store in {.path {dirname(path)}}, for this call.",
        "i" = "{.fn nmf_store} writes one that stays. {.code options(nonneg.store_place = )} is the folder \\
               of others."
      ), class = "nonneg_message_store")
    })
    stored(store, "store")
  }
  given$class <- class(x)[1]
  given
}
