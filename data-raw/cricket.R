# Builds inst/extdata/cricket.rds, for the vignette "Choosing a loss": 3.3 s of the
# calling song of the tree cricket Oecanthus pellucens, recorded by Jerome Sueur: the
# data set pellucens of the R package seewave (GPL (>= 2)), as whole numbers.
#
# Run from the root of the package:  Rscript data-raw/cricket.R Needs: the source of seewave,
# which is downloaded. Its code is not loaded, only its data file; its class Wave (package
# tuneR) is not needed, the parts are read as attributes.

dir <- tempfile("seewave")
dir.create(dir)
got <- utils::download.packages("seewave", dir, type = "source", quiet = TRUE)
utils::untar(got[1, 2], files = "seewave/data/pellucens.RData", exdir = dir)
holder <- new.env()
# A warning tells that the class is not known.
suppressWarnings(load(file.path(dir, "seewave/data/pellucens.RData"), holder))
wave <- attributes(holder$pellucens)

cricket <- list(sound = as.integer(wave$left), rate = as.integer(wave$samp.rate))
stopifnot(
  length(cricket$sound) == 36476L, cricket$rate == 11025L, all(cricket$sound == wave$left), !wave$stereo
)
dir.create("inst/extdata", showWarnings = FALSE)
saveRDS(cricket, "inst/extdata/cricket.rds", compress = "xz")
message("inst/extdata/cricket.rds: ", file.size("inst/extdata/cricket.rds"), " bytes")
