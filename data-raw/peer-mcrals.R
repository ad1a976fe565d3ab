# vignettes/carbs.rds: Raman spectra of mixtures, from package mdatools; vignettes/peer-mcrals.csv: that package on
# them, for vignettes/unmixing-spectra.Rmd. Run
# from the root of the package, with mdatools installed:  Rscript data-raw/peer-mcrals.R
stopifnot(requireNamespace("mdatools"))
source("vignettes/unmix-score.R")
utils::data("carbs", package = "mdatools")
saveRDS(carbs[c("D", "S", "C")], "vignettes/carbs.rds", compress = "xz")

runs <- list(
  "mcrals()" = function() mdatools::mcrals(carbs$D, ncomp = 3),
  "mcrals(), closure" = function() {
    mdatools::mcrals(
      carbs$D, ncomp = 3, cont.constraints = list(mdatools::constraint("nonneg"), mdatools::constraint("closure")),
      spec.constraints = list(mdatools::constraint("nonneg"))
    )
  },
  "mcrpure()" = function() mdatools::mcrpure(carbs$D, ncomp = 3)
)
rows <- lapply(names(runs), function(name) {
  do.call(rbind, lapply(1:5, function(seed) {
    set.seed(seed)
    seconds <- system.time(m <- runs[[name]]())[["elapsed"]]
    data.frame(method = name, seed = seed, seconds = round(seconds, 2), unmix_score(m$resspec, t(m$rescont), carbs$S, carbs$C))
  }))
})
out <- do.call(rbind, rows)
out$version <- as.character(utils::packageVersion("mdatools"))
utils::write.csv(out, "vignettes/peer-mcrals.csv", row.names = FALSE)
