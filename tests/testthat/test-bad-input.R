# No internal error of R reaches a user: every argument of every function, given things of wrong kinds, works or is
# an error of class "nonneg_error_input".

wrong_kinds <- list(
  null = NULL, missing = NA, `not a number` = NaN, infinite = Inf, negative = -1, zero = 0, half = 1.5, large = 1e10,
  text = "a", `no text` = character(), yes = TRUE, two = c(1, 2), `empty list` = list(), list = list(1, "a"),
  `function` = mean, `text matrix` = matrix("a", 2, 2), `numeric matrix` = matrix(1:4 + 0.5, 2),
  array = array(1, c(2, 2, 2)), frame = data.frame(a = 1:2, b = c("u", "v")), class = structure(list(1), class = "other"),
  complex = 1i, factor = factor(c("u", "v")), formula = y ~ x, environment = globalenv()
)

# Many fits hand most arguments to nmf(), which meets all kinds itself.
slow_calls <- c("choose_loss", "report", "nmf_survey", "cross_validate", "nmf_bootstrap", "consensus_nmf", "nmf_programs")
few_kinds <- c("null", "missing", "half", "text", "list", "function", "frame")

# Good calls: arguments with a name are tried, the others choose a method.
good_calls <- function() {
  list(
    quote(nmf(
      x = x, rank = 2, loss = "frobenius", solver = "bpp", init = "random", alpha_W = 0.1, alpha_H = 0.1, l1_ratio = 0.5,
      weights = NULL, missing = "NA", fixed_W = NULL, fixed_H = NULL, nrun = 1, max_iter = 3, tol = 0.1, threads = 1,
      verbose = FALSE, control = nmf_control(), assay = NULL, layer = NULL
    )),
    quote(nmf(x = x, rank = 2, upper_H = 1, sum_to_one = FALSE, init = "spa", max_iter = 3, threads = 1)),
    quote(nmf_semi(
      x = x, rank = 2, init = "random", alpha_W = 0.1, alpha_H = 0.1, l1_ratio = 0.5, solver = "bpp", nrun = 1, max_iter = 3,
      tol = 0.1, threads = 1, verbose = FALSE, control = nmf_control(), assay = NULL, layer = NULL
    )),
    quote(predict(semi, newdata = x, type = "H", threads = 1, assay = NULL, layer = NULL)),
    quote(residuals(semi, x = x, assay = NULL, layer = NULL)), quote(tidy(semi, matrix = "W")),
    quote(nmf_symmetric(
      x = square, rank = 2, init = "random", scale = "none", diagonal = TRUE, negative = "error", nrun = 1, max_iter = 3, tol = 0.1,
      threads = 1, verbose = FALSE, control = nmf_control(), assay = NULL, layer = NULL
    )),
    quote(predict(symmetric, newdata = square, type = "H", threads = 1)),
    quote(residuals(symmetric, x = square, assay = NULL, layer = NULL)),
    quote(plot(symmetric, type = "similarity", data = square)),
    quote(nmf_differences(
      object = kl, x = x, against = "others", variance = "model", level = 0.9, prior = 0.5, assay = NULL, layer = NULL
    )),
    quote(feature_scores(object = fit)),
    quote(consensus_features(object = survey, rank = 2, n = 2, by = "weight", min_frequency = 0.5, from = NULL)),
    quote(nmf(x, 2, init = list(W = W, H = H), weights = list(rows = w), max_iter = 3, threads = 1)),
    quote(nmf_control(
      inner_sweeps = 1, extrapolate = TRUE, check_every = 5, gap_tol = 0.1, max_seconds = 10, floor = NULL,
      precision = NULL, checkpoint = NULL, every = 60, online = FALSE
    )),
    quote(beta_divergence(beta = 0.5)), quote(negative_binomial(dispersion = 1)),
    quote(smoothness(strength = 1, graph = NULL)),
    quote(nmf_blocks(block = block, dim = c(6, 5), dimnames = NULL, sparse = FALSE)),
    quote(nmf_store(
      x = x, path = "a store", type = NULL, overwrite = TRUE, transform = NULL, features = "all", negative = "error",
      verbose = FALSE, assay = NULL, layer = NULL
    )),
    quote(open_store(path = "a store", verify = FALSE)), quote(counts_per(total = 1)),
    quote(predict(fit, newdata = x, store = tempfile())),
    quote(nmf_matrix(x = x)),
    quote(nnls(A = W, B = x, solver = "bpp", sweeps = 5, threads = 1, assay = NULL, layer = NULL)),
    quote(divergence(x = x, y = fit, loss = "kl", weights = NULL, missing = "NA", assay = NULL, layer = NULL)),
    quote(predict(fit, newdata = x, type = "H", weights = NULL, threads = 1, assay = NULL, layer = NULL, features = "all")),
    quote(fitted(fit, at = cbind(1, 1))),
    quote(residuals(fit, x = x, at = NULL, weights = NULL, assay = NULL, layer = NULL)),
    quote(impute(object = fit, x = x, weights = NULL, assay = NULL, layer = NULL)),
    quote(augment(fit, data = x, weights = NULL, assay = NULL, layer = NULL)),
    quote(tidy(fit, matrix = "W")), quote(fit[i = 1]),
    quote(basis(object = fit)), quote(coef(fit)), quote(deviance(fit)), quote(nobs(fit)),
    quote(normalize(x = fit, which = "W", norm = "l1")),
    quote(as_nmf(W = W, H = H, loss = "frobenius", alpha_H = 0, l1_ratio = 0, control = nmf_control())),
    quote(as_nmf(W = list(components_ = t(W), W = t(H)), loss = "kl", alpha_H = 0)),
    quote(check_data(x = x, assay = NULL, layer = NULL, missing = "NA")),
    quote(validate_nmf(x = fit)), quote(is_nmf(x = fit)),
    quote(top_features(object = fit, n = 2, by = "specificity", components = 1)),
    quote(top_terms(object = fit, n = 2, by = "lift", components = 1)),
    quote(assign_clusters(object = fit, newdata = x, norm = "l2", threads = 1)),
    quote(component_shares(object = fit, newdata = NULL, groups = NULL, columns = NULL, power = 1, H = NULL, weights = NULL, threads = 1)),
    quote(match_components(x = fit, y = fit)),
    quote(agreement(cluster = c(1, 2, 2), class = c(1, 1, 2))),
    quote(metagene_map(
      object = fit, x = x, n = 2, by = "weight", groups = NULL, labels = NULL, palette = NULL, main = NULL, assay = NULL,
      layer = NULL
    )),
    quote(documents(x = x, in_rows = FALSE, assay = NULL, layer = NULL)),
    quote(choose_loss(
      x = many, rank = 2, part = 0.1, groups = 5, close = 0.3, solver = NULL, max_iter = 3, tol = 0.1, weights = NULL,
      missing = "NA", threads = 1, verbose = FALSE, control = nmf_control(), assay = NULL, layer = NULL
    )),
    quote(report(
      object = fit, file = NULL, x = NULL, groups = NULL, labels = NULL, survey = NULL, n = 2, by = "weight", title = NULL,
      lead = NULL, open = FALSE
    )),
    quote(explore(object = fit, x = x, groups = NULL, labels = NULL, survey = NULL)),
    quote(explore(survey, x = x, groups = NULL, labels = NULL)),
    quote(step_nonneg(
      recipe = recipe, rank = 2, loss = "frobenius", alpha_W = 0, alpha_H = NULL, l1_ratio = 0, options = list(),
      prefix = "NMF", keep_original_cols = FALSE
    )),
    quote(recommend(object = fit, x = x, n = 2, columns = 1, threads = 1, assay = NULL, layer = NULL)),
    quote(recommend(fit, newdata = x)),
    quote(augment(fit, newdata = x)), quote(augment(fit, data = t(x), in_rows = TRUE)),
    quote(as_ldavis(object = kl, x = x, smooth = 1e-6, assay = NULL, layer = NULL)),
    quote(terms(topics, n = 2)), quote(topics(topics, n = 2)), quote(augment(topics, data = x)),
    quote(tidy_documents(data = words, document = "document", term = "term", count = "count")),
    quote(tf_idf(x = x, tf = "log", idf = "plain", unit = TRUE, assay = NULL, layer = NULL)),
    quote(ncut_weight(x = x, assay = NULL, layer = NULL)), quote(weight_like(x = x, like = weighted)),
    quote(coherence(object = fit, x = x, n = 2, assay = NULL, layer = NULL)),
    quote(as_topics(object = kl, x = x, assay = NULL, layer = NULL)), quote(tidy(topics, matrix = "beta")),
    quote(nmf_tree(
      x = x, leaves = 2, by = "loss", unbalanced = 0.1, trials = 1, max_iter = 3, tol = 0.1, threads = 1, verbose = FALSE,
      assay = NULL, layer = NULL
    )),
    quote(cut(tree, k = 2)), quote(predict(tree, newdata = x, k = 2, threads = 1)),
    quote(top_features(object = tree, n = 2)),
    quote(nmf_survey(
      x = x, ranks = 1, loss = "frobenius", solver = NULL, init = "random", alpha_W = 0, alpha_H = 0, l1_ratio = 0,
      nrun = 1, max_iter = 2, tol = 0.1, threads = 1, verbose = FALSE, control = nmf_control(), resample = "columns",
      times = 1, part = 0.8, max_n = 10, weights = NULL, fixed_W = NULL, assay = NULL, layer = NULL
    )),
    quote(cross_validate(
      x = x, ranks = 1, loss = "frobenius", solver = NULL, init = "random", alpha_W = 0, alpha_H = 0, l1_ratio = 0,
      nrun = 1, max_iter = 2, tol = 0.1, threads = 1, verbose = FALSE, control = nmf_control(), method = "entries",
      folds = 2, replicates = 1, weights = NULL, fixed_W = NULL, assay = NULL, layer = NULL
    )),
    quote(nmf_bootstrap(
      object = fit, x = x, times = 2, type = "columns", level = 0.9, start = "random", weights = NULL, fixed_W = NULL,
      fixed_H = NULL, threads = 1, verbose = FALSE, control = nmf_control(), assay = NULL, layer = NULL
    )),
    quote(consensus_nmf(
      x = x, rank = 1, loss = "frobenius", solver = NULL, init = "random", alpha_W = 0, alpha_H = 0, l1_ratio = 0,
      nrun = 3, max_iter = 2, tol = 0.1, threads = 1, verbose = FALSE, control = nmf_control(), density_threshold = 2,
      neighbors = 0.3, weights = NULL, assay = NULL, layer = NULL
    )),
    quote(nmf_joint(
      x = sets, rank = 2, lambda = 5, shared = "W", batch = NULL, features = "shared", weights = NULL, init = "random",
      solver = "bpp", nrun = 1, max_iter = 3, tol = 0.1, threads = 1, verbose = FALSE, control = nmf_control(),
      assay = NULL, layer = NULL
    )),
    quote(predict(joint, newdata = x, dataset = "a", type = "H", own = FALSE, threads = 1, assay = NULL, layer = NULL)),
    quote(quantile_align(object = joint, reference = 1, quantiles = 3, min_cells = 2, neighbors = 2)),
    quote(scale_features(x = x, assay = NULL, layer = NULL)), quote(tidy(joint, matrix = "V")),
    quote(nmf_programs(
      x = sets, ranks = 2, batch = NULL, features = "shared", recipe = "silhouette", similarity = "cosine", k = 2,
      min_samples = 1, min_size = NULL, n_features = 3, density_threshold = 1, loss = "frobenius", solver = NULL,
      init = "random", alpha_W = 0, alpha_H = 0, l1_ratio = 0, nrun = 1, max_iter = 2, tol = 0.1, threads = 1, verbose = FALSE,
      control = nmf_control(), assay = NULL, layer = NULL
    )),
    quote(regroup_programs(
      object = programs, recipe = "gavish", similarity = NULL, k = NULL, min_samples = 1, min_size = 1, n_features = 3,
      density_threshold = 1
    )),
    quote(predict(programs, newdata = x, type = "H", threads = 1, assay = NULL, layer = NULL, features = "shared")),
    quote(top_features(programs, n = 2, by = "weight", components = 1)), quote(tidy(programs, matrix = "W")),
    quote(consensus(object = survey, rank = 2)), quote(consensus(object = cbind(c(1, 2, 2), c(1, 1, 2)), rank = 2, max_n = 5)), quote(best_rank(object = survey, by = "agreement", from = NULL)),
    quote(best_rank(object = cv)), quote(confint(boot, parm = "W")), quote(add_nmf(x = se, fit = fit, name = "NMF"))
  )
}

bad_input_scene <- function() {
  env <- new.env(parent = asNamespace("nonneg"))
  evalq({
    x <- matrix((seq_len(30) * 7) %% 11, 6, dimnames = list(letters[1:6], LETTERS[1:5]))
    W <- x[, 1:2] + 1
    H <- x[1:2, ] + 1
    dimnames(W) <- dimnames(H) <- NULL
    w <- 1:6
    block <- function(first, last) x[, first:last, drop = FALSE]
    many <- matrix((seq_len(1200) * 7) %% 11, 30)
    words <- data.frame(document = c("a", "b"), term = c("u", "v"), count = 1:2)
    fit <- nmf(x, 2, max_iter = 5, threads = 1)
    kl <- nmf(x, 2, "kl", max_iter = 5, threads = 1)
    semi <- nmf_semi(x - 5, 2, max_iter = 5, threads = 1)
    square <- crossprod(x)
    symmetric <- nmf_symmetric(square, 2, max_iter = 5, threads = 1)
    topics <- as_topics(kl)
    weighted <- tf_idf(x)
    sets <- list(a = x[, 1:3], b = x[, 4:5])
    joint <- nmf_joint(sets, 2, max_iter = 5, threads = 1)
    programs <- nmf_programs(sets, 2, min_samples = 1, n_features = 3, threads = 1, verbose = FALSE)
    tree <- suppressMessages(nmf_tree(x, 2, verbose = FALSE))
    cv <- cross_validate(x, 1:2, folds = 2, max_iter = 3, threads = 1, verbose = FALSE)
    boot <- nmf_bootstrap(fit, x, times = 2, threads = 1, verbose = FALSE)
    survey <- nmf_survey(x, 2:3, nrun = 1, times = 2, max_iter = 3, threads = 1, verbose = FALSE)
  }, env)
  env
}

# The fault of one call: NULL if it worked, or failed as it should.
bad_input_fault <- function(call, env) {
  tryCatch(
    {
      suppressMessages(suppressWarnings(utils::capture.output({
        out <- withVisible(eval(call, env))
        # An app that is printed runs until somebody closes it.
        if (out$visible && !inherits(out$value, "shiny.appobj")) print(out$value)
      })))
      NULL
    },
    nonneg_error_input = function(e) NULL,
    error = function(e) paste(class(e)[1], conditionMessage(e))
  )
}

kinds_of_turn <- function(turn) names(wrong_kinds)[(turn * 3 + 0:2) %% length(wrong_kinds) + 1]

# Without the package there is none.
with_experiment <- function(env) {
  if (requireNamespace("SummarizedExperiment", quietly = TRUE)) {
    env$se <- SummarizedExperiment::SummarizedExperiment(list(counts = env$x))
  }
  if (requireNamespace("recipes", quietly = TRUE)) env$recipe <- recipes::recipe(~., data.frame(a = 1:3, b = 3:1))
}

test_that("wrong kinds of every argument of every function work or are errors of ours", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  withr::local_options(browser = function(url) NULL, viewer = NULL)
  env <- withr::with_seed(1, bad_input_scene())
  with_experiment(env)
  # Some write where they are told to.
  withr::local_dir(withr::local_tempdir())
  has_shiny <- all(vapply(c("shiny", "bslib", "DT"), requireNamespace, NA, quietly = TRUE))
  faults <- character()
  turn <- 0
  for (call in good_calls()) {
    name <- as.character(call[[1]])
    if (name == "explore" && !has_shiny) next
    if (name == "add_nmf" && is.null(env$se) || name == "step_nonneg" && is.null(env$recipe)) next
    expect_null(bad_input_fault(call, env), label = deparse1(call))
    for (arg in which(nzchar(names(call)))) {
      # All of them take a minute; in turns, every function meets all kinds.
      turn <- turn + 1
      some <- if (nzchar(Sys.getenv("NONNEG_LONG_TESTS"))) names(wrong_kinds) else kinds_of_turn(turn)
      for (kind in c(if (name %in% slow_calls) intersect(few_kinds, some) else some, "dropped")) {
        bad <- call
        if (kind == "dropped") bad <- bad[-arg] else bad[arg] <- list(wrong_kinds[[kind]])
        fault <- bad_input_fault(bad, env)
        if (!is.null(fault)) faults <- c(faults, sprintf("%s(%s = %s): %s", name, names(call)[arg], kind, fault))
      }
    }
  }
  expect_identical(faults, character())
})

test_that("every exported function is in the table of bad input", {
  called <- unique(vapply(good_calls(), function(call) as.character(call[[1]]), ""))
  # Without arguments, or generics of other packages on what is tested elsewhere.
  bare <- c("frobenius", "itakura_saito", "kullback_leibler", "nmf_losses", "nmf_solvers", "glance", "new_nmf")
  # In processes of its own, see test-fit-mpi.R.
  bare <- c(bare, "nmf_mpi")
  # coerce() is what as() calls.
  exported <- grep("^[.]__|^coerce$", getNamespaceExports("nonneg"), value = TRUE, invert = TRUE)
  expect_identical(setdiff(exported, c(called, bare)), character())
})

# Arguments as other packages call them: each call, and what must be said.
neighbours <- list(
  list(quote(nmf(x, n_components = 2)), "`n_components` is called `rank` here"),
  list(quote(nmf(A = x, k = 2)), "`A` is called `x` here"),
  list(quote(nmf(A = x, k = 2)), "`k` is called `rank` here"),
  list(quote(nmf(x, 2, alpha = 1)), "`alpha_W`, `alpha_H` and `l1_ratio`"),
  list(quote(nmf(x, 2, smooth = 1)), "`smooth_W` or `smooth_H`"),
  list(quote(nmf(x, 2, fixed = W)), "`fixed_W` or `fixed_H`"),
  list(quote(nmf(x, 2, max = 5)), "Did you mean `max_iter`"),
  list(quote(nmf(x, 2, mask_zeros = TRUE)), "`missing` here"),
  list(quote(nmf(x, 2, upper_bound = 1)), "`upper_H` here"),
  list(quote(nmf(x, 2, batch_size = 10)), "nmf_control(online = TRUE)"),
  list(quote(nmf(x, 2, fit0 = fit)), "`init` here"),
  list(quote(nmf_semi(x, 2, alpha = 1)), "`alpha_W`, `alpha_H` and `l1_ratio`"),
  list(quote(nmf_survey(x, 2, alpha = 1)), "`alpha_W`, `alpha_H` and `l1_ratio`"),
  list(quote(nmf_survey(x, range = 2)), "`range` is called `ranks` here"),
  list(quote(nmf_survey(x, 2, B = 10)), "`B` is called `times` here"),
  list(quote(cross_validate(x, 2, alpha = 1)), "`alpha_W`, `alpha_H` and `l1_ratio`"),
  list(quote(cross_validate(x, 2, reps = 3)), "`replicates` here"),
  list(quote(consensus_nmf(x, 2, local_density_threshold = 1)), "`density_threshold` here"),
  list(quote(nmf_bootstrap(fit, x, nboot = 10)), "`times` here"),
  list(quote(nmf_bootstrap(fit, x, fixed = W)), "`fixed_W` or `fixed_H`"),
  list(quote(nmf_joint(sets, k = 2)), "`rank` here"), list(quote(nmf_joint(sets, 2, nrep = 2)), "`nrun` here"),
  list(quote(nmf_programs(sets, 2, nMP = 2)), "`k` here"),
  list(quote(nmf_programs(sets, 2, min = 2)), "`min_samples` or `min_size`"),
  list(quote(quantile_align(joint, ref_dataset = 1)), "`reference` here"),
  list(quote(predict(fit, new_data = x)), "`newdata` here"), list(quote(predict(fit, x, what = "H")), "`type` here"),
  list(quote(top_features(fit, top_n = 3)), "`n` here"), list(quote(top_features(fit, method = "lift")), "`by` here"),
  list(quote(top_terms(fit, num_words = 3)), "`n` here"),
  list(quote(best_rank(survey, method = "pac")), "`by` here"),
  list(quote(nmf_tree(x, n_clusters = 2)), "`leaves` here"),
  list(quote(nmf_differences(kl, x, lfc.stat = "vsnull")), "`against` here"),
  list(quote(nmf_control(max_time = 1)), "`max_seconds` here"), list(quote(nmf_control(check = 1)), "`check_every` or `checkpoint`"),
  list(quote(negative_binomial(size = 1)), "1 over a size"), list(quote(agreement(fit, truth = 1)), "`class` here"),
  list(quote(agreement(fit, truth = 1)), "`class` must be given"),
  list(quote(nnls(W, x, maxit = 5)), "Known arguments: `A`"), list(quote(nnls(W, x, n_threads = 2)), "`threads` here"),
  list(quote(tf_idf(dtm = x)), "`dtm` is called `x` here"), list(quote(tidy_documents(words, word = "term")), "`term` here"),
  list(quote(coherence(fit, x, top_n = 2)), "`n` here"), list(quote(report(fit, title = "a", path = "b")), "`file` here"),
  list(quote(plot(fit, "H", annCol = w)), "`groups` here"), list(quote(plot(fit, "H", comp = 1)), "Did you mean `components`"),
  list(quote(plot(fit, "W", colors = "red")), "`palette` here"), list(quote(plot(fit, "W", title = "a")), "`main` here"),
  list(quote(recommend(fit, x, k = 2)), "`n` here"),
  list(quote(plot(fit, "basismap")), "\"W\" here"), list(quote(plot(fit, "Structure")), "\"composition\" here"),
  list(quote(plot(survey, "rank")), "\"measures\" here"), list(quote(plot(fit, "pie")), "`type` must be one of"),
  list(quote(nmf_control(tol = 1)), "argument of `nmf()` itself"), list(quote(confint(fit)), "nmf_bootstrap(fit, x)"),
  list(quote(assign_clusters(fit, method = "l2")), "`norm` here")
)

test_that("what others call an argument is told by its name here", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  env <- withr::with_seed(1, bad_input_scene())
  for (case in neighbours) {
    said <- expect_error(eval(case[[1]], env), class = "nonneg_error_input", label = deparse1(case[[1]]))
    expect_match(gsub("[[:space:]]+", " ", conditionMessage(said)), case[[2]], fixed = TRUE, label = deparse1(case[[1]]))
  }
})

test_that("a likelihood is not made up", {
  x <- example_data()
  expect_error(stats::AIC(nmf(x, 2)), "cross_validate", class = "nonneg_error_input")
  expect_error(stats::BIC(nmf(x, 2, "kl")), "AIC(as_topics(fit, x))", fixed = TRUE, class = "nonneg_error_input")
  expect_error(stats::logLik(nmf_semi(x, 2)), "deviance", class = "nonneg_error_input")
  expect_true(is.finite(stats::AIC(as_topics(nmf(round(x), 2, "kl"), round(x)))))
})
