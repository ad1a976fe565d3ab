test_that("leukemia has the size and classes of Brunet et al. (2004)", {
  expect_named(leukemia, c("x", "class", "genes"))
  expect_type(leukemia$x, "integer")
  expect_identical(dim(leukemia$x), c(5000L, 38L))
  expect_identical(range(leukemia$x), c(20L, 61225L))
  expect_identical(sum(as.numeric(leukemia$x)), 65006387)

  expect_identical(
    c(table(leukemia$class)), c("ALL-B" = 19L, "ALL-T" = 8L, "AML" = 11L)
  )
  expect_identical(names(leukemia$class), colnames(leukemia$x))
  # The kind is part of the name that the samples came with.
  kind <- ifelse(grepl("^AML", colnames(leukemia$x)), "AML",
    ifelse(grepl("T-cell$", colnames(leukemia$x)), "ALL-T", "ALL-B")
  )
  expect_identical(as.character(leukemia$class), kind)
})

test_that("leukemia's genes describe its rows", {
  expect_identical(leukemia$genes$probe, rownames(leukemia$x))
  expect_identical(anyDuplicated(leukemia$genes$probe), 0L)
  expect_false(any(is.na(leukemia$genes$description)))
  # Terminal transferase, high in lymphoblastic leukemia and low in myeloid.
  row <- grep("terminal transferase", leukemia$genes$description, ignore.case = TRUE)
  expect_gt(length(row), 0)
  level <- tapply(leukemia$x[row[1], ], leukemia$class, mean)
  expect_gt(level[["ALL-B"]], 2 * level[["AML"]])
})

test_that("austen is a valid sparse matrix of counts, chapters in columns", {
  expect_named(austen, c("x", "class", "chapters"))
  expect_s4_class(austen$x, "dgCMatrix")
  expect_true(methods::validObject(austen$x))
  expect_identical(dim(austen$x), c(5107L, 269L))
  expect_length(austen$x@x, 124002)
  expect_true(all(austen$x@x >= 1 & austen$x@x == round(austen$x@x)))
  expect_identical(sum(austen$x), 178898)
  expect_identical(austen$x["darcy", "Pride 10"], 21)
})

test_that("austen's words are in 5 chapters at least and in half of them at most", {
  chapters <- diff(Matrix::t(austen$x)@p)
  expect_gte(min(chapters), 5)
  expect_lte(max(chapters), ncol(austen$x) / 2)
  expect_true(all(grepl("^[a-z]+('[a-z]+)*$", rownames(austen$x))))
  expect_true(all(nchar(rownames(austen$x)) >= 3))
})

test_that("austen's labels are the novels, with all their chapters", {
  expect_identical(c(table(austen$class)), c(
    "Sense and Sensibility" = 50L, "Pride and Prejudice" = 61L, "Mansfield Park" = 48L,
    "Emma" = 55L, "Northanger Abbey" = 31L, "Persuasion" = 24L
  ))
  expect_identical(names(austen$class), colnames(austen$x))
  expect_identical(austen$chapters$book, unname(austen$class))
  for (book in levels(austen$class)) {
    chapter <- austen$chapters$chapter[austen$chapters$book == book]
    expect_identical(chapter, seq_along(chapter))
  }
  expect_true(all(austen$chapters$words >= Matrix::colSums(austen$x)))
})
