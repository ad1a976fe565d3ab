# What the article "Large data" shows: a file of Cell Ranger with a million simulated cells, converted and fitted, next to
# MiniBatchNMF of scikit-learn reading the same file. Writes vignettes/large-data.rds.
#
#   Rscript data-raw/large-data.R FOLDER [cells] [file]
#
# FOLDER takes about 2 GB. Needs rhdf5, and in NONNEG_PYTHON (or python3) scikit-learn and h5py.

library(Matrix)
arguments <- commandArgs(TRUE)
folder <- arguments[1]
cells <- if (length(arguments) > 1) as.numeric(arguments[2]) else 1e6
genes <- 2000
programs <- 12
per_block <- 10000
python <- Sys.getenv("NONNEG_PYTHON", "python3")
file <- file.path(folder, "cells.h5")
store_path <- file.path(folder, "cells.store")

# Programs: each gene is in a few of them; each cell runs one to three, and has some 300 counts.
set.seed(1)
W <- matrix(rexp(genes * programs) * (runif(genes * programs) < 0.15), genes)
W <- sweep(W + 1e-3, 2, colSums(W + 1e-3), "/")
cells_of_block <- function(k) {
  set.seed(1000 + k)
  H <- matrix(rexp(programs * per_block), programs)
  runs <- vapply(seq_len(per_block), function(j) {
    seq_len(programs) %in% sample.int(programs, sample.int(3, 1))
  }, logical(programs))
  H[!runs] <- 0
  H <- sweep(H, 2, colSums(H), "/") * rep(rlnorm(per_block, log(300), 0.3), each = programs)
  counts <- W %*% H
  list(H = H, x = as(matrix(as.double(rpois(length(counts), counts)), genes), "CsparseMatrix"))
}

write_file <- function() {
  library(rhdf5)
  h5createFile(file)
  h5createGroup(file, "matrix")
  h5createGroup(file, "matrix/features")
  for (name in c("data", "indices")) {
    h5createDataset(
      file, paste0("matrix/", name), 0, maxdims = H5Sunlimited(), storage.mode = "integer", chunk = 80000, level = 4
    )
  }
  p <- 0
  for (k in seq_len(cells / per_block)) {
    x <- cells_of_block(k)$x
    from <- p[length(p)]
    count <- length(x@x)
    for (name in c("data", "indices")) {
      h5set_extent(file, paste0("matrix/", name), from + count)
      value <- if (name == "data") as.integer(x@x) else x@i
      h5write(value, file, paste0("matrix/", name), start = from + 1, count = count)
    }
    p <- c(p, from + x@p[-1])
  }
  put <- function(value, name) h5write(value, file, paste0("matrix/", name))
  put(as.integer(p), "indptr")
  put(as.integer(c(genes, cells)), "shape")
  put(sprintf("cell-%d", seq_len(cells)), "barcodes")
  put(sprintf("gene-%d", seq_len(genes)), "features/id")
  put(sprintf("gene-%d", seq_len(genes)), "features/name")
  put(rep("Gene Expression", genes), "features/feature_type")
  h5closeAll()
}
if (!file.exists(file)) write_file()
if (length(arguments) > 2) quit() # only the file was wanted
library(nonneg)

# The most anonymous memory that a process takes while `code` runs in it, sampled.
watched <- function(code) {
  log <- tempfile()
  status <- sprintf("/proc/%d/status", Sys.getpid())
  flag <- tempfile()
  writeLines("", flag)
  system2("sh", c("-c", shQuote(sprintf(
    "while [ -f %s ]; do grep RssAnon %s >> %s; sleep 0.1; done", flag, status, log
  ))), wait = FALSE)
  began <- Sys.time()
  value <- force(code)
  seconds <- as.numeric(difftime(Sys.time(), began, units = "secs"))
  unlink(flag)
  Sys.sleep(0.3)
  list(value = value, seconds = seconds, memory = max(as.numeric(gsub("[^0-9]", "", readLines(log)))) * 1024)
}

base <- watched(Sys.sleep(0.5))$memory
unlink(store_path, recursive = TRUE)
conversion <- watched(nmf_store(file, store_path, verbose = FALSE))
store <- conversion$value
set.seed(2)
fitted <- watched(nmf(store, programs, init = "random", max_iter = 100, threads = 2, verbose = FALSE))
fit <- fitted$value

# Planted programs and those that were found, by cosine, each with its best partner.
cosine <- crossprod(sweep(W, 2, sqrt(colSums(W^2)), "/"), sweep(fit$W, 2, sqrt(colSums(fit$W^2)), "/"))
found <- apply(cosine, 1, max)
block <- cells_of_block(1)
truth <- max.col(t(block$H))
class <- predict(fit, store[, seq_len(per_block)], type = "class")

# scikit-learn from the same file, a block of cells at a time; the error of its W is that of the best H, as for ours.
script <- file.path(folder, "minibatch.py")
writeLines(c(
  "import sys, time, resource, numpy as np, h5py, scipy.sparse as sp",
  "from sklearn.decomposition import MiniBatchNMF",
  "file, rank, block, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]",
  "m = h5py.File(file, 'r')['matrix']; p = m['indptr'][:]; l, n = m['shape'][:]",
  "def blocks():",
  "    for first in range(0, n, block):",
  "        last = min(n, first + block); a, b = p[first], p[last]",
  "        yield sp.csr_matrix((m['data'][a:b].astype(np.float64), m['indices'][a:b], p[first:last + 1] - a), (last - first, l))",
  "model = MiniBatchNMF(rank, init='random', batch_size=block, random_state=1, max_iter=200)",
  "began = time.time(); seconds = []",
  "for epoch in range(2):",
  "    for x in blocks(): model.partial_fit(x)",
  "    seconds.append(time.time() - began)",
  "    np.savetxt('%s-%d.txt' % (out, epoch + 1), model.components_.T)",
  "np.savetxt(out, seconds + [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024])"
), script)
peer <- file.path(folder, "minibatch.txt")
status <- system2(python, c(script, file, programs, per_block, peer))
stopifnot(status == 0)
measured <- scan(peer, quiet = TRUE)
relative <- function(W) {
  H <- nnls(W, store)
  sqrt(2 * divergence(store, list(W = W, H = H)) / store$scan$sumsq)
}
errors <- vapply(1:2, function(k) relative(as.matrix(read.table(paste0(peer, "-", k, ".txt")))), 0)
own <- sqrt(2 * fit$loss / store$scan$sumsq)
# When was the fit as good as the epochs of scikit-learn?
level <- sqrt(2 * fit$history$loss / store$scan$sumsq)
reached <- vapply(errors, function(e) fit$history$seconds[which(level <= e)[1]], 0)

saveRDS(list(
  cells = cells, genes = genes, programs = programs, nonzeros = store$stored, type = store$type,
  file = file.size(file), store = sum(store$files$bytes), base = base,
  conversion = conversion[c("seconds", "memory")], fit = fitted[c("seconds", "memory")],
  iterations = nrow(fit$history) - 1, certificate = fit$certificate, error = own, level = level,
  history = fit$history[c("iteration", "seconds")], found = found, agreement = agreement(class, truth),
  peer = list(seconds = measured[1:2], memory = measured[3], errors = errors, reached = reached),
  versions = c(python = system2(python, c("-c", shQuote("import sklearn; print(sklearn.__version__)")), stdout = TRUE)),
  threads = 2
), "vignettes/large-data.rds")
