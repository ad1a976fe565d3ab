# Mistakes that no other file makes, one call each: what is said names the argument and what is allowed.

mistakes <- expression(
  # Weights, units, signs.
  nmf(x, 2, weights = list(rows = 1:3)), nmf(x, 2, weights = matrix("a", 6, 5)),
  nmf(x, 2, weights = x * 0 + 1e101), nmf(x * 1e305, 2),
  nmf(x - 1, 2, "kl", negative = "allow"), nmf(x - 1, 2, solver = "mu", negative = "allow"),
  nmf(x, 2, negative_binomial(1:3)), nmf(x, 2, control = nmf_control(floor = 0.1)),
  nmf(x, 2, weights = 1:6, control = nmf_control(online = TRUE)),
  nmf(x, 2, control = nmf_control(checkpoint = file.path("no", "such", "folder"))),
  # Several data sets.
  nmf_joint(list(a = x, a = x), 2), nmf_joint(x, 2, batch = "tissue"),
  nmf_joint(x, 2, batch = c(1, 1, NA, 2, 2)),
  nmf_joint(x, 2, batch = letters[1:5], shared = "H"), nmf_joint(sets, 2, shared = "H", features = "all"),
  nmf_joint(sets, 2, control = nmf_control(floor = 0.1)),
  nmf_joint(sets, 2, control = nmf_control(precision = "mixed")),
  nmf_joint(list(a = x, b = 0 * x), 2, weights = "equal"), nmf_joint(sets, 2, init = list(H = 1)),
  quantile_align(nmf_joint(list(a = x, b = x), 2, shared = "H", max_iter = 2)),
  predict(joint, x[1:3, ], "a"), predict(joint, unname(x[1:3, ]), "a"), predict(joint, list(c = x)),
  predict(joint_shared, x, "a", own = TRUE), scale_features(x[, 1, drop = FALSE]),
  nmf_programs(list(a = x, b = x[1:4, ]), 2, features = "all", recipe = "cnmf"),
  # What belongs to a fit.
  as_nmf(W = `colnames<-`(diag(2), c("a", "b")), H = `rownames<-`(diag(2), c("a", "c"))),
  metagene_map(fit), plot(fit, "metagenes"), component_shares(fit, groups = list()), plot(fit, "H", "W"),
  plot(fit, "W", components = mean), plot(as_nmf(basis(fit)), "history"),
  nmf_bootstrap(smooth, x), nmf_store(x, tempfile(), transform = one_column),
  nmf(x, 2, fixed_W = x[, 1]), nmf(x, 2, fixed_H = x[1, ]), agreement(stats::kmeans(x, 2), 1:6),
  agreement(stats::hclust(stats::dist(x)), 1:6), confint(boot, level = 0.5),
  tidy_documents(data.frame(document = 1:2, term = 1:2)), component_shares(fit, groups = list(a = 1, b = 5)),
  topics(x), basis(x), documents(x[0, ], in_rows = FALSE)
)

test_that("mistakes that no other test makes are told", {
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  withr::local_seed(1)
  here <- list2env(list(x = matrix((seq_len(30) * 7) %% 11, 6, dimnames = list(letters[1:6], LETTERS[1:5]))))
  parent.env(here) <- environment()
  evalq({
    sets <- list(a = x[, 1:3], b = x[, 4:5])
    one_column <- function(block) block[, 1, drop = FALSE]
    fit <- nmf(x, 2, max_iter = 5)
    boot <- nmf_bootstrap(fit, x, times = 2)
    smooth <- nmf(x, 2, smooth_H = 1, alpha_W = 0.1, max_iter = 5)
    joint <- nmf_joint(sets, 2, max_iter = 5)
    joint_shared <- nmf_joint(sets, 2, lambda = Inf, max_iter = 5)
  }, here)
  expect_snapshot(for (call in mistakes) {
    cat("\n# ", gsub(" +", " ", paste(deparse(call, 200), collapse = " ")), "\n", sep = "")
    fault(eval(call, here))
  })
})
