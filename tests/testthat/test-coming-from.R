# The table of other packages' calls: ours exist and take these arguments, and help.search() finds theirs.

test_that("every call of ours is a call of functions and arguments that exist", {
  table <- coming_from()
  expect_named(table, c("package", "theirs", "ours", "note"))
  here <- c(getNamespaceExports("nonneg"), ls(baseenv()), ls(asNamespace("stats")), "plot", "$", "[")
  calls_in <- function(e) if (is.call(e)) c(list(e), unlist(lapply(as.list(e)[-1], calls_in), recursive = FALSE))
  for (ours in table$ours) {
    for (call in calls_in(str2lang(ours))) {
      name <- as.character(call[[1]])
      expect_true(name %in% here, label = paste(ours, "has", name))
      arguments <- setdiff(names(call), "")
      if (name %in% getNamespaceExports("nonneg") && length(arguments)) {
        fun <- getExportedValue("nonneg", name)
        methods <- c(paste0(name, c(".default", ".nmf", ".nmf_topics", ".nmf_survey")))
        methods <- Filter(Negate(is.null), lapply(methods, get0, envir = asNamespace("nonneg")))
        known <- unique(unlist(lapply(c(list(fun), methods), function(f) names(formals(f)))))
        expect_true(all(arguments %in% known), label = ours)
      }
    }
  }
})

test_that("help.search() finds what others call it", {
  skip_if(!length(readRDS(system.file("help", "aliases.rds", package = "nonneg"))), "installed without help")
  for (name in c("nmfEstimateRank", "consensusmap", "extractFeatures", "n_components", "fit_poisson_nmf", "nnlm")) {
    found <- utils::help.search(name, package = "nonneg", lib.loc = dirname(system.file(package = "nonneg")))$matches
    expect_true("coming_from" %in% found$Topic | "coming_from" %in% found$Name, label = name)
  }
})
