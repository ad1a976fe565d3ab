# What package NMF makes of the leukemia data: the numbers that vignettes/molecular-patterns.Rmd shows next to its
# own, kept in vignettes/peer-nmf.csv since that package may not be there when the page is built.
#
#   Rscript data-raw/peer-nmf.R

suppressPackageStartupMessages({
  library(NMF)
  library(nonneg)
})
# Its methods for our generics come after; its functions are called by name.
file <- file.path(getwd(), "vignettes", "peer-nmf.csv")
x <- leukemia$x + 0
setwd(tempdir()) # it writes files where it is
seconds <- system.time(
  survey <- NMF::nmfEstimateRank(x, 2:5, method = "brunet", nrun = 10, seed = 1, .options = "p2")
)[["elapsed"]]
largest <- function(fit) {
  W <- NMF::basis(fit)
  max.col(t(NMF::coef(fit) * colSums(W)), ties.method = "first")
}
table <- data.frame(
  rank = 2:5,
  loss = vapply(survey$fit, function(f) divergence(x, list(W = NMF::basis(f), H = NMF::coef(f)), "kl"), 0),
  cophenetic = survey$measures$cophenetic, dispersion = survey$measures$dispersion,
  silhouette = survey$measures$silhouette.consensus,
  classes = vapply(survey$fit, function(f) paste(largest(f), collapse = " "), ""),
  seconds = seconds, version = as.character(packageVersion("NMF"))
)
utils::write.csv(table, file, row.names = FALSE)
