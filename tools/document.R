# Writes R/RcppExports.R, src/RcppExports.cpp, NAMESPACE and man/ from the
# sources. Needs roxygen2; another version than the one in DESCRIPTION would
# rewrite every page, so it is refused.

source("tools/common.R")
root()

wanted <- read.dcf("DESCRIPTION", "RoxygenNote")[[1L]]
if (!installed("roxygen2")) fail("roxygen2 is needed: Rscript tools/install-deps.R develop")
given <- as.character(utils::packageVersion("roxygen2"))
if (given != wanted) {
  fail("roxygen2 is ", given, ", the pages are written with ", wanted, " (RoxygenNote in DESCRIPTION)")
}

if (dir.exists("src")) Rcpp::compileAttributes(".")
# The R code and the data are read as they are, and nothing is compiled. Of the
# imports only the generics of generics are in sight: Matrix makes S4 generics of print()
# and summary(), which would hide that print.nmf() is a method.
read_sources <- function(path) {
  exports <- setdiff(getNamespaceExports("generics"), ls(baseenv()))
  imports <- list2env(mget(exports, asNamespace("generics")), parent = globalenv())
  env <- new.env(parent = imports)
  methods::setPackageName("nonneg", env)
  for (file in list.files(file.path(path, "R"), "\\.R$", full.names = TRUE)) {
    sys.source(file, env, keep.source = TRUE)
  }
  for (file in list.files(file.path(path, "data"), "\\.rda$", full.names = TRUE)) load(file, env)
  env
}
# Tags of rOpenSci's standards, which package srr reads: nothing is written for them.
for (tag in c("srrstats", "srrstatsNA")) {
  registerS3method(
    "roxy_tag_parse", paste0("roxy_tag_", tag), function(x) roxygen2::tag_value(x), asNamespace("roxygen2")
  )
}
roxygen2::roxygenise(".", load_code = read_sources)
