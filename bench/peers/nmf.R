# NMF (Gaujoux and Seoighe 2010); `variant` is the name of its algorithm. It runs
# restarts in processes of their own and writes files where it is: so it is sent
# to the temporary directory.

title <- "NMF"

version <- function() package_version_or_null("NMF")

fit <- function(x, rank, start = NULL, iterations = NULL, restarts = 1, threads = 2, variant = "lee") {
  suppressPackageStartupMessages(library(NMF, warn.conflicts = FALSE)) # works only when attached
  here <- setwd(tempdir())
  on.exit(setwd(here))
  arguments <- list(x = x, rank = rank, method = variant, nrun = restarts)
  if (restarts > 1) arguments$.options <- paste0("p", threads)
  if (!is.null(start)) arguments$seed <- NMF::nmfModel(W = start$W, H = start$H)
  if (!is.null(iterations)) arguments$maxIter <- iterations
  seconds <- seconds_of(suppressMessages(do.call(NMF::nmf, arguments)))
  fit <- attr(seconds, "value")
  list(W = NMF::basis(fit), H = NMF::coef(fit), seconds = as.numeric(seconds))
}
