# How the package meets rOpenSci's standards for statistical software, general (G) and for unsupervised
# learning (UL), of their version 0.2.0, in the tags that package srr reads. Those that do not apply, or
# that we do not follow, are tagged NA and say why. Nothing is run or documented from here. (Early drafts
# had other numbers: their G4.7a is G5.9a here, their G4.8 to G4.10 are G5.10 to G5.12.)

#' Standards
#'
#' @srrstats {G1.0} References are in `?nmf`, on the page of each function, and in DESCRIPTION.
#' @srrstats {G1.1} README and `?nmf`: known methods (coordinate descent, block principal pivoting,
#'   extrapolation, multiplicative updates), implemented anew to read the data once in an iteration, with a
#'   certificate.
#' @srrstats {G1.2} CONTRIBUTING.md, "Where it stands" and "What will not change without a major version".
#' @srrstats {G1.3} `?glossary`; formulas in `?nmf`, `?divergence`, `?losses`, `?consensus`.
#' @srrstats {G1.4} All exported functions have roxygen2 pages.
#' @srrstatsNA {G1.4a} Not followed: internal functions have plain comments above them, of what their name
#'   does not say, not pages of roxygen2.
#' @srrstats {G1.5} `bench/` and `data-raw/` make all figures of README and of the articles again.
#' @srrstats {G1.6} `bench/peers/` runs NMF, RcppML, fastTopics and scikit-learn; `data-raw/coming-from.R`
#'   others besides.
#' @srrstats {G2.0} `check_number()`, `check_count()`, `check_flag()`, `check_choice()` in `R/check.R` ask
#'   for one value.
#' @srrstats {G2.0a} Pages say of each argument whether it is one number or a vector, and of which length.
#' @srrstats {G2.1} The same helpers, and `as_double_matrix()` in `R/data-input-storage.R`, test types.
#' @srrstats {G2.1a} Pages name types and classes of each argument.
#' @srrstats {G2.2} A vector where one number is wanted is an error; `tests/testthat/test-bad-input.R` is
#'   the table.
#' @srrstats {G2.3} `check_choice()` and `pick()`.
#' @srrstats {G2.3a} Their choices come from registries.
#' @srrstats {G2.3b} Names are taken in any case, see `?nmf`; names of the user's data are case-sensitive.
#' @srrstats {G2.4} Integer, logical and double data are taken; factors and text are errors with advice.
#' @srrstats {G2.4a} `check_count()` returns integers.
#' @srrstats {G2.4b} `as_double_matrix()`.
#' @srrstats {G2.4c} `label_groups()` and others use `as.character()` on groups.
#' @srrstats {G2.4d} Classes and groups become factors in `R/plot-annotation.R` and `R/model-agreement.R`.
#' @srrstats {G2.4e} Factors in data are refused, as their numbers are codes.
#' @srrstats {G2.5} Groups may be ordered, which plots show by colours of one hue; see `?plot.nmf`.
#' @srrstats {G2.6} Weights and groups of any class that is a vector inside are taken, by name where they
#'   have names.
#' @srrstats {G2.7} Matrices, data frames, tibbles, data tables, classes of Matrix, slam, tm, quanteda,
#'   tidytext, DelayedArray, SummarizedExperiment, ExpressionSet, Seurat, phyloseq; `?adapters`.
#' @srrstats {G2.8} `nmf_data()` makes an `nmf_input` of all of them, and functions take nothing else.
#' @srrstats {G2.9} Columns that are no numbers are an error and not converted. Nothing is renamed, and rows
#'   and columns without names get none. What is turned, as documents in rows are, is told.
#' @srrstats {G2.10} Data frames become matrices before anything is taken from them.
#' @srrstats {G2.11} Columns of a class of their own that are numbers inside (units, labels) are taken as
#'   these numbers; `test-standards.R`.
#' @srrstats {G2.12} Columns that are lists are an error that names them; `test-standards.R`.
#' @srrstats {G2.13} `cpp_scan()` counts what is missing before anything else is done.
#' @srrstats {G2.14} `NA` is missing by default and has no weight.
#' @srrstats {G2.14a} `missing = "error"`, `test-standards.R`; functions that take no `NA` say so.
#' @srrstats {G2.14b} The default. `print()` tells how many there were, and a row or column without any
#'   entry is a warning.
#' @srrstats {G2.14c} `impute()`.
#' @srrstats {G2.15} Sums over data go through the verbs of `R/data-storage.R`, which leave `NA` out.
#' @srrstats {G2.16} `NaN` and `Inf` are errors that name the cells; where the weight is 0 they are ignored,
#'   `test-standards.R`.
#' @srrstats {G3.0} Computed numbers are compared with a tolerance. Equality is asked for where the same
#'   bits are meant: zeros that were set, values that were cut at a limit, runs that ended alike, whole
#'   numbers.
#' @srrstatsNA {G3.1} No covariances are computed.
#' @srrstatsNA {G3.1a} No covariances are computed.
#' @srrstats {G4.0} `report()` adds `.html` to a name without an ending; `test-report.R`. Stores are
#'   folders, and a checkpoint is found again by the very name given.
#' @srrstats {G5.0} Leukemia of Golub et al., and `state.x77`, `mtcars` and `USArrests` of package datasets.
#' @srrstats {G5.1} `leukemia`, `austen` and `piano` are exported; other data of tests are made in the
#'   tests.
#' @srrstats {G5.2} `test-bad-input.R` and snapshots of messages in every test file.
#' @srrstats {G5.2a} Messages name the argument, what was given and what is allowed; only functions that
#'   refuse the same thing of the same argument share one.
#' @srrstats {G5.2b} Snapshots hold the messages; `make coverage` lists those that no test meets.
#' @srrstats {G5.3} `test-contract-certificate.R`, `test-fuzz.R`: results are finite and not negative.
#' @srrstats {G5.4} `helper-oracle.R` is a plain second implementation of what is documented.
#' @srrstats {G5.4a} Exact factorizations are found again, `test-stop.R`.
#' @srrstats {G5.4b} `test-sklearn.R` compares with scikit-learn, `test-fit-nnls.R` with package nnls.
#' @srrstats {G5.4c} The published partition of the leukemia data, `test-standards.R`, and the article on
#'   them.
#' @srrstats {G5.5} Tests set seeds.
#' @srrstats {G5.6} Planted factors are recovered, `test-standards.R`, `test-rank-bootstrap.R`.
#' @srrstats {G5.6a} Up to a tolerance that is stated.
#' @srrstats {G5.6b} For several seeds.
#' @srrstats {G5.7} More observations give planted factors more exactly, a smaller `tol` a smaller residual;
#'   `test-standards.R`.
#' @srrstats {G5.8} `test-bad-input.R`, `test-data-input.R`.
#' @srrstats {G5.8a} Data without rows or columns.
#' @srrstats {G5.8b} Text, factors, complex numbers, lists.
#' @srrstats {G5.8c} Rows and columns that are all `NA` (`test-data-of-fit.R`), all equal, or zero
#'   (`test-contract-data.R`).
#' @srrstats {G5.8d} Ranks above the size of the data, values near the limits of double precision.
#' @srrstats {G5.9} `test-standards.R`.
#' @srrstats {G5.9a} Noise of 1e-12 changes a fit by no more than that allows.
#' @srrstats {G5.9b} Several seeds end near the same objective.
#' @srrstats {G5.10} `NOT_CRAN=true` and `NONNEG_FUZZ` switch long tests on, `tests/README.md`.
#' @srrstatsNA {G5.11} No test downloads data.
#' @srrstatsNA {G5.11a} No test downloads data.
#' @srrstats {G5.12} `tests/README.md`.
#' @srrstats {UL1.0} `?nmf`, argument `x`, and `?adapters`; what is refused says what to do.
#' @srrstats {UL1.1} `nmf_data()`, `check_cells()`, `new_input()`.
#' @srrstats {UL1.2} `check_data()` tells names that are missing or were made up.
#' @srrstats {UL1.3} Names go to `W`, `H`, predictions, tables and plots; annotation of objects is kept by
#'   name.
#' @srrstats {UL1.3a} `?"nmf-class"`: the data themselves are not kept.
#' @srrstats {UL1.4} `?nmf` and `?losses` say what each loss supposes; "Choosing a loss" tests it on data.
#' @srrstats {UL1.4a} `?nmf`, "When it stops", and `?check_data` on large features.
#' @srrstats {UL1.4b} Articles that take roots or logarithms say why and show what comes without.
#' @srrstats {UL2.0} `check_data()`; errors for negative data, warnings for what has not converged.
#' @srrstats {UL2.1} Nothing is transformed; `?nmf`.
#' @srrstats {UL2.2} The argument `missing`; `NaN` and `Inf` are told apart from `NA`.
#' @srrstats {UL2.3} `check_data()` finds rows and columns that are multiples of one another.
#' @srrstats {UL3.0} Clusters are not numbered anew: they have the names of their components, which are in
#'   decreasing order of their share of the fit. That is the size of a cluster where an observation may be
#'   in several.
#' @srrstats {UL3.1} Components are in decreasing order of their share; `test-standards.R`.
#' @srrstats {UL3.2} Rows and columns may have no names; `dimnames(x)` gives them.
#' @srrstats {UL3.3} `predict()`.
#' @srrstats {UL3.4} `summary()`, `consensus()` (silhouettes), `agreement()`.
#' @srrstats {UL4.0} Class `"nmf"`.
#' @srrstats {UL4.1} `as_nmf()`.
#' @srrstats {UL4.2} `fit$settings`.
#' @srrstats {UL4.3} `print.nmf()`.
#' @srrstats {UL4.3a} It prints as many lines whatever the size, about ten; `test-model-print.R`.
#' @srrstats {UL4.4} `summary.nmf()`.
#' @srrstats {UL6.0} `plot()` and `autoplot()` for all classes.
#' @srrstats {UL6.1} `plot()` is a method of each class.
#' @srrstats {UL6.2} Labels are shortened, thinned or left out, with a note, where they would touch:
#'   `R/plot-text.R`.
#' @srrstats {UL7.0} `test-bad-input.R`.
#' @srrstats {UL7.1} `test-standards.R`: a feature of another size hides the others under the squared error,
#'   which `check_data()` tells, and with weights it does not.
#' @srrstats {UL7.2} `test-standards.R`.
#' @srrstats {UL7.3} `test-data-names.R`.
#' @srrstats {UL7.4} `test-standards.R`: `predict()` reads new data once.
#' @srrstats {UL7.5} `test-data-blocks.R`, `test-restarts.R`.
#' @srrstats {UL7.5a} Blocks and restarts give the bits of the direct way.
#' @noRd
NULL
