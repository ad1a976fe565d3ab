# From the same start, a fit reaches the objective of scikit-learn, or a lower one.

# Reads every folder named on the command line, and writes the fit into it.
script <- '
import sys
import warnings
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF
warnings.simplefilter("ignore")
for folder in sys.argv[1:]:
    read = lambda name: np.loadtxt(folder + "/" + name, delimiter=",", ndmin=2)
    x, W0, H0 = read("x"), read("W0"), read("H0")
    sparse, alpha_W, alpha_H, l1_ratio, max_iter, tol = read("settings")[0]
    # Observations are rows there: X = t(x), W = t(H), alpha_W = alpha_H.
    X = np.ascontiguousarray(x.T)
    model = NMF(n_components=W0.shape[1], init="custom", solver="cd", alpha_W=alpha_H, alpha_H=alpha_W,
                l1_ratio=l1_ratio, max_iter=int(max_iter), tol=tol)
    W = model.fit_transform(csr_matrix(X) if sparse else X, W=np.ascontiguousarray(H0.T),
                            H=np.ascontiguousarray(W0.T))
    H = model.components_
    n_samples, n_features = X.shape
    penalty = lambda alpha, size, F: alpha * size * (l1_ratio * F.sum() + (1 - l1_ratio) / 2 * (F ** 2).sum())
    loss = model.reconstruction_err_ ** 2 / 2
    objective = loss + penalty(alpha_H, n_features, W) + penalty(alpha_W, n_samples, H)
    np.savetxt(folder + "/W", H.T, delimiter=",", fmt="%.17g")
    np.savetxt(folder + "/H", W.T, delimiter=",", fmt="%.17g")
    np.savetxt(folder + "/result", [loss, objective, model.n_iter_], fmt="%.17g")
'

# A fit of scikit-learn for every case: a list of x, start, and what differs from
# the settings below. One process for all: its imports take seconds.
sklearn_fits <- function(python, cases) {
  folders <- vapply(cases, function(case) {
    folder <- tempfile("sklearn")
    dir.create(folder)
    save <- function(values, name) {
      utils::write.table(
        format(values, digits = 17, trim = TRUE), file.path(folder, name),
        sep = ",", row.names = FALSE, col.names = FALSE, quote = FALSE
      )
    }
    settings <- list(sparse = FALSE, alpha_W = 0, alpha_H = 0, l1_ratio = 0, max_iter = 1000, tol = 1e-8)
    known <- intersect(names(settings), names(case))
    settings[known] <- case[known]
    save(as.matrix(case$x), "x")
    save(case$start$W, "W0")
    save(case$start$H, "H0")
    save(t(as.double(unlist(settings))), "settings")
    folder
  }, "")
  on.exit(unlink(folders, recursive = TRUE))
  file <- withr::local_tempfile(lines = script, fileext = ".py")
  log <- system2(python, shQuote(c(file, folders)), stdout = TRUE, stderr = TRUE)
  Map(function(folder, case) {
    if (!file.exists(file.path(folder, "result"))) stop("scikit-learn failed: ", paste(log, collapse = "\n"))
    load <- function(name) as.matrix(unname(utils::read.csv(file.path(folder, name), header = FALSE)))
    result <- scan(file.path(folder, "result"), quiet = TRUE)
    list(W = load("W"), H = load("H"), loss = result[1], objective = result[2], iterations = result[3])
  }, folders, cases)
}

nndsvd <- function(x, rank) init_factors(nmf_data(x), rank, "nndsvd")[c("W", "H")]

# Groups that overlap, and noise: data in which there is something to find.
grouped_data <- function(l, n, rank) {
  W <- random_data(l, rank, zeros = 0.6, seed = 11)
  H <- random_data(rank, n, zeros = 0.6, seed = 12)
  W %*% H + 0.2 * random_data(l, n, zeros = 0.3, seed = 13)
}

test_that("the objective is scikit-learn's, and a fit reaches it or a lower one from the same start", {
  skip_on_cran()
  python <- python_with("sklearn")
  skip_if(python == "", "there is no python3 with scikit-learn")
  cases <- list(
    `no penalty` = list(rank = 3),
    `rank 12` = list(rank = 12),
    ridge = list(rank = 4, alpha_W = 0.002, alpha_H = 0.005),
    lasso = list(rank = 4, alpha_W = 0.004, alpha_H = 0.002, l1_ratio = 1),
    `elastic net` = list(rank = 5, alpha_W = 0.003, alpha_H = 0.001, l1_ratio = 0.4)
  )
  cases <- lapply(cases, function(case) {
    x <- grouped_data(60, 45, case$rank)
    c(case, list(x = x, start = nndsvd(x, case$rank)))
  })
  fits <- sklearn_fits(python, cases)
  for (k in seq_along(cases)) {
    case <- cases[[k]]
    theirs <- fits[[k]]
    p <- list(alpha_W = 0, alpha_H = 0, l1_ratio = 0)
    p <- utils::modifyList(p, case[intersect(names(p), names(case))])
    # The formulas agree on their factors.
    oracle <- do.call(oracle_objective, c(list(case$x, theirs$W, theirs$H), p))
    expect_equal(theirs$loss, oracle$loss, tolerance = 1e-10, info = names(cases)[k])
    expect_equal(theirs$objective, oracle$objective, tolerance = 1e-10, info = names(cases)[k])
    for (solver in c("cd", "bpp")) {
      for (stored in list(case$x, storages$sparse(case$x))) {
        fit <- do.call(nmf, c(list(
          stored, case$rank,
          solver = solver, init = case$start, max_iter = 5000, tol = 1e-7
        ), p))
        label <- paste(names(cases)[k], solver, class(stored)[1])
        expect_lte(fit$objective, theirs$objective * (1 + 1e-6), label = label)
      }
    }
  }
})

test_that("real data: after as many iterations as scikit-learn takes by default", {
  skip_on_cran()
  python <- python_with("sklearn")
  skip_if(python == "", "there is no python3 with scikit-learn")
  genes <- log2(leukemia$x[1:600, ])
  words <- as.matrix(austen$x)[1:300, 1:60]
  cases <- list(
    list(x = genes, rank = 3), list(x = genes, rank = 6), list(x = words, rank = 5, sparse = TRUE)
  )
  cases <- lapply(cases, function(case) {
    c(case, list(start = nndsvd(case$x, case$rank), max_iter = 200, tol = 1e-4))
  })
  fits <- sklearn_fits(python, cases)
  for (k in seq_along(cases)) {
    case <- cases[[k]]
    stored <- storages[[if (isTRUE(case$sparse)) "sparse" else "dense"]](case$x)
    for (solver in c("cd", "bpp")) {
      fit <- nmf(
        stored, case$rank,
        solver = solver, init = case$start, max_iter = fits[[k]]$iterations, tol = 0
      )
      expect_lte(fit$objective, fits[[k]]$objective, label = paste("case", k, solver))
    }
  }
})
