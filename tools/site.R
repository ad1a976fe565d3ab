# Builds the pages of the package into site/: help, articles, news. Needs pkgdown and pandoc, and no network; the
# articles take minutes, FAST=1 leaves them out.

source("tools/common.R")
root()

if (!installed("pkgdown")) fail("pkgdown is needed: install.packages(\"pkgdown\"), or r-cran-pkgdown of Debian")
use_development_library()

# pkgdown writes into the folder that it reads, and asks the network for what it does not need.
copy <- scratch("site")
unlink(copy, recursive = TRUE)
dir.create(copy, recursive = TRUE)
files <- c(
  "DESCRIPTION", "NAMESPACE", "NEWS.md", "README.md", "_pkgdown.yml", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md",
  "ARCHITECTURE.md", "R", "man", "data", "inst", "vignettes", "pkgdown",
  "bench/results"
)
for (file in files) {
  dir.create(dirname(file.path(copy, file)), recursive = TRUE, showWarnings = FALSE)
  file.copy(file, dirname(file.path(copy, file)), recursive = TRUE)
}
# Links to sources and articles become links to pages.
to_pages <- function(text) {
  text <- gsub("\\(vignettes/([a-z-]+)\\.Rmd\\)", "(articles/\\1.html)", text)
  text <- gsub("\\(vignettes\\)", "(articles/index.html)", text)
  text <- gsub("\\(NEWS\\.md\\)", "(news/index.html)", text)
  # What has no page.
  gsub("\\[([^]]*)\\]\\((bench/results/README|src/NOTES|tests/README)\\.md\\)", "\\1", text)
}
for (file in file.path(copy, grep("\\.md$", files, value = TRUE))) {
  writeLines(to_pages(readLines(file, encoding = "UTF-8", warn = FALSE)), file, useBytes = TRUE)
}

# Articles are also looked through for files from another folder, where a relative path leads nowhere.
for (file in list.files(file.path(copy, "vignettes"), "\\.Rmd$", full.names = TRUE)) {
  text <- readLines(file, encoding = "UTF-8", warn = FALSE)
  text <- gsub("read_chunk(\"..", paste0("read_chunk(\"", copy), text, fixed = TRUE)
  writeLines(text, file, useBytes = TRUE)
}

options(pkgdown.internet = FALSE)
# For a link to a package that is not installed downlit would ask CRAN for its address.
utils::assignInNamespace("CRAN_urls", function() data.frame(Package = character(), URL = character()), "downlit")
pkg <- pkgdown::as_pkgdown(copy, override = list(destination = file.path(root(), "site")))
unlink("site", recursive = TRUE)
pkgdown::init_site(pkg)
pkgdown::build_home(pkg, quiet = TRUE)
pkgdown::build_reference(pkg, lazy = FALSE, examples = TRUE, devel = FALSE, preview = FALSE)
pkgdown::build_news(pkg, preview = FALSE)
if (!nzchar(Sys.getenv("FAST"))) {
  pkgdown::build_articles(pkg, quiet = TRUE, lazy = FALSE, preview = FALSE)
} else {
  pkgdown::build_articles_index(pkg)
}
# Pictures of the README.
for (file in c("man/figures", "bench/results")) {
  dir.create(file.path("site", file), recursive = TRUE, showWarnings = FALSE)
  pictures <- list.files(file, "\\.(png|svg)$", full.names = TRUE)
  file.copy(pictures, file.path("site", file), overwrite = TRUE)
}

# Links between the pages.
pages <- list.files("site", "\\.html$", recursive = TRUE)
broken <- character()
for (page in pages) {
  html <- paste(readLines(file.path("site", page), encoding = "UTF-8", warn = FALSE), collapse = "\n")
  links <- unlist(regmatches(html, gregexpr("(href|src)=\"[^\"#?]+", html)))
  links <- unique(sub("^(href|src)=\"", "", links))
  links <- links[!grepl("^([a-z]+:|//)", links)]
  there <- file.exists(file.path("site", dirname(page), links)) | file.exists(file.path("site", sub("^/", "", links)))
  if (nzchar(Sys.getenv("FAST"))) there <- there | grepl("articles/", file.path(dirname(page), links))
  broken <- c(broken, paste(page, "->", links)[!there])
}
if (length(broken)) fail("links to nothing:\n  ", paste(utils::head(broken, 40L), collapse = "\n  "))
say(length(pages), " pages in site/, all links between them lead to one; open site/index.html")
