# Installs the packages that nonneg needs and that are missing.
#
#   Rscript tools/install-deps.R            to install and use nonneg
#   Rscript tools/install-deps.R test       and to run its tests
#   Rscript tools/install-deps.R develop    and to check and document it
#   Rscript tools/install-deps.R site       and to build its pages
#   Rscript tools/install-deps.R data       to make again the data and what the articles show
#
# They come from the repositories set in options("repos"); where none is set, one
# is chosen with utils::chooseCRANmirror(ind = 1). They go into the first library
# of .libPaths() that can be written to, or else into R_LIBS_USER.

source("tools/common.R")

# Where the newest version of a package asks for more than there is: the version to
# take instead.
older <- list(
  Matrix = list(
    when = function() getRversion() < "4.4", version = "1.6-5", why = "its newest version needs R 4.4"
  ),
  # Which testthat needs.
  fs = list(
    when = function() {
      identical(getOption("pkgType"), "source") && !has_libuv() && !nzchar(Sys.which("cmake"))
    },
    version = "1.6.7", why = "its newest version needs cmake, or libuv"
  )
)

has_libuv <- function() {
  config <- function(name) {
    suppressWarnings(system2(r_binary(), c("CMD", "config", name), stdout = TRUE, stderr = FALSE))
  }
  file <- tempfile(fileext = ".c")
  writeLines("#include <uv.h>", file)
  command <- paste(c(config("CC"), config("CPPFLAGS"), "-E", shQuote(file)), collapse = " ")
  system(command, ignore.stdout = TRUE, ignore.stderr = TRUE) == 0L
}

set_mirror <- function() {
  repos <- getOption("repos")
  if (!length(repos) || any(repos == "@CRAN@") || !any(nzchar(repos))) {
    suppressWarnings(utils::chooseCRANmirror(ind = 1))
  }
}

missing_from <- function(needed) {
  needed[!mapply(installed, needed$package, needed$version), , drop = FALSE]
}

# A package from the archive of the same repository, where its newest version
# does not work here.
install_older <- function(package, lib) {
  version <- older[[package]]$version
  say(package, " ", version, " (", older[[package]]$why, ")")
  # What it needs itself.
  available <- utils::available.packages(filters = "duplicates")
  imports <- tools::package_dependencies(
    package, available,
    which = c("Depends", "Imports", "LinkingTo")
  )[[1L]]
  imports <- Filter(function(p) !installed(p), imports)
  if (length(imports)) utils::install.packages(imports, lib = lib, quiet = TRUE)

  file <- paste0(package, "_", version, ".tar.gz")
  target <- file.path(tempdir(), file)
  for (contrib in utils::contrib.url(getOption("repos"), "source")) {
    ok <- tryCatch(
      utils::download.file(paste(contrib, "Archive", package, file, sep = "/"), target, quiet = TRUE) == 0L,
      error = function(e) FALSE, warning = function(w) FALSE
    )
    if (ok) {
      utils::install.packages(target, lib = lib, repos = NULL, type = "source", quiet = TRUE)
      return(invisible())
    }
  }
}

install_missing <- function(packages, lib) {
  # fs brings the library libuv along for those without it.
  if (!nzchar(Sys.getenv("USE_BUNDLED_LIBUV")) && !has_libuv()) Sys.setenv(USE_BUNDLED_LIBUV = "1")
  old <- options(timeout = max(600, getOption("timeout")), Ncpus = cores(), warn = 1)
  on.exit(options(old))
  set_mirror()
  first <- Filter(function(p) !installed(p) && older[[p]]$when(), names(older))
  if (length(first)) {
    needed <- unlist(tools::package_dependencies(packages, which = "strong", recursive = TRUE))
    first <- intersect(first, c(packages, needed))
  }
  for (package in first) install_older(package, lib)
  packages <- Filter(function(p) !(p %in% first && installed(p)), packages)
  if (!length(packages)) return(invisible())
  logs <- scratch("logs")
  unlink(logs, recursive = TRUE)
  dir.create(logs)
  here <- setwd(logs)
  on.exit(setwd(here), add = TRUE)
  say("compiling them may take some minutes; what compilers say goes to build-tmp/logs")
  # In a process of its own, whose output can be kept off the screen: where a
  # package fails, thousands of lines.
  call <- bquote({
    options(repos = .(getOption("repos")), timeout = .(getOption("timeout")), Ncpus = .(getOption("Ncpus")))
    .libPaths(.(.libPaths()))
    utils::install.packages(.(packages), lib = .(lib), quiet = TRUE, keep_outputs = TRUE)
  })
  script <- tempfile(fileext = ".R")
  writeLines(deparse(call), script)
  system2(file.path(R.home("bin"), "Rscript"), shQuote(script), stdout = "console.log", stderr = "console.log")
}

explain <- function(packages) {
  # The package at fault may be one that these need.
  for (log in list.files(scratch("logs"), "\\.out$", full.names = TRUE)) {
    lines <- readLines(log, warn = FALSE)
    if (any(grepl("^ERROR", lines))) {
      message("\n--- ", sub("\\.out$", "", basename(log)), ": the end of its log")
      message(paste(substr(utils::tail(lines, 12L), 1L, 160L), collapse = "\n"))
    }
  }
  # What install.packages() itself had to say, such as that there is no network.
  console <- file.path(scratch("logs"), "console.log")
  said <- if (file.exists(console)) readLines(console, warn = FALSE)
  said <- grep("unable to access|not available|cannot open|timed out|No such host", said, value = TRUE)
  if (length(said)) message("\n", paste(utils::head(unique(said), 5L), collapse = "\n"))
  c(
    "these packages could not be installed: ", paste(packages, collapse = ", "), ".\n",
    "Things to look at:\n",
    "  - the network, and the repository: getOption(\"repos\") gives\n",
    paste0("      ", names(getOption("repos")), " = ", getOption("repos"), "\n", collapse = ""),
    "  - R itself: this is ", R.version.string, "; a newer package may ask for a newer R\n",
    "  - system libraries that a package names in its log (build-tmp/logs)\n",
    "On Debian and Ubuntu they come ready-made:\n",
    "  apt-get install ", paste0("r-cran-", tolower(packages), collapse = " ")
  )
}

# A synthesizer and its sounds, for the articles on sound. They are no packages of R: installed where
# we may, named otherwise.
install_sound_tools <- function() {
  wanted <- c("fluidsynth", "fluid-soundfont-gm", "timgm6mb-soundfont", "csound-soundfont")
  fonts <- file.path("/usr/share/sounds/sf2", c("FluidR3_GM.sf2", "TimGM6mb.sf2", "sf_GMbank.sf2"))
  if (nzchar(Sys.which("fluidsynth")) && all(file.exists(fonts))) {
    return(invisible())
  }
  command <- paste("apt-get install -y --no-install-recommends", paste(wanted, collapse = " "))
  if (nzchar(Sys.which("apt-get")) && identical(Sys.info()[["effective_user"]], "root")) {
    say("installing ", paste(wanted, collapse = ", "))
    system(command, ignore.stdout = TRUE)
  }
  if (!nzchar(Sys.which("fluidsynth")) || !all(file.exists(fonts))) {
    message(
      "\nNote: without a synthesizer the sounds of the articles cannot be made. On Debian:\n  ",
      command
    )
  }
}

install_deps <- function(level = "use") {
  root()
  required <- requirements(c("Depends", "Imports", "LinkingTo"))
  optional <- required[0L, ]
  if (level != "use") {
    suggested <- requirements("Suggests")
    names <- requirements("Config/Needs/test")$package
    if (level != "test") names <- c(names, requirements(paste0("Config/Needs/", level))$package)
    more <- data.frame(package = names, version = suggested$version[match(names, suggested$package)])
    # Tests that need the other packages are skipped where those are missing.
    required <- rbind(required, more[more$package == "testthat", ])
    optional <- more[more$package != "testthat", ]
  }

  wanted <- missing_from(rbind(required, optional))
  wanted <- wanted[!duplicated(wanted$package), , drop = FALSE]
  if (!nrow(wanted)) {
    say("all needed packages are there")
    return(invisible())
  }
  need_compiler()
  lib <- writable_library()
  say("installing into ", lib, ": ", paste(wanted$package, collapse = ", "))
  install_missing(wanted$package, lib)

  left <- missing_from(optional)$package
  if (length(left)) {
    message(
      "\nNote: not installed, so tests and pages that need them are left out: ",
      paste(left, collapse = ", ")
    )
  }
  left <- missing_from(required)$package
  if (length(left)) do.call(fail, as.list(explain(left)))
}

if (sys.nframe() == 0L) {
  level <- commandArgs(trailingOnly = TRUE)
  if (!length(level)) level <- "use"
  if (length(level) != 1L || !level %in% c("use", "test", "develop", "site", "data")) {
    fail("usage: Rscript tools/install-deps.R [use|test|develop|site|data]")
  }
  if (level == "data") install_sound_tools()
  install_deps(level)
}
