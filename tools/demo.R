# make demo: installs what is missing, builds and installs nonneg, factorizes the
# data set leukemia, and writes pictures and a report into demo-output/.
# Nothing but R and a compiler is needed: the report is written without pandoc.

source("tools/common.R")
source("tools/install-deps.R")
source("tools/demo-pictures.R")
source("tools/demo-report.R")

root()
need_compiler()
install_deps("use")
lib <- writable_library()
install_package(lib, docs = TRUE)
# Where several libraries have it, the one just installed.
suppressPackageStartupMessages({
  library(Matrix)
  library(nonneg, lib.loc = lib)
})

# The best one-to-one pairing of components (rows) and classes (columns) of a
# square table of counts: a permutation of the rows.
pairing <- function(counts) {
  permutations <- function(v) {
    if (length(v) < 2L) return(list(v))
    unlist(lapply(seq_along(v), function(i) lapply(permutations(v[-i]), function(p) c(v[i], p))),
      recursive = FALSE
    )
  }
  all <- permutations(seq_len(nrow(counts)))
  all[[which.max(vapply(all, function(p) sum(counts[cbind(p, seq_along(p))]), 0))]]
}

# Table of component against class, rows in the order of the classes they match.
agreement <- function(fit, class) {
  counts <- unclass(table(predict(fit, type = "class"), class))
  counts <- counts[pairing(counts), ]
  list(counts = counts, right = sum(diag(counts)), of = length(class))
}

# --- leukemia -------------------------------------------------------------
# On the square root the few genes with huge values do not rule the fit.
x <- sqrt(leukemia$x)
set.seed(1)
fit <- nmf(x, rank = 3, init = "random", nrun = 10, tol = 1e-5, verbose = FALSE)
cat("\n> x <- sqrt(leukemia$x)\n> set.seed(1)\n")
cat("> fit <- nmf(x, rank = 3, init = \"random\", nrun = 10, tol = 1e-5)\n> fit\n")
print(fit)
cat("\n> summary(fit)\n")
print(summary(fit))

found <- agreement(fit, leukemia$class)
cat("\nSamples by component and diagnosis:\n")
print(found$counts)
cat(found$right, "of", found$of, "samples are in the component of their diagnosis.\n")

set.seed(1)
raw <- agreement(
  nmf(leukemia$x, rank = 3, init = "random", nrun = 10, tol = 1e-5, verbose = FALSE), leukemia$class
)
cat("Without the square root:", raw$right, "of", raw$of, "\n")

# --- austen: sparse counts ------------------------------------------------
words <- austen$x
words@x <- log1p(words@x)
set.seed(1)
topics <- nmf(words, rank = 6, init = "random", nrun = 5, tol = 1e-5, verbose = FALSE)
novels <- agreement(topics, austen$class)
cat("\nJane Austen's novels, ", nrow(words), " words x ", ncol(words), " chapters: ",
  novels$right, " of ", novels$of, " chapters are in the component of their novel.\n",
  sep = ""
)

# --- pictures and report --------------------------------------------------
dir.create("demo-output", showWarnings = FALSE)
pictures <- c(
  samples = "demo-output/samples.png",
  genes = "demo-output/genes.png",
  convergence = "demo-output/convergence.png"
)
draw(pictures[["samples"]], 9, 4, draw_samples(fit, leukemia$class, rownames(found$counts)))
draw(pictures[["genes"]], 9, 7.2, draw_genes(fit, x, leukemia, rownames(found$counts)))
draw(pictures[["convergence"]], 9, 3.6, draw_convergence(fit))

report <- "demo-output/report.html"
write_report(report, pictures, fit, found, raw, topics, novels)

cat("\nWritten:\n")
cat(paste0("  ", c(report, pictures), "\n"), sep = "")
cat("Open ", normalizePath(report), " in a browser.\n", sep = "")
