#' nonneg: fast nonnegative matrix factorization
#'
#' `nonneg` writes a nonnegative matrix `X`, of size l x n with features in rows
#' and observations in columns, as a product of two nonnegative matrices,
#' `X ~ W H`, where `W` is l x r and `H` is r x n. Column k of `W` is a
#' component, and column j of `H` says how much of each component is in column
#' j of `X`.
#'
#' This page is a map, by task. Words are explained in the [glossary]; what functions of other packages are
#' called here is in [coming_from]. Two data sets to try things on are [leukemia] (dense) and [austen]
#' (sparse). `vignette("getting-started", package = "nonneg")` goes once through everything.
#'
#' @section Fit:
#' * [nmf()] factorizes data; what it returns is described at [nmf-class].
#' * [losses]: what to minimise: squared error, Kullback-Leibler, Itakura-Saito, beta-divergences, negative
#'   binomial. [choose_loss()] tells which one fits the noise of the data; `vignette("choosing-a-loss",
#'   package = "nonneg")`.
#' * [smoothness()]: penalties on differences between neighbours. Other penalties are arguments of [nmf()].
#' * [nnls()] solves for one factor with the other one known.
#' * [nmf_control()], [nmf_solvers()]: rarely used options, and what there is to choose from.
#'
#' @section Data:
#' * Matrices, data frames and the classes of Matrix go in as they are. [adapters]: objects of Bioconductor,
#'   Seurat, phyloseq, and your own.
#' * [documents()], [tidy_documents()], [tf_idf()]: corpora of tm, quanteda and tidytext, and weights of
#'   terms.
#' * [check_data()]: what to know of data before a fit.
#' * [nmf_blocks()]: data that a function delivers, block by block.
#' * [nmf_mpi()]: one fit on several machines.
#' * [nmf_store()]: data larger than memory, in a store on disk. [counts_per()]: a transformation on the way
#'   there. `vignette("large-data", package = "nonneg")`.
#' * [impute()]: missing entries.
#'
#' @section Look at a fit:
#' * [basis()], [coef()][basis], [fitted()][basis], [residuals()][basis]; `print()`, [summary()][summary.nmf].
#' * [top_features()], [feature_scores()]: what a component is about. [nmf_differences()]: log-fold changes
#'   with intervals, for counts. [metagene_map()]: the same for a heat map.
#' * [plot()][plot.nmf]: heat maps, top features, composition of observations, convergence, and more.
#' * [report()]: a page about a fit, to keep. [explore()]: an app to turn through a fit or a survey.
#' * [tidy()][tidiers], [glance()][tidiers], [augment()][tidiers]: data frames.
#' * [normalize()], [`[`][extract_nmf]: scale and selection of components. [component_shares()] takes a
#'   mixture apart.
#' * [divergence()]: the loss of any pair of factors.
#'
#' @section Other models:
#' * [nmf_semi()]: data of any sign, such as z-scores and log-ratios.
#' * [nmf_symmetric()]: similarities and graphs.
#'
#' @section Several data sets together:
#' * [nmf_joint()]: with a shared part, and one of each data set's own. [quantile_align()],
#'   [scale_features()].
#' * [nmf_programs()]: a fit of each, and the components that recur in several. [regroup_programs()].
#'
#' @section New observations, and known parts:
#' * [predict()][predict.nmf]: coefficients, classes, reconstructions.
#' * [recommend()]: top-n recommendations from ratings.
#' * [step_nonneg()]: a step of a recipe, for tidymodels; [augment(in_rows = TRUE)][tidiers] for data frames.
#' * [as_nmf()]: a model from a known dictionary; [as_nmf_from]: from a fit of another package.
#' * [match_components()]: which component of one fit is which of another.
#'
#' @section How many components, and how sure:
#' * [nmf_survey()]: many starts and resamples at several ranks; [consensus()]; [consensus_features()];
#'   [best_rank()].
#' * [cross_validate()]: entries, or counts, that are held out.
#' * [nmf_bootstrap()]: intervals of components. [consensus_nmf()]: components that many fits agree on.
#' * [Interrupted work][update.nmf_survey] can go on.
#' * Their tables: [tidiers_of_ranks].
#'
#' @section Clusters and topics:
#' * [assign_clusters()], [agreement()] with known classes, [nmf_tree()].
#' * [as_topics()]: probabilities of terms and topics; [terms()][terms.nmf_topics], [topics()];
#'   [as_ldavis()]. [coherence()].
#'
#' @section Articles:
#' Each has its code, real data, a comparison with other methods, and what fails.
#' * Start: `vignette("getting-started", package = "nonneg")`; from another package:
#'   `vignette("coming-from", package = "nonneg")`.
#' * Genes: `vignette("molecular-patterns", package = "nonneg")`.
#' * Texts: `vignette("document-clustering", package = "nonneg")`.
#' * Spectra: `vignette("unmixing-spectra", package = "nonneg")`.
#' * Sounds: `vignette("transcribing-a-piano", package = "nonneg")`,
#'   `vignette("which-instrument", package = "nonneg")`; data: [piano].
#' * Pictures: `vignette("images", package = "nonneg")`, `vignette("same-face", package = "nonneg")`.
#'
#' They are there if the package was installed with them, see the README. `citation("nonneg")` tells how to
#' cite the package.
#'
#' @references
#' Lee, D. D. and Seung, H. S. (1999). Learning the parts of objects by
#' non-negative matrix factorization. *Nature* **401**, 788-791.
#' \doi{10.1038/44565}
#'
#' Gillis, N. (2020). *Nonnegative Matrix Factorization*. SIAM, Philadelphia.
#' \doi{10.1137/1.9781611976410}
#'
#' @examples
#' fit <- nmf(leukemia$x, rank = 3)
#' fit
#' top_features(fit, n = 3, by = "specificity")
#' table(predict(fit, type = "class"), leukemia$class)
#' @useDynLib nonneg, .registration = TRUE
#' @importFrom Rcpp evalCpp
"_PACKAGE"
