# What the arguments of other packages are called here. A name that nobody knows is an error, and the error
# says what the user may have meant.

# Ours, each with the names that others have for it. Advice is given where the function has that argument. Of
# several, the first that it has.
foreign_arguments <- list(
  x = c("A", "X", "V", "data", "mat", "counts", "dtm", "dfm", "tdm", "newdata", "x_new", "corpus"),
  rank = c(
    "k", "r", "K", "n_components", "ncomp", "nComp", "ncomponents", "components", "n_topics", "num_comp",
    "num_topics", "nmf_rank", "dims", "p", "nfactors", "n_factors"
  ),
  loss = c(
    "beta_loss", "objective", "objective_function", "obj", "beta", "distance", "divergence",
    "error_function", "dist"
  ),
  solver = c("algorithm", "alg", "algo", "optimizer", "update", "update_H"),
  max_iter = c(
    "maxit", "maxIter", "maxiter", "niter", "n_iter", "iter", "iterations", "max_iterations", "max.iter",
    "max.iters", "max_iters", "iter_max", "max_it", "numiter", "transform_max_iter"
  ),
  density_threshold = c("local_density_threshold", "threshold"),
  tol = c(
    "tolerance", "eps", "epsilon", "thresh", "threshold", "stopconv", "stop", ".stop", "rel.tol", "reltol",
    "conv"
  ),
  threads = c(
    "n_jobs", "ncores", "n_cores", "cores", "nthreads", "n_threads", "num_threads", "n.threads", "mc.cores",
    "n.cores", "nCores", "nc", ".pbackend", "BPPARAM"
  ),
  weights = c("mask", "weight", "W_mask", "sample_weight", "observed"),
  missing = c("mask_zeros", "na", "na.rm", "na_rm", "na.action", "NAs"),
  replicates = c("reps", "rep", "repeats", "n_repeats"),
  times = c(
    "nboot", "n_boot", "nboots", "B", "R", "resamples", "n_resamples", "replicates", "reps", "bootstraps"
  ),
  nrun = c(
    "runs", "nruns", "n_init", "nstart", "n_run", "starts", "restarts", "n_starts", "repeats", "nrep", "reps"
  ),
  max_seconds = c("max_time", "maxtime", "time_limit", "time.limit", "timeout", "seconds"),
  dispersion = "phi",
  total = c("target_sum", "scale.factor", "scale_factor", "size_factor"),
  init = c(
    "start", "seed_method", "w_init", "W_init", "W.init", "H.init", "initialization", "init_method",
    "init.method", "W0", "H0", "fit0", "model", "w", "h"
  ),
  verbose = c(
    "trace", "progress", "progressbar", "show_progress", "quiet", "silent", "print.obj", "show.warning"
  ),
  fixed_W = c("W_fixed", "fix_W", "W.fixed", "known_W", "signatures"),
  upper_H = c("upper_bound", "upper"),
  newdata = c("data", "A", "X", "x", "new_data", "newx", "new"),
  ranks = c("k", "rank", "range", "k_range", "ks", "K", "components", "n_components", "ncomponents"),
  folds = c("k", "nfold", "nfolds", "n_folds", "cv", "v"),
  leaves = c("k", "K", "n_clusters", "clusters", "n_leaves", "rank"),
  groups = c(
    "annCol", "class", "labels", "annotation", "grouping", "annotation_col", "group", "classes", "cluster"
  ),
  components = c("component", "topics", "topic", "k", "factors", "factor", "programs", "program", "dims"),
  n_features = c("nfeatures", "max.genes", "n_genes", "n", "top", "top_n"),
  n = c(
    "top", "top_n", "num", "number", "num_words", "n_terms", "n_features", "nfeatures", "n_genes", "k", "M"
  ),
  by = c("method", "score", "scoring", "criterion", "measure", "metric", "rule", "ranking"),
  type = c("what", "which", "kind", "output"),
  level = c("conf", "conf.level", "conf_level", "confidence", "ci"),
  labels = c("names", "gene_names", "symbols", "feature_names", "labRow", "labels_row", "row_labels"),
  palette = c("color", "colors", "colours", "cols", "annColors"),
  features = c("genes", "terms", "subsetRow", "rows"),
  main = c("title", "ggtitle"),
  neighbors = c("local_neighborhood_size", "knn_k", "n_neighbors", "neighbours"),
  reference = c("ref_dataset", "ref"),
  min_cells = "min_cell",
  similarity = c("metric", "distance", "measure"),
  k = c("nMP", "n_programs", "n_clusters", "clusters", "K"),
  min_samples = "min.confidence",
  against = c("lfc.stat", "lfc_stat", "contrast", "reference"),
  prior = c("pseudocount", "pseudo_count"),
  assay = c("assay.type", "assay_type", "exprs_values", "use.assay", "assay_name"),
  layer = "slot",
  matrix = c("which", "what", "type"),
  document = c("doc", "doc_id", "docs", "documents"),
  term = c("word", "token", "feature"),
  count = c("n", "freq", "value"),
  file = c("output_file", "path", "filename"),
  path = c("file", "filename", "folder", "dir"),
  norm = c("method", "type", "by"),
  cluster = c("x", "clusters", "labels_pred", "predicted"),
  class = c("y", "classes", "labels_true", "truth", "known"),
  object = c("fit", "model", "x", "result", "res", "survey", "topics")
)

# Some have no argument of their own.
of_random <- "Random numbers are those of R: call {.fn set.seed} before."
of_penalties <- "Penalties are {.arg alpha_W}, {.arg alpha_H} and {.arg l1_ratio}."
foreign_advice <- c(
  seed = of_random, random_state = of_random, rng = of_random, rand.seed = of_random, rng_seed = of_random,
  sparsity = of_penalties, sparseness = of_penalties, L1 = of_penalties, L2 = of_penalties, l1 = of_penalties,
  l2 = of_penalties, lambda = of_penalties, alpha = of_penalties, regularization = of_penalties,
  penalty = of_penalties,
  method = "Which is meant: {.arg solver} is how, {.arg loss} what to minimise.",
  nonneg = "Factors are never negative.",
  center = "Nothing is centered: what is not negative is.",
  scale = "Rows are weighted by {.arg weights}, or scaled before.",
  scale. = "Rows are weighted by {.arg weights}, or scaled before.",
  groups = "Groups are for pictures and comparisons: {.code plot(fit, \"H\", groups = )}, {.fn agreement}.",
  diag = "{.fn normalize} scales the components of a fit.",
  W.norm = "{.fn normalize} scales the components of a fit.",
  batch_size = "Columns are read in parts by {.code control = nmf_control(online = TRUE)}.",
  miniBatch_size = "Columns are read in parts by {.code control = nmf_control(online = TRUE)}.",
  inner.max.iter = "It is {.code control = nmf_control(inner_sweeps = )}.",
  size = "The {.arg dispersion} of {.fn negative_binomial} is 1 over a size.",
  theta = "The {.arg dispersion} of {.fn negative_binomial} is 1 over a size.",
  .options = "Options are arguments of their own, such as {.arg threads} and {.arg verbose}.",
  .opt = "Options are arguments of their own, such as {.arg threads} and {.arg verbose}."
)

# Types of plot by the names of other packages.
foreign_types <- c(
  basis = "W", basismap = "W", coef = "H", coefmap = "H", heatmap = "H", loadings = "W", scores = "H",
  structure = "composition", bar = "composition", bars = "composition", barplot = "features",
  top = "features",
  objective = "history", loss = "history", convergence = "history", residuals = "history", images = "parts",
  consensusmap = "consensus", rank = "measures", ranks = "measures", topics = "terms", words = "terms"
)

# What to say about arguments that are not known, as lines of a message.
advice_lines <- function(given, known) {
  advice <- unique(as.character(unlist(lapply(given, advice_on, known))))
  stats::setNames(advice, rep("i", length(advice)))
}

# About one of them; NULL for nothing.
advice_on <- function(given, known) {
  if (given %in% names(foreign_advice) && any(c("alpha_W", "loss", "solver", "dispersion") %in% known)) {
    return(foreign_advice[[given]])
  }
  if (given %in% setdiff(names(formals(nmf_control)), known) && "control" %in% known) {
    return(sprintf("It belongs into {.arg control}: {.code control = nmf_control(%s = )}.", given))
  }
  # Of nmf_control() itself.
  if ("gap_tol" %in% known && given %in% names(formals(nmf))) {
    return(sprintf("{.arg %s} is an argument of {.fn nmf} itself.", given))
  }
  ours <- names(foreign_arguments)[vapply(foreign_arguments, function(theirs) given %in% theirs, NA)]
  ours <- intersect(ours, known)
  if (length(ours)) {
    # The number of ranks of a cross-validation is not that of its folds.
    meant <- if ("folds" %in% ours) ours else ours[1]
    return(sprintf("{.arg %s} is called %s here.", given, paste0("{.arg ", meant, "}", collapse = " or ")))
  }
  begun_with(given, known)
}

# Names are given in full. What begins one or several of them may be one of these, else a slip.
begun_with <- function(given, known) {
  begun <- if (nchar(given) > 1) known[startsWith(tolower(known), tolower(given))]
  if (length(begun) > 1) {
    return(sprintf("Which is meant: %s?", paste0("{.arg ", begun, "}", collapse = " or ")))
  }
  if (length(begun)) sprintf("Did you mean {.arg %s}?", begun) else did_you_mean(given, known)
}

# Of a name that is nearly one of those known, whatever the case and the punctuation.
did_you_mean <- function(given, known) {
  if (!length(given) || !length(known)) {
    return(NULL)
  }
  plain <- function(names) gsub("[^a-z0-9]", "", tolower(names))
  off <- utils::adist(plain(given[1]), plain(known))[1, ]
  # Letters that changed places are one slip.
  letters_of <- function(names) {
    vapply(strsplit(plain(names), ""), function(x) paste(sort(x), collapse = ""), "")
  }
  off[letters_of(known) == letters_of(given[1])] <- pmin(off[letters_of(known) == letters_of(given[1])], 1)
  best <- which.min(off)
  if (off[best] <= (nchar(plain(given[1])) + 1) %/% 4) sprintf("Did you mean {.arg %s}?", known[best])
}
