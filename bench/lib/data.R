# The data of the cases. Seeds are fixed: every run sees the same numbers.

# A dense matrix of rank 20 and noise of a tenth of its size.
dense_data <- function(rows, columns, rank = 20) {
  set.seed(1)
  W <- matrix(stats::rexp(rows * rank), rows)
  H <- matrix(stats::rexp(rank * columns), rank)
  x <- W %*% H
  level <- 0.1 * mean(x)
  for (j in seq_len(columns)) x[, j] <- x[, j] + level * abs(stats::rnorm(rows))
  x
}

# As many nonzeros in every column, anywhere.
sparse_data <- function(rows, columns, nonzeros) {
  set.seed(1)
  each <- round(nonzeros / columns)
  i <- unlist(lapply(seq_len(columns), function(j) sort(sample.int(rows, each)))) - 1L
  Matrix::sparseMatrix(
    i = i, p = c(0L, cumsum(rep(each, columns))), x = stats::rexp(each * columns),
    dims = c(rows, columns), index1 = FALSE
  )
}

# Counts of cells that run one to three of some programs, about 300 each.
simulated_cells <- function(genes, cells, programs) {
  set.seed(1)
  W <- matrix(stats::rexp(genes * programs) * (stats::runif(genes * programs) < 0.15), genes) + 1e-3
  W <- sweep(W, 2, colSums(W), "/")
  blocks <- split(seq_len(cells), (seq_len(cells) - 1) %/% 10000)
  do.call(cbind, unname(lapply(blocks, function(j) {
    H <- matrix(stats::rexp(programs * length(j)), programs)
    runs <- vapply(j, function(k) seq_len(programs) %in% sample.int(programs, sample.int(3, 1)), logical(programs))
    H[!runs] <- 0
    H <- sweep(H, 2, colSums(H), "/") * rep(stats::rlnorm(length(j), log(300), 0.3), each = programs)
    counts <- W %*% H
    methods::as(matrix(as.double(stats::rpois(length(counts), counts)), genes), "CsparseMatrix")
  })))
}

# Counts of 16,791 genes in 3,774 blood cells (Zheng et al. 2017), as prepared in
# the package fastTopics: only this file of its source is taken, nothing is built.
# Normalised as usual: log(1 + 10,000 * count / total of the cell).
pbmc_log <- function(genes = Inf, cells = Inf) {
  file <- cache("pbmc_log.rds")
  if (!file.exists(file)) {
    counts <- pbmc_counts()
    factor <- 1e4 / Matrix::rowSums(counts)
    x <- Matrix::t(counts)
    x@x <- log1p(x@x * rep(factor, diff(x@p)))
    saveRDS(x, file, compress = FALSE)
  }
  x <- readRDS(file)
  x <- x[seq_len(min(genes, nrow(x))), seq_len(min(cells, ncol(x)))]
  x@Dimnames <- list(NULL, NULL)
  x
}

pbmc_counts <- function() {
  inside <- "fastTopics/data/pbmc_facs.RData"
  file <- cache(inside)
  if (!file.exists(file)) {
    say("downloading the source of fastTopics for its data set pbmc_facs")
    got <- utils::download.packages("fastTopics", cache(), type = "source", quiet = TRUE)
    if (!nrow(got)) stop("fastTopics could not be downloaded: no pbmc_facs data")
    utils::untar(got[1, 2], files = inside, exdir = cache())
    unlink(got[1, 2])
  }
  box <- new.env()
  load(file, box)
  box$pbmc_facs$counts
}

# W, then H: uniform, with the mean of WH that of x.
random_start <- function(x, rank, seed = 1) {
  set.seed(seed)
  W <- matrix(stats::runif(nrow(x) * rank), nrow(x))
  H <- matrix(stats::runif(rank * ncol(x)), rank)
  by <- sqrt(sum(as_values(x)) / length(x) / sum(colMeans(W) * rowMeans(H)))
  list(W = W * by, H = H * by, seed = seed)
}
