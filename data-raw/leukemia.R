# Builds data/leukemia.rda from the data set esGolub of the R package NMF
# (GPL (>= 2)): the 5000 most varying genes of the 38 bone-marrow samples of
# Golub et al. (1999), as used by Brunet et al. (2004).
#
# Run from the root of the package:  Rscript data-raw/leukemia.R Needs: the
# package NMF (CRAN, or Debian's r-cran-nmf). Its code is not loaded, only its
# data file; Biobase is not needed, the parts are read as attributes.

holder <- new.env()
utils::data(list = "esGolub", package = "NMF", envir = holder)
golub <- holder$esGolub

part <- function(object, ...) {
  for (name in c(...)) object <- attr(object, name, exact = TRUE)
  object
}
expression <- part(golub, "assayData")[["exprs"]]
samples <- part(golub, "phenoData", "data")
features <- part(golub, "featureData", "data")

# The file stores whole numbers; keep them exactly.
stopifnot(
  identical(dim(expression), c(5000L, 38L)),
  all(expression == round(expression)),
  identical(rownames(samples), colnames(expression)),
  identical(rownames(features), rownames(expression))
)
storage.mode(expression) <- "integer"

class <- ifelse(samples$ALL.AML == "AML", "AML",
  ifelse(samples$Cell == "T-cell", "ALL-T", "ALL-B")
)
description <- as.character(features$Description)
stopifnot(!anyNA(class), !anyNA(description), !any(grepl("[^ -~]", description)))

leukemia <- list(
  x = expression,
  class = factor(stats::setNames(class, colnames(expression)),
    levels = c("ALL-B", "ALL-T", "AML")
  ),
  genes = data.frame(probe = rownames(expression), description = trimws(description))
)

save(leukemia, file = "data/leukemia.rda", compress = "xz", version = 3)
message(
  "data/leukemia.rda: ", file.size("data/leukemia.rda"), " bytes; ",
  paste(levels(leukemia$class), table(leukemia$class), collapse = ", ")
)
