# Checkpoints: files from which work that was killed goes on, to the same bits. A fit saves what an iteration
# needs of those before it (core/checkpoint.h), a function that runs many fits what it keeps of those that are
# finished.
#
# A file is a line that says what it is, a checksum and a serialized list(id, state). It is written beside its
# place and moved there, so that there is a whole one at any time. `id`: checksums of all that the result
# depends on, by name; a file of other data or settings is an error.
#
# Of several machines each has a file, and none is moved before all have been written: whenever they are
# killed, there is one moment of which all have a whole file, in its place or beside it.

checkpoint_mark <- "nonneg checkpoint 1"

# NULL, or list(every, id, state): what there is to go on from, or NULL. `id`: a function.
open_checkpoint <- function(control, id) {
  path <- control$checkpoint
  if (is.null(path)) {
    return(NULL)
  }
  m <- machines()
  several <- !is.null(m) && m$count > 1
  if (several) path <- paste0(path, ".", m$me)
  folder <- dirname(path)
  if (!dir.exists(folder)) {
    abort_input("The folder of {.arg checkpoint}, {quote_each(folder)}, does not exist.")
  }
  if (dir.exists(path)) abort_input("{.arg checkpoint} must be a file, but {quote_each(path)} is a folder.")
  if (file.access(folder, 2) != 0) abort_input("{.arg checkpoint}: the folder {quote_each(folder)} cannot \\
      be written to.")
  id <- id()
  if (several) id <- c(id, list(processes = c(m$me, m$count)))
  state <- if (several) {
    common_state(path, id)
  } else if (file.exists(path)) {
    read_checkpoint(path, id)
  }
  list(path = path, every = checkpoint_every(control), id = id, state = state)
}

part_file <- function(path) paste0(path, ".part")

# The newest that all machines have; NULL where none has begun.
common_state <- function(path, id) {
  part <- part_file(path)
  found <- list(
    if (file.exists(path)) read_checkpoint(path, id),
    if (file.exists(part)) tryCatch(read_checkpoint(part, id), nonneg_error_input = function(e) NULL)
  )
  # Runs, and iterations of the one that is being made.
  moments <- vapply(found, function(state) {
    if (is.null(state)) -1 else 1e9 * state$run + max(0, ncol(state$inside$core$history))
  }, 0)
  each <- from_each(list(there = file.exists(path), moments = moments[moments >= 0]))
  common <- Reduce(intersect, lapply(each, `[[`, "moments"))
  if (length(common)) {
    at <- match(max(common), moments)
    if (at == 2) file.rename(part, path)
    return(found[[at]])
  }
  there <- vapply(each, `[[`, NA, "there")
  if (any(there)) {
    abort_input(c(
      "{.arg checkpoint}: the files of the processes are not of one moment.",
      "x" = if (!all(there)) "That of process {which(!there)[1] - 1} is not there.",
      "i" = "Remove all of them to begin anew."
    ))
  }
}

checkpoint_every <- function(control) if (is.null(control$every)) 60 else control$every

write_checkpoint <- function(checkpoint, state) {
  part <- part_file(checkpoint$path)
  bytes <- serialize(list(id = checkpoint$id, state = state), NULL, xdr = FALSE)
  written <- tryCatch(
    {
      file <- file(part, "wb")
      tryCatch(
        {
          writeBin(charToRaw(paste0(checkpoint_mark, "\n", cpp_vector_checksum(bytes), "\n")), file)
          writeBin(bytes, file)
        },
        finally = close(file)
      )
      file.size(part) > length(bytes)
    },
    error = function(e) FALSE, warning = function(w) FALSE
  )
  if (written) {
    # None of several machines goes on before all are here.
    summed(1)
    written <- suppressWarnings(file.rename(part, checkpoint$path))
  }
  if (!written) {
    unlink(part)
    abort_input(c(
      "{.arg checkpoint} {quote_each(checkpoint$path)} cannot be written.",
      "i" = "It takes {size_text(length(bytes))}: is the disk full?"
    ))
  }
}

read_checkpoint <- function(path, id) {
  bad <- function(why) {
    abort_input(c(
      "{.arg checkpoint} {quote_each(path)} {why}.",
      "i" = "Remove it to begin anew, or give another file."
    ))
  }
  size <- file.size(path)
  bytes <- tryCatch(readBin(path, "raw", size), error = function(e) raw(), warning = function(w) raw())
  mark <- charToRaw(paste0(checkpoint_mark, "\n"))
  first <- length(mark) + 17
  if (!length(bytes)) bad("is empty or cannot be read")
  if (!identical(utils::head(bytes, length(mark)), mark)) bad(
    "is no checkpoint of this version of the package"
  )
  if (length(bytes) <= first) bad("is damaged: it ends too soon")
  sum <- rawToChar(bytes[length(mark) + 1:16])
  bytes <- bytes[-seq_len(first)]
  if (!identical(sum, cpp_vector_checksum(bytes))) bad("is damaged: its checksum is not that of its contents")
  found <- unserialize(bytes)
  differs <- union(setdiff(names(id), names(found$id)), setdiff(names(found$id), names(id)))
  if (!length(differs)) differs <- names(id)[!mapply(identical, id, found$id[names(id)])]
  if (length(differs)) bad(paste0("is that of another call: it differs in ", paste(differs, collapse = ", ")))
  found$state
}

close_checkpoint <- function(checkpoint) {
  if (!is.null(checkpoint)) unlink(c(checkpoint$path, part_file(checkpoint$path)))
}

# `control` without it, for what has one of its own.
without_checkpoint <- function(control) {
  control[c("checkpoint", "every")] <- list(NULL)
  control
}

checksum_of <- function(x) cpp_vector_checksum(serialize(x, NULL, xdr = FALSE))

# Options of the fits of a bootstrap: those of `fit`, and where `control` says that it be saved.
checkpoint_of <- function(control, fit) {
  control <- check_control(control)
  fit[c("checkpoint", "every")] <- control[c("checkpoint", "every")]
  fit
}

# Numbers in memory are summed as they are; of blocks there are the facts of the scan.
data_id <- function(data) {
  x <- data$x
  values <- if (by_blocks(x)) {
    NULL
  } else if (is_dense(x)) {
    cpp_vector_checksum(x)
  } else {
    c(cpp_vector_checksum(x@x), cpp_vector_checksum(x@i), cpp_vector_checksum(x@p))
  }
  of <- c("dim", "dimnames", "scan", "partial", "observed", "entry_weights", "row_weights", "column_weights",
    "sumsq", "mask")
  checksum_of(list(values, unclass(data)[of]))
}

# What may change between two calls: it has no say in the bits, or only in where they end.
settings_id <- function(settings, free = c("threads", "verbose")) {
  control <- without_checkpoint(settings$control)
  control["max_seconds"] <- list(NULL)
  settings$control <- unclass(control)
  settings[free] <- NULL
  plain <- function(x) if (is.function(x)) NULL else if (is.list(x)) lapply(unclass(x), plain) else x
  lapply(settings, function(x) checksum_of(plain(x)))
}

generator_state <- function() get0(".Random.seed", globalenv(), inherits = FALSE)

set_generator <- function(state) if (!is.null(state)) assign(".Random.seed", state, globalenv())

# That of a fit, or of several runs of it.
fit_checkpoint <- function(problem) {
  settings <- problem$settings
  open_checkpoint(settings$control, function() {
    c(
      list(data = data_id(problem$data), init = checksum_of(problem$init),
        fixed = checksum_of(problem$fixed)),
      settings_id(settings, c("threads", "max_iter", "init", "fixed", "row_weights", "column_weights"))
    )
  })
}

# Of a task of many fits, whose result depends on `of`; `parts` are those of the task that hold what is
# finished, and the seeds of the fits: whoever goes on has other ones. Goes on if there is something:
# list(task, tick).
task_checkpoint <- function(task, of, parts) {
  control <- task$arguments$control
  task$arguments$control <- without_checkpoint(control)
  if (!is.null(task$checkpoint)) control <- task$checkpoint
  checkpoint <- open_checkpoint(control, function() {
    arguments <- task$arguments
    data <- if (is_input(task$data)) data_id(task$data) else checksum_of(task$x)
    c(list(data = data), settings_id(c(arguments, settings = list(task$settings))),
      lapply(task[of], checksum_of))
  })
  if (is.null(checkpoint)) {
    return(list(task = task, tick = function(...) NULL, done = function() NULL))
  }
  # What update() goes on with may be ahead of the file.
  if (!is.null(checkpoint$state) && is.null(task$checkpoint)) task[parts] <- checkpoint$state
  checkpoint$state <- NULL
  task$checkpoint <- control[c("checkpoint", "every")]
  last <- proc.time()[["elapsed"]]
  list(
    task = task,
    # `now`: a function that gives the task as it is.
    tick = function(now) {
      if (proc.time()[["elapsed"]] - last < checkpoint$every) {
        return()
      }
      write_checkpoint(checkpoint, now()[parts])
      last <<- proc.time()[["elapsed"]]
    },
    done = function() close_checkpoint(checkpoint)
  )
}
