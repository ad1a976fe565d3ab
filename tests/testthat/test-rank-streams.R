test_that("a stream depends on its seed alone and leaves R's generator as it was", {
  set.seed(3)
  before <- .Random.seed
  a <- with_stream(7, runif(3))
  expect_identical(.Random.seed, before)
  runif(1)
  expect_identical(with_stream(7, runif(3)), a)
  withr::with_seed(1, .rng_kind = "Wichmann-Hill", {
    expect_identical(with_stream(7, runif(3)), a)
    expect_identical(RNGkind()[1], "Wichmann-Hill")
  })
})

test_that("a generator that was never used stays so", {
  saved <- get0(".Random.seed", globalenv(), inherits = FALSE)
  withr::defer(if (!is.null(saved)) assign(".Random.seed", saved, globalenv()))
  if (!is.null(saved)) rm(".Random.seed", envir = globalenv())
  with_stream(1, runif(1))
  expect_false(exists(".Random.seed", globalenv(), inherits = FALSE))
})

test_that("an error in a stream sets the generator back as well", {
  set.seed(3)
  before <- .Random.seed
  expect_error(with_stream(1, stop("no")), "no")
  expect_identical(.Random.seed, before)
})
