# Each file in bench/peers/ is one package. It defines
#
#   title      its name
#   version()  the version that is installed, or NULL
#   fit(x, rank, start, iterations, restarts, threads, variant)
#
# with
#
#   start       list(W, H, seed), seed being for those who take no W and H, or
#               NULL for the package's own random start
#   iterations  how many to do exactly, or NULL to stop as the package does
#   restarts    the number of random starts
#   variant     a method of the package, or NULL for its default
#
# fit() returns list(W, H, seconds): seconds of the call alone, without loading
# the package or handing over the data; and `above` where it is measured there:
# bytes of memory above those before.

load_peers <- function(only = NULL) {
  files <- list.files("bench/peers", "[.]R$", full.names = TRUE)
  if (!is.null(only)) files <- file.path("bench/peers", paste0(only, ".R"))
  peers <- lapply(files, function(file) {
    peer <- new.env(parent = globalenv())
    sys.source(file, peer)
    peer$installed_version <- peer$version()
    peer
  })
  names(peers) <- sub("[.]R$", "", basename(files))
  for (name in names(peers)) {
    if (is.null(peers[[name]]$installed_version)) say(name, " is not here: left out of the comparisons")
  }
  Filter(function(peer) !is.null(peer$installed_version), peers)
}

peer_title <- function(peer) paste(peer$title, peer$installed_version)

package_version_or_null <- function(package) {
  tryCatch(as.character(utils::packageVersion(package)), error = function(e) NULL)
}
