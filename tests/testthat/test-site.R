# The pages hang together: every topic of help in the index of the site and, by task, in ?nonneg; every article in all
# lists of articles; no link into nothing. Of the sources, so only where these are at hand (make test).

sources <- function(...) {
  root <- normalizePath(test_path("..", ".."))
  skip_if_not(file.exists(file.path(root, "_pkgdown.yml")), "the sources are not here")
  file.path(root, ...)
}
lines_of <- function(...) readLines(sources(...), encoding = "UTF-8", warn = FALSE)

# The entries of lists in _pkgdown.yml after a line `section:`, to the next such line.
listed <- function(section) {
  yml <- lines_of("_pkgdown.yml")
  top <- grep("^[a-z]+:", yml)
  from <- match(paste0(section, ":"), yml)
  yml <- yml[(from + 1):min(c(top[top > from] - 1, length(yml)))]
  trimws(sub("^ +- +", "", grep("^ +- +[^ ]+$", yml, value = TRUE)))
}

# Of each page of help: its name, its other names, whether it is for the inside.
help_pages <- function() {
  files <- list.files(sources("man"), "\\.Rd$", full.names = TRUE)
  lapply(stats::setNames(files, sub("\\.Rd$", "", basename(files))), function(file) {
    rd <- readLines(file, encoding = "UTF-8", warn = FALSE)
    list(
      name = sub("^\\\\name\\{(.*)\\}$", "\\1", grep("^\\\\name", rd, value = TRUE)),
      aliases = sub("^\\\\alias\\{(.*)\\}$", "\\1", grep("^\\\\alias", rd, value = TRUE)), text = rd
    )
  })
}

articles <- function() sub("\\.Rmd$", "", list.files(sources("vignettes"), "\\.Rmd$"))

test_that("every page of help is in the index of the site, once, and nothing else is", {
  index <- listed("reference")
  expect_identical(index[duplicated(index)], character())
  pages <- help_pages()
  expect_identical(setdiff(names(pages), index), character())
  expect_identical(setdiff(index, names(pages)), character())
})

test_that("every export has a page of help", {
  aliases <- unlist(lapply(help_pages(), `[[`, "aliases"))
  # Methods of a generic of package methods.
  exported <- grep("^\\.__|^coerce$", getNamespaceExports("nonneg"), value = TRUE, invert = TRUE)
  expect_identical(setdiff(exported, aliases), character())
})

test_that("every page of help can be reached from ?nonneg or from the index of another one", {
  pages <- help_pages()
  map <- paste(pages[["nonneg-package"]]$text, collapse = "\n")
  map <- gsub("\\\\linkS4class\\{([^}]*)\\}", "\\\\link{\\1-class}", map)
  linked <- regmatches(map, gregexpr("\\\\link(\\[=?[^]]*\\])?\\{[^}]*\\}", map))[[1]]
  targets <- sub("\\\\link(\\[=?([^]]*)\\])?\\{([^}]*)\\}", "\\2|\\3", linked)
  targets <- gsub("\\(\\)", "", sub("^\\|", "", sub("^([^|]+)\\|.*", "\\1", targets)))
  reached <- vapply(pages, function(page) any(page$aliases %in% targets), NA)
  # Methods of a class are reached from its page.
  of_a_class <- grepl("^(print|summary|plot|predict|update|cut)\\.|^(nonneg-package|reexports)$", names(pages))
  expect_identical(names(pages)[!reached & !of_a_class], character())
})

test_that("every article is in the README, in the index of the site and in where to go next", {
  all <- articles()
  readme <- paste(lines_of("README.md"), collapse = "\n")
  start <- paste(lines_of("vignettes", "getting-started.Rmd"), collapse = "\n")
  next_page <- sub(".*## Where to go next", "", start)
  map <- paste(help_pages()[["nonneg-package"]]$text, collapse = "\n")
  expect_setequal(listed("articles"), all)
  for (article in all) {
    expect_match(readme, paste0("vignettes/", article, ".Rmd"), fixed = TRUE)
    if (article != "getting-started") expect_match(next_page, paste0("(", article, ".html"), fixed = TRUE)
    expect_match(map, paste0("vignette(\"", article, "\""), fixed = TRUE)
  }
})

# Where a link of a page of text leads: a file, and a heading in it. Links to the network are left alone.
links_in <- function(text) {
  found <- regmatches(text, gregexpr("\\]\\([^)[:space:]]+\\)", text))
  links <- gsub("^\\]\\(|\\)$", "", unlist(found))
  links[!grepl("^(https?|mailto):", links)]
}
anchors_in <- function(text) {
  headings <- sub("^#+ +", "", grep("^#+ ", text, value = TRUE))
  given <- regmatches(headings, regexpr("\\{#[^}]+\\}", headings))
  plain <- gsub("[^a-z0-9 _-]", "", tolower(gsub("\\{#[^}]+\\}", "", headings)))
  c(gsub(" +", "-", trimws(plain)), gsub("[{}#]", "", given))
}

test_that("no link of a text leads to nothing", {
  texts <- c("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "NEWS.md", "tests/README.md")
  texts <- c(texts, "src/NOTES.md", "bench/results/README.md", file.path("vignettes", paste0(articles(), ".Rmd")))
  for (file in texts) {
    text <- lines_of(file)
    code <- cumsum(grepl("^```", text)) %% 2 == 1
    for (link in links_in(text[!code])) {
      path <- sub("#.*", "", link)
      target <- if (nzchar(path)) file.path(dirname(file), path) else file
      if (grepl("^vignettes/", file)) target <- sub("\\.html$", ".Rmd", target)
      expect_true(file.exists(sources(target)), label = paste(file, "->", link))
      if (grepl("#", link) && file.exists(sources(target))) {
        expect_true(sub(".*#", "", link) %in% anchors_in(lines_of(target)), label = paste(file, "->", link))
      }
    }
    named <- unlist(regmatches(text, gregexpr("vignette\\(\"[^\"]+\"", text)))
    expect_identical(setdiff(gsub("vignette\\(|\"", "", named), articles()), character(), label = file)
  }
})

# Hidden are only set-up, and the printing of stored results, whose code stands above.
test_that("all code of articles is shown, no wider than the page", {
  for (article in articles()) {
    text <- lines_of("vignettes", paste0(article, ".Rmd"))
    opens <- grepl("^```\\{r", text)
    inside <- cumsum(opens) > cumsum(grepl("^``` *$", text)) & !opens
    hidden <- grepl("^```\\{r.*(echo = FALSE|include = FALSE)", text) & !grepl("^```\\{r (setup|[a-z-]+-printed)", text)
    expect_identical(text[hidden], character(), label = article)
    setup <- cummax(ifelse(opens, cumsum(opens), 0)) == match(TRUE, grepl("^```\\{r setup", text[opens]))
    shown <- text[inside & !(setup %in% TRUE)]
    expect_identical(shown[nchar(shown) > 94], character(), label = article)
  }
})

test_that("no two functions have one name: the later file would win without a word", {
  names <- unlist(lapply(list.files(sources("R"), "\\.R$", full.names = TRUE), function(file) {
    unlist(lapply(parse(file), function(e) {
      if (is.call(e) && identical(e[[1]], as.name("<-")) && is.name(e[[2]])) as.character(e[[2]])
    }))
  }))
  expect_gt(length(names), 500)
  expect_identical(names[duplicated(names)], character())
})
