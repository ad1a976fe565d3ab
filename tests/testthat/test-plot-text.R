test_that("long names lose their middle and stay different", {
  expect_identical(shorten(c("short", NA)), c("short", "NA"))
  long <- c("immunoglobulin heavy constant gamma 1", "immunoglobulin heavy constant gamma 2")
  short <- shorten(long, 20)
  expect_true(all(nchar(short) <= 20))
  expect_match(short, "^immun.*[.]{3}.*gamma [12]$")
  # Equal at both ends, different in the middle, and everywhere else.
  hard <- c(
    paste0(strrep("a", 30), "x", strrep("b", 30)), paste0(strrep("a", 30), "y", strrep("b", 30)),
    vapply(1:50, function(i) paste0(strrep("a", 29 + i %% 2), i, strrep("b", 31)), "")
  )
  for (most in c(10, 16, 28)) {
    short <- shorten(hard, most)
    expect_true(all(nchar(short) <= most))
    expect_identical(anyDuplicated(short), 0L, label = paste("to", most))
  }
  # What differs is kept, also where it is in the middle.
  cells <- paste("cell type", 1:60, "of blood")
  expect_identical(shorten(cells, 12)[c(7, 19)], c("cell...7...", "cell...19..."))
  expect_match(shorten(paste("patient", 1:9, "of the second cohort"), 14)[3], "^patient 3[.]{3}")
  genes <- paste0("ENSG0000", 1:40 + 100, ".12 a protein of chromosome ", 1:40 %% 7, " of the genome")
  expect_match(shorten(genes, 13), "[0-9]{3}")
  # Names that are the same remain so.
  expect_identical(anyDuplicated(shorten(c(long[1], long[1]), 20)), 2L)
})

test_that("axes that are long are thinned by round steps", {
  expect_identical(every_few(5, 10), c(1, 2, 3, 4, 5))
  expect_identical(every_few(88, 40), seq(1, 88, by = 5))
  expect_identical(every_few(1e6, 10), 1)
})

test_that("numbers are printed with points, whatever the decimal mark", {
  old <- options(OutDec = ",")
  on.exit(options(old))
  expect_no_warning(text <- format_ticks(c(0, 0.25, 1000)))
  expect_identical(text, c("0", "0.25", "1000"))
})

test_that("places are kept as far apart as is asked", {
  expect_identical(apart(c(0, 1, 1.5, 3, 3.1, 5), 1), c(1L, 2L, 4L, 6L))
  expect_identical(apart(c(5, 4.9, 3), 1), c(1L, 3L))
  expect_identical(apart(numeric(), 1), integer())
})

test_that("labels of a tree lose words from their end, but neither the first one nor the class", {
  labels <- c("10, 60% a long class of tumours: ENSG00000100057, ENSG00000100033", "5: one, two, three")
  expect_identical(
    fewer_words(labels, function(label) nchar(label) > 14),
    c("10, 60% a long class of tumours: ENSG00000100057", "5: one, two")
  )
})
