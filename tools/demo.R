# make demo: installs what is missing, builds and installs nonneg, factorizes the
# data sets leukemia and austen, and writes pictures and a report of each into demo-output/.
# Nothing but R and a compiler is needed: reports are written without pandoc.

source("tools/common.R")
source("tools/install-deps.R")

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

# --- pictures and reports -------------------------------------------------
dir.create("demo-output", showWarnings = FALSE)
draw <- function(file, width, height, code) {
  if (!capabilities("png")) fail("this R cannot write PNG files: capabilities(\"png\") is FALSE")
  type <- if (capabilities("cairo")) "cairo" else getOption("bitmapType")
  grDevices::png(file, width, height, units = "in", res = 192, type = type, bg = "white")
  on.exit(grDevices::dev.off())
  force(code)
}
pictures <- c(
  samples = "demo-output/samples.png",
  genes = "demo-output/genes.png",
  convergence = "demo-output/convergence.png"
)
draw(pictures[["samples"]], 9, 4, plot(fit, "composition", groups = leukemia$class))
draw(pictures[["genes"]], 9, 7.2, metagene_map(
  fit, x, n = 12, groups = leukemia$class, labels = leukemia$genes$description
))
draw(pictures[["convergence"]], 9, 4, plot(fit, "history"))

reports <- c("demo-output/report.html", "demo-output/novels.html")
report(
  fit, reports[1], x = x, groups = leukemia$class, labels = leukemia$genes$description, open = FALSE,
  title = sprintf("Three kinds of leukemia, found in %s genes", format(nrow(x), big.mark = ",")),
  lead = sprintf(
    paste(
      "A factorization of rank 3, of the square root of expression, was not told what the patients had. It puts %d of",
      "%d samples into a component that matches the diagnosis; without the square root, which keeps a few genes with huge",
      "values from ruling the fit, %d. Data: Golub et al. (1999), Science 286, 531-537, as used by Brunet et al. (2004)."
    ),
    found$right, found$of, raw$right
  )
)
report(
  topics, reports[2], x = words, groups = austen$class, open = FALSE,
  title = "Six novels, told apart by their words",
  lead = sprintf(
    paste(
      "How often %s words occur in the %d chapters of Jane Austen's novels: a sparse matrix, of which the zeros are never",
      "stored. %d of %d chapters are in the component of their novel."
    ),
    format(nrow(words), big.mark = ","), ncol(words), novels$right, novels$of
  )
)

cat("\nWritten:\n")
cat(paste0("  ", c(reports, pictures), "\n"), sep = "")
cat("Open ", normalizePath(reports[1]), " in a browser.\n", sep = "")
