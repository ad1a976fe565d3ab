skip_if_not_installed("recipes")

patients <- function(rows = seq_len(38)) data.frame(class = leukemia$class, t(leukemia$x[1:60, ]))[rows, ]
step_of <- function(data, ...) step_nonneg(recipes::recipe(class ~ ., data), recipes::all_numeric_predictors(), ...)

test_that("prep() is nmf() of the transpose, bake() is predict()", {
  train <- patients(1:30)
  test <- patients(31:38)
  trained <- recipes::prep(step_of(train, rank = 3, loss = "kl", alpha_W = 1e-4, l1_ratio = 1))
  fit <- nmf(t(train[-1]), 3, loss = "kl", alpha_W = 1e-4, l1_ratio = 1)
  baked <- recipes::bake(trained, test)
  expect_identical(names(baked), c("class", "NMF1", "NMF2", "NMF3"))
  expect_identical(unname(as.matrix(baked[-1])), unname(t(predict(fit, t(test[-1])))))
  expect_identical(trained$steps[[1]]$res$W, fit$W)
  # The order of columns, and others, do not matter.
  expect_identical(recipes::bake(trained, cbind(new = 1, test[61:1]))[names(baked)], baked)
  expect_identical(nrow(recipes::bake(trained, test[0, ])), 0L)
})

test_that("the step keeps, names and leaves out as it is told", {
  data <- patients()
  kept <- recipes::bake(recipes::prep(step_of(data, rank = 2, keep_original_cols = TRUE, prefix = "part")), NULL)
  expect_identical(names(kept), c(names(data)[-1], "class", "part1", "part2"))
  expect_identical(recipes::bake(recipes::prep(step_of(data, rank = 0)), data)[names(data)[2:5]], tibble::as_tibble(data[2:5]))
  none <- step_nonneg(recipes::recipe(class ~ ., data), recipes::has_role("of nobody"))
  expect_identical(dim(recipes::bake(recipes::prep(none), data)), dim(data))
  # No more components than predictors.
  few <- recipes::prep(step_nonneg(recipes::recipe(class ~ ., data), 2, 3, rank = 5))
  expect_identical(ncol(few$steps[[1]]$res$W), 2L)
})

test_that("missing predictors are missing, and random starts go by set.seed()", {
  data <- patients()
  data[4, 7] <- NA
  prepared <- function() {
    set.seed(1)
    recipes::prep(step_of(data, rank = 2, options = list(init = "random")))
  }
  trained <- prepared()
  expect_identical(trained$steps[[1]]$res$H, prepared()$steps[[1]]$res$H)
  expect_true(all(is.finite(recipes::bake(trained, data)$NMF1)))
  data[5, -1] <- NA
  expect_warning(baked <- recipes::bake(trained, data), class = "nonneg_warning_unobserved")
  expect_identical(is.na(baked$NMF1), seq_len(38) == 5)
})

test_that("frequency weights count observations as often", {
  data <- patients()
  data$count <- recipes::frequency_weights(rep(1:2, 19))
  recipe <- step_nonneg(recipes::recipe(class ~ ., data), recipes::all_numeric_predictors(), rank = 2)
  fit <- recipes::prep(recipe)$steps[[1]]$res
  expect_identical(fit$settings$column_weights, rep(c(1, 2), 19))
})

test_that("tidy(), tunable() and required_pkgs() tell what there is", {
  recipe <- step_of(patients(), rank = 2, id = "it")
  expect_identical(tidy(recipe, 1)$terms, "recipes::all_numeric_predictors()")
  trained <- recipes::prep(recipe)
  W <- trained$steps[[1]]$res$W
  long <- tidy(trained, 1)
  expect_named(long, c("terms", "value", "component", "id"))
  expect_identical(long$value[long$component == "NMF2" & long$terms == rownames(W)[7]], W[[7, 2]])
  expect_identical(generics::tunable(recipe)$name, c("rank", "alpha_W", "l1_ratio"))
  expect_true("nonneg" %in% generics::required_pkgs(recipe))
})

test_that("a prepared recipe survives a file", {
  trained <- recipes::prep(step_of(patients(), rank = 2))
  file <- withr::local_tempfile()
  saveRDS(trained, file)
  expect_identical(recipes::bake(readRDS(file), patients(1:3)), recipes::bake(trained, patients(1:3)))
})

test_that("the step prints, and its faults are told in terms of the data", {
  bad <- function(code) {
    error <- expect_error(code)
    while (!is.null(error$parent)) error <- error$parent
    expect_s3_class(error, "nonneg_error_input")
    cat(conditionMessage(error), sep = "\n")
  }
  data <- patients()
  expect_snapshot({
    bad(recipes::prep(step_of(replace(data, 3, -1:36), rank = 2)))
    bad(recipes::prep(step_nonneg(recipes::recipe(~., data), class, rank = 2)))
    bad(recipes::bake(recipes::prep(step_nonneg(recipes::recipe(~., transform(data, NMF1 = "a")), 2, 3, rank = 2)), NULL))
    fault(step_of(data, rank = 1.5))
    fault(step_of(data, options = list(nruns = 3, rank = 2)))
    fault(step_nonneg(data, rank = 2))
  })
})

# Of packages that are not among those suggested.
from <- function(package, name) getExportedValue(package, name)

test_that("it works in workflows, and tune finds a rank", {
  for (package in c("workflows", "parsnip", "tune", "dials", "rsample", "yardstick")) skip_if_not_installed(package)
  data <- patients()
  data$class <- factor(data$class == "AML")
  model <- from("parsnip", "set_engine")(from("parsnip", "logistic_reg")(), "glm")
  flow <- from("workflows", "add_recipe")(from("workflows", "workflow")(), step_of(data, rank = from("tune", "tune")()))
  flow <- from("workflows", "add_model")(flow, model)
  set.seed(1)
  folds <- from("rsample", "vfold_cv")(data, v = 2)
  tuned <- suppressWarnings(from("tune", "tune_grid")(flow, folds, grid = data.frame(rank = 1:2)))
  best <- from("tune", "select_best")(tuned, metric = "accuracy")
  expect_true(best$rank %in% 1:2)
  fitted <- suppressWarnings(generics::fit(from("tune", "finalize_workflow")(flow, best), data))
  expect_identical(nrow(predict(fitted, data[1:3, ])), 3L)
  expect_true("rank" %in% from("hardhat", "extract_parameter_set_dials")(flow)$name)
})

test_that("arguments of other steps are no selectors", {
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(~., data.frame(a = 1:3, b = 3:1))
  expect_error(
    step_nonneg(recipe, recipes::all_numeric_predictors(), num_comp = 3), "`num_comp` is called `rank` here",
    class = "nonneg_error_input"
  )
  expect_error(step_nonneg(recipe, a, b, nrun = 3), "in `options`", class = "nonneg_error_input")
})
