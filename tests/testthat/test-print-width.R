# What print() and summary() write fits into the width of the page: 60 columns of a narrow window, 80 of a book.

# One object of each class that has a print method, and others that print longer lines than usual: many
# components, long names, penalties, weights, missing entries.
printed_objects <- function() {
  x <- grouped_data()
  wide <- x
  dimnames(wide) <- list(
    paste0("ENSG00000", 100000 + 1:24, ".12_a_long_name_of_a_gene"), paste("patient number", 1:18, "of the second cohort")
  )
  counts <- round(x)
  joint <- nmf_joint(list(first = x[, 1:9], `the second of the data sets` = x[, 10:18]), 3, verbose = FALSE)
  survey <- small_survey(wide, ranks = 2:4, nrun = 3, times = 3)
  fit <- nmf(wide, 12, loss = "kl", alpha_W = 1e-4, alpha_H = 1e-4, nrun = 3, init = "random", max_iter = 5)
  missing <- nmf(replace(wide, 5, NA), 3, weights = matrix(1 + (1:432) / 432, 24))
  known <- as_nmf(basis(missing))
  topics <- as_topics(nmf(counts, 3, loss = "kl"))
  path <- tempfile("store")
  list(
    nmf = fit, nmf = missing, nmf = known, consensus_nmf = consensus_nmf(wide, 3, nrun = 5, verbose = FALSE),
    nmf_joint = joint, joint_alignment = quantile_align(joint),
    nmf_survey = survey, nmf_best_rank = best_rank(survey), nmf_consensus = consensus(survey, 3),
    nmf_bootstrap = nmf_bootstrap(missing, replace(wide, 5, NA), weights = matrix(1 + (1:432) / 432, 24), times = 3,
      verbose = FALSE),
    nmf_cv = cross_validate(wide, 1:3, verbose = FALSE),
    nmf_programs = nmf_programs(list(a = x, b = x + 0.1, c = 2 * x), ranks = 2:3, verbose = FALSE),
    nmf_differences = nmf_differences(nmf(counts, 3, loss = "kl"), counts),
    nmf_loss_choice = choose_loss(counts, 2, part = 0.2),
    nmf_semi = nmf_semi(wide - mean(wide), 12, max_iter = 3), nmf_symmetric = nmf_symmetric(crossprod(wide), 12, max_iter = 3),
    nmf_tree = nmf_tree(wide, 3, verbose = FALSE), nmf_topics = topics,
    nmf_documents = tidy_documents(data.frame(
      document = c("a", "a", "b", "c"), term = c("one", "two", "two", "a term with a long name that goes on and on"), count = 1:4
    ), document, term, count),
    nmf_blocks = nmf_blocks(function(first, last) wide[, first:last], dim(wide)), nmf_store = nmf_store(x, path),
    nmf_data_check = check_data(rbind(wide, wide[1:3, ] * 2, 0)), nmf_control = nmf_control(max_seconds = 10, floor = 0.1),
    nmf_loss = negative_binomial(1:30 / 7), nmf_smoothness = smoothness(2)
  )
}

too_wide <- function(code, width) {
  withr::local_options(width = width, cli.width = width)
  text <- cli::ansi_strip(utils::capture.output(code))
  text[nchar(text, "width") > width]
}

test_that("print() and summary() keep to 60 and to 80 columns, for every class", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  objects <- suppressWarnings(printed_objects())
  for (k in seq_along(objects)) {
    expect_s3_class(objects[[k]], names(objects)[k])
    for (width in c(60, 80)) {
      label <- paste("a", names(objects)[k], "in", width, "columns")
      expect_identical(too_wide(print(objects[[k]]), !!width), character(), label = label)
      expect_identical(too_wide(print(summary(objects[[k]])), !!width), character(), label = paste("summary of", label))
    }
  }
  for (object in objects) {
    if (!"digits" %in% names(formals(utils::getS3method("print", class(object)[1])))) next
    expect_error(print(object, digits = "a"), "`digits` must be", class = "nonneg_error_input")
    expect_error(print(object, digits = NULL), "`digits` must be", class = "nonneg_error_input")
  }
  methods <- ls(asNamespace("nonneg"), pattern = "^print\\.")
  done <- c(paste0("print.", names(objects)), grep("^print\\.summary\\.", methods, value = TRUE))
  # A step of a recipe is printed by package recipes.
  expect_identical(setdiff(methods, c(done, "print.step_nonneg")), character())
})
