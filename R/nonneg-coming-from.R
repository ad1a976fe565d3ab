# What functions of other packages are called here: one table, inst/extdata/coming-from.csv, which the help
# page and the article show.

#' What functions of other packages are called here
#'
#' For those who come from another package: their call, and ours. `x` has features in rows and observations in
#' columns, as in package NMF; scikit-learn, fastTopics and topicmodels have them the other way round, and
#' their `X` is `t(x)`. `fit` is a fit, `survey` the result of [nmf_survey()], `x2` are new observations.
#' `vignette("coming-from", package = "nonneg")` compares results.
#'
#' Fits of these packages become models of this one by [as_nmf()]. Arguments named as they are there, such as
#' `n_components` or `maxit`, are an error that says what they are called here.
#'
#' @evalRd coming_from_sections()
#' @seealso [as_nmf_from], [nmf()], [nmf_survey()]
#' @examplesIf requireNamespace("clue", quietly = TRUE) && requireNamespace("cluster", quietly = TRUE)
#' # As nmfEstimateRank() and consensusmap() of package NMF
#' set.seed(1)
#' survey <- nmf_survey(leukemia$x[1:200, ], ranks = 2:3, nrun = 5)
#' survey
#' @name coming_from
NULL

coming_from <- function(file = system.file("extdata", "coming-from.csv", package = "nonneg")) {
  utils::read.csv(file, colClasses = "character", na.strings = character())
}

# For roxygen2, which runs in the root of the sources: a table for each package, and every name as a concept,
# so that help.search() finds it.
coming_from_sections <- function(file = "inst/extdata/coming-from.csv") {
  table <- coming_from(file)
  code <- function(text) paste0("\\code{", gsub("([%\\\\{}])", "\\\\\\1", text), "}")
  plain <- function(text) gsub("([%\\\\{}])", "\\\\\\1", text)
  sections <- vapply(unique(table$package), function(package) {
    rows <- table[table$package == package, ]
    cells <- paste(code(rows$theirs), code(rows$ours), plain(rows$note), sep = " \\tab ")
    paste0(
      "\\section{", package, "}{\n\\tabular{lll}{\n\\strong{", package,
      "} \\tab \\strong{nonneg} \\tab \\cr\n",
      paste0(cells, " \\cr\n", collapse = ""), "}\n}"
    )
  }, "")
  c(sections, paste0("\\concept{", coming_from_names(table), "}"))
}

# The names that somebody would search for: of packages, functions and arguments.
coming_from_names <- function(table) {
  words <- unlist(regmatches(table$theirs, gregexpr("[A-Za-z][A-Za-z0-9_.]*[A-Za-z0-9_]", table$theirs)))
  words <- words[nchar(words) > 3 | grepl("[A-Z]", words)]
  setdiff(unique(c(table$package, words)), c("fit", "init", "class", "with"))
}
