page_of <- function(...) paste(readLines(report(..., open = FALSE), encoding = "UTF-8"), collapse = "\n")

test_that("a report is one file with what the fit says", {
  skip_if_not(capabilities("png"), "PNG files cannot be drawn")
  x <- example_data()
  fit <- nmf(x, 3, nrun = 2)
  file <- withr::local_tempfile(fileext = ".html")
  expect_identical(
    report(fit, file, x = x, groups = example_groups(), labels = paste("label", 1:12), open = FALSE), file
  )
  page <- paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
  expect_match(page, "12 features, 10 observations, 3 components", fixed = TRUE)
  # Nothing from elsewhere, no field left.
  expect_no_match(page, "src=\"http|href=\"http|\\{\\{")
  expect_length(gregexpr("data:image/png;base64,", page, fixed = TRUE)[[1]], 3)
  top <- top_features(fit, 1, by = "specificity")
  for (k in 1:3) expect_match(page, paste0("label ", match(top$feature[k], rownames(x)), "<small>", top$feature[k]), fixed = TRUE)
  counts <- table(predict(fit, type = "class"), example_groups())
  expect_match(page, sprintf("<tr><th>NMF1</th><td class=\"n hit\">%d</td>", counts[1, 1]), fixed = TRUE)
  expect_match(page, "2 of 2 starts|1 of 2 starts")
})

test_that("what a report is given is text, whatever it looks like", {
  skip_if_not(capabilities("png"), "PNG files cannot be drawn")
  x <- example_data()
  rownames(x)[1] <- "<b>&{{title}}"
  page <- page_of(nmf(x, 2), title = "a < b & {{lead}}", n = 12)
  expect_match(page, "<h1>a &lt; b &amp; {{lead}}</h1>", fixed = TRUE)
  expect_match(page, "&lt;b&gt;&amp;{{title}}", fixed = TRUE)
})

test_that("reports of other losses, of one component, of known models and with evidence for the rank", {
  skip_if_not(capabilities("png"), "PNG files cannot be drawn")
  x <- example_data()
  expect_match(page_of(nmf(x + 1, 1, loss = "is")), "of the deviance explained")
  expect_no_match(page_of(as_nmf(example_factors()$W, example_factors()$H)), "How good is the fit")
  set.seed(1)
  cv <- cross_validate(x, 1:2, folds = 2, max_iter = 30, verbose = FALSE)
  expect_match(page_of(nmf(x, 2), survey = cv), "Which rank?", fixed = TRUE)
})

test_that("base64 is that of RFC 4648", {
  encoded <- function(text) base64(charToRaw(text))
  expect_identical(
    vapply(c("", "f", "fo", "foo", "foob", "fooba", "foobar"), encoded, "", USE.NAMES = FALSE),
    c("", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy")
  )
})

test_that("wrong arguments are told", {
  fit <- nmf(example_data(), 2)
  expect_snapshot({
    fault(report(1))
    fault(report(fit, file = 3))
    fault(report(fit, file = "no/such/folder/page.html"))
    fault(report(fit, groups = 1:3))
    fault(report(fit, survey = fit))
    fault(report(fit, title = 1:2))
    fault(report(fit, by = "size"))
  })
})

test_that("a name without an ending gets one", {
  skip_if_not(capabilities("png"), "PNG files cannot be drawn")
  bare <- file.path(withr::local_tempdir(), "page")
  expect_identical(report(example_fit(), bare, open = FALSE), paste0(bare, ".html"))
  expect_true(file.exists(paste0(bare, ".html")))
})
