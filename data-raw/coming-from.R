# What other packages make of two data sets, next to ours: the figures of vignettes/coming-from.Rmd, kept in
# vignettes/coming-from.csv, since those packages may not be there when the page is built. The figures of a
# package that is missing stay as they are.
#
#   Rscript data-raw/coming-from.R            all that are installed
#   ONLY=nonneg Rscript data-raw/coming-from.R
#
# NMF, RcppML and scikit-learn are among Debian's packages; topicmodels and fastTopics are at CRAN, NNLM in its
# archive.

suppressPackageStartupMessages(library(nonneg))
options(nonneg.threads = 1)
file <- file.path(getwd(), "vignettes", "coming-from.csv")
rank <- 3
starts <- 10

genes <- sqrt(leukemia$x)
# The 1000 most frequent words of 269 chapters.
words <- austen$x[order(-Matrix::rowSums(austen$x))[1:1000], ]

# The KKT residual as ?nmf documents it, for any pair of factors.
oracle <- new.env(parent = asNamespace("nonneg"))
sys.source("tests/testthat/helper-oracle.R", oracle)
residual <- function(x, W, H, loss) {
  if (loss == "kl") oracle$entry_kkt(as.matrix(x), W, H, loss = "kullback-leibler") else oracle$oracle_kkt(x, W, H)
}

# Each entry makes one fit from the start `seed`, by the defaults of its package but for the loss, and gives it
# as the package has it. Seconds are those of its own call.
peers <- list(
  genes = list(
    "nonneg, default" = list("nonneg", "nmf(x, 3)", function(x, seed) nmf(x, rank)),
    "nonneg" = list("nonneg", "nmf(x, 3, init = \"random\")", function(x, seed) {
      set.seed(seed)
      nmf(x, rank, init = "random")
    }),
    "NMF" = list("NMF", "nmf(x, 3, \"lee\")", function(x, seed) NMF::nmf(x, rank, "lee", seed = seed)),
    "NMF " = list("NMF", "nmf(x, 3, \"snmf/r\")", function(x, seed) NMF::nmf(x, rank, "snmf/r", seed = seed)),
    "RcppML" = list("RcppML", "nmf(x, 3)", function(x, seed) {
      RcppML::nmf(methods::as(x, "CsparseMatrix"), rank, seed = seed, verbose = FALSE)
    }),
    "NNLM" = list("NNLM", "nnmf(x, 3)", function(x, seed) {
      set.seed(seed)
      NNLM::nnmf(x, rank, verbose = 0, show.warning = FALSE)
    }),
    "scikit-learn" = list("scikit-learn", "NMF(3, init='random')", function(x, seed) {
      sklearn(x, seed, "init='random'")
    })
  ),
  words = list(
    "nonneg, default" = list("nonneg", "nmf(x, 6, loss = \"kl\")", function(x, seed) nmf(x, 6, loss = "kl")),
    "nonneg, 20 starts" = list("nonneg", "nmf(x, 6, loss = \"kl\", nrun = 20)", function(x, seed) {
      set.seed(seed)
      nmf(x, 6, loss = "kl", nrun = 20)
    }),
    "nonneg" = list("nonneg", "nmf(x, 6, loss = \"kl\", init = \"random\")", function(x, seed) {
      set.seed(seed)
      nmf(x, 6, loss = "kl", init = "random")
    }),
    "NMF" = list("NMF", "nmf(x, 6, \"brunet\")", function(x, seed) {
      NMF::nmf(as.matrix(x), 6, "brunet", seed = seed)
    }),
    "NNLM" = list("NNLM", "nnmf(x, 6, loss = \"mkl\")", function(x, seed) {
      set.seed(seed)
      NNLM::nnmf(as.matrix(x), 6, loss = "mkl", verbose = 0, show.warning = FALSE)
    }),
    "scikit-learn" = list("scikit-learn", "NMF(6, beta_loss='kullback-leibler', solver='mu', init='random')",
      function(x, seed) {
        sklearn(x, seed, "init='random', beta_loss='kullback-leibler', solver='mu'", 6)
      }
    ),
    "fastTopics" = list("fastTopics", "fit_poisson_nmf(t(x), 6)", function(x, seed) {
      set.seed(seed)
      fastTopics::fit_poisson_nmf(Matrix::t(x), 6, init.method = "random", verbose = "none")
    }),
    "topicmodels" = list("topicmodels", "LDA(t(x), 6)", function(x, seed) {
      x <- slam::as.simple_triplet_matrix(Matrix::t(x))
      topicmodels::LDA(tm::as.DocumentTermMatrix(x, weighting = tm::weightTf), 6, control = list(seed = seed))
    })
  )
)

# scikit-learn, in a Python that has it: NONNEG_PYTHON names one.
python <- Sys.getenv("NONNEG_PYTHON", "python3")
python_says <- function(code) {
  file <- tempfile(fileext = ".py")
  writeLines(code, file)
  answer <- suppressWarnings(system2(python, file, stdout = TRUE, stderr = FALSE))
  if (is.null(attr(answer, "status"))) answer
}

sklearn <- function(x, seed, arguments, rank = 3) {
  dir <- tempfile("sklearn")
  dir.create(dir)
  on.exit(unlink(dir, recursive = TRUE))
  writeBin(as.vector(as.matrix(x)), file.path(dir, "x"))
  answer <- python_says(sprintf("
import numpy as np, time, warnings
from sklearn.decomposition import NMF
warnings.simplefilter('ignore')
X = np.fromfile('%s/x').reshape(%d, %d)
model = NMF(%d, %s, random_state=%d)
start = time.time()
W = model.fit_transform(X)
seconds = time.time() - start
W.T.tofile('%s/W')
model.components_.T.tofile('%s/H')
print(seconds, model.n_iter_)
", dir, ncol(x), nrow(x), rank, arguments, seed, dir, dir))
  said <- as.numeric(strsplit(answer[length(answer)], " ")[[1]])
  read <- function(name, n) readBin(file.path(dir, name), "double", n)
  # As Python has them: observations in rows.
  structure(
    list(
      components_ = t(matrix(read("H", rank * nrow(x)), nrow(x), byrow = TRUE)),
      W = matrix(read("W", rank * ncol(x)), ncol(x))
    ),
    seconds = said[1]
  )
}

version_of <- function(package) {
  if (package == "scikit-learn") {
    return(python_says("import sklearn\nprint(sklearn.__version__)"))
  }
  tryCatch(as.character(utils::packageVersion(package)), error = function(e) NULL)
}

# `class`: what each observation is known to be.
one_fit <- function(fit, x, loss, seed, class) {
  made <- NULL
  seconds <- system.time(made <- suppressMessages(suppressWarnings(fit(x, seed))))[["elapsed"]]
  if (!is.null(attr(made, "seconds"))) seconds <- attr(made, "seconds")
  model <- if (is_nmf(made) && !isS4(made)) made else as_nmf(made, loss = loss)
  # A topic model holds proportions: the amounts are the lengths of documents.
  if (inherits(made, "TopicModel")) {
    H <- sweep(coef(model), 2, Matrix::colSums(x), "*")
    model <- as_nmf(basis(model), H, loss = loss)
  }
  objective <- divergence(x, model, loss)
  kkt <- residual(x, basis(model), coef(model), loss)
  best_H <- predict(as_nmf(basis(model), loss = loss), x)
  data.frame(
    seed = seed, objective = objective, kkt = kkt,
    with_best_H = divergence(x, list(W = basis(model), H = best_H), loss),
    seconds = seconds, column_sums_W = mean(colSums(basis(model))), row_sums_H = mean(rowSums(coef(model))),
    ari = agreement(predict(as_nmf(basis(model), coef(model), loss = loss), type = "class"), class)$ari
  )
}

# NMF finds its algorithms only where it is attached, and must not hide our functions of its names; RcppML
# asks for Matrix to be attached.
if (requireNamespace("NMF", quietly = TRUE)) suppressMessages(attachNamespace("NMF", pos = length(search())))
suppressPackageStartupMessages(library(Matrix))
here <- setwd(tempdir()) # NMF writes files where it is
tables <- list()
old <- if (file.exists(file)) utils::read.csv(file)
for (data in names(peers)) {
  x <- if (data == "genes") genes else words
  loss <- if (data == "genes") "frobenius" else "kl"
  class <- if (data == "genes") leukemia$class else austen$class
  for (peer in peers[[data]]) {
    version <- version_of(peer[[1]])
    if (is.null(version) || !Sys.getenv("ONLY", peer[[1]]) %in% peer[[1]]) {
      message(peer[[1]], " is not run: its figures stay")
      tables[[length(tables) + 1]] <- old[old$data == data & old$call == peer[[2]], ]
      next
    }
    runs <- do.call(rbind, lapply(seq_len(starts), function(seed) one_fit(peer[[3]], x, loss, seed, class)))
    best <- runs[which.min(runs$objective), ]
    tables[[length(tables) + 1]] <- data.frame(
      data = data, package = peer[[1]], version = version, call = peer[[2]],
      best = best$objective, median = stats::median(runs$objective), worst = max(runs$objective),
      kkt = stats::median(runs$kkt), from_H = stats::median(1 - runs$with_best_H / runs$objective),
      seconds = stats::median(runs$seconds), column_sums_W = best$column_sums_W, row_sums_H = best$row_sums_H,
      ari = stats::median(runs$ari)
    )
    print(tables[[length(tables)]][, 1:12])
  }
}
setwd(here)
table <- do.call(rbind, tables)
numbers <- vapply(table, is.numeric, NA)
table[numbers] <- lapply(table[numbers], signif, 9)
utils::write.csv(table, file, row.names = FALSE)
