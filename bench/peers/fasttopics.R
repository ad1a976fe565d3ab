# fastTopics (Carbonetto et al. 2021): Poisson NMF by sequential coordinate descent
# with extrapolation, four sweeps an iteration. It has cells in rows: its L is what
# we call t(H). It asks for newer packages than others here may do with, so it runs in
# a process of its own in which the library of peers is first in line.

title <- "fastTopics"

version <- function() package_version_or_null("fastTopics")

fit <- function(x, rank, start, iterations, restarts = 1, threads = 2, variant = "scd") {
  if (is.null(variant)) variant <- "scd"
  fresh("fasttopics_fit", list(x, start, iterations, threads, variant), library_first("fastTopics"))
}
