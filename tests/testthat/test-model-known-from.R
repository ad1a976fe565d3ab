# Fits of other packages as models: the product that they fit, the right way round, under their loss.
# Objects are made by the packages where these are installed; otherwise by hand in their shape.

same_product <- function(model, product) {
  expect_s3_class(validate_nmf(model), "nmf")
  expect_equal(unname(basis(model) %*% coef(model)), unname(product), tolerance = 1e-12)
}

named_factors <- function() {
  f <- example_factors()
  dimnames(f$W) <- list(paste0("f", 1:12), NULL)
  dimnames(f$H) <- list(NULL, paste0("s", seq_len(ncol(f$H))))
  f
}

test_that("arrays of scikit-learn have observations in rows", {
  f <- named_factors()
  model <- as_nmf(list(components_ = t(f$W), W = t(f$H), n_iter_ = 12L), loss = "kl")
  same_product(model, f$W %*% f$H)
  expect_identical(rownames(basis(model)), rownames(f$W))
  expect_identical(colnames(coef(model)), colnames(f$H))
  expect_identical(model$settings$loss, "kullback-leibler")
  # Tables of cNMF are data frames.
  tables <- list(components_ = as.data.frame(t(f$W)), W = as.data.frame(t(f$H)))
  same_product(as_nmf(tables), f$W %*% f$H)
  # Without coefficients a dictionary.
  expect_identical(dim(as_nmf(list(components_ = t(f$W)))), c(12L, 0L, 3L))
})

test_that("an estimator of Python tells its loss", {
  f <- named_factors()
  estimator <- structure(
    list(components_ = t(f$W), beta_loss = "kullback-leibler"),
    class = c("sklearn.decomposition._nmf.NMF", "python.builtin.object")
  )
  same_product(as_nmf(estimator, H = t(f$H)), f$W %*% f$H)
  expect_identical(as_nmf(estimator)$settings$loss, "kullback-leibler")
  estimator$components_ <- NULL
  expect_snapshot(fault(as_nmf(estimator)))
})

test_that("RcppML keeps the scale in d: its list, and its S4 class that has our name", {
  f <- named_factors()
  d <- c(5, 2, 1)
  fit <- list(w = f$W, d = d, h = f$H, tol = 1e-5, iter = 10)
  same_product(as_nmf(fit), f$W %*% diag(d) %*% f$H)
  expect_identical(unname(basis(as_nmf(fit))), unname(f$W))
  here <- environment()
  methods::setClass("nmf", representation(w = "matrix", d = "numeric", h = "matrix", misc = "list"), where = here)
  on.exit(methods::removeClass("nmf", where = here))
  newer <- methods::new(methods::getClass("nmf", where = here), w = f$W, d = d, h = f$H)
  same_product(as_nmf(newer), f$W %*% diag(d) %*% f$H)
  # Elsewhere it is not taken for a fit of ours.
  expect_snapshot(fault(predict(newer, f$W)))
})

test_that("NNLM tells its loss", {
  f <- named_factors()
  fit <- structure(list(W = f$W, H = f$H, options = list(loss = "mkl")), class = "nnmf")
  model <- as_nmf(fit)
  same_product(model, f$W %*% f$H)
  expect_identical(model$settings$loss, "kullback-leibler")
  expect_identical(as_nmf(fit, loss = "is")$settings$loss, "itakura-saito")
})

test_that("fastTopics has documents in rows, and the sizes of documents apart", {
  f <- named_factors()
  poisson <- structure(list(F = f$W, L = t(f$H)), class = c("poisson_nmf_fit", "list"))
  same_product(as_nmf(poisson), f$W %*% f$H)
  # What fastTopics makes of it: columns of F and rows of L that sum to one, and sizes.
  u <- colSums(f$W)
  f$H[, 10] <- 1
  L <- t(f$H * u)
  topics <- structure(
    list(F = f$W %*% diag(1 / u), L = L / rowSums(L), s = rowSums(L)),
    class = c("multinom_topic_model_fit", "list")
  )
  same_product(as_nmf(topics), f$W %*% f$H)
  expect_identical(as_nmf(topics)$settings$loss, "kullback-leibler")
})

test_that("a topic model of topicmodels gives the probabilities that it holds", {
  f <- named_factors()
  phi <- f$W %*% diag(1 / colSums(f$W))
  f$H[, 10] <- 1
  theta <- f$H %*% diag(1 / colSums(f$H))
  dimnames(theta) <- dimnames(f$H)
  here <- environment()
  slots <- representation(beta = "matrix", gamma = "matrix", terms = "character", documents = "character")
  methods::setClass("TopicModel", slots, where = here)
  methods::setClass("LDA_VEM", contains = "TopicModel", where = here)
  on.exit({
    methods::removeClass("LDA_VEM", where = here)
    methods::removeClass("TopicModel", where = here)
  })
  lda <- methods::new(methods::getClass("LDA_VEM", where = here),
    beta = log(t(unname(phi))), gamma = t(unname(theta)), terms = rownames(f$W), documents = colnames(f$H)
  )
  model <- as_nmf(lda)
  same_product(model, phi %*% theta)
  expect_identical(rownames(basis(model)), rownames(f$W))
  expect_identical(colnames(coef(model)), colnames(f$H))
  topics <- as_topics(model)
  expect_equal(unname(topics$terms), unname(phi))
  expect_equal(unname(topics$documents), unname(theta))
})

test_that("fits and models of NMF: every algorithm's product and loss", {
  skip_if_not_installed("NMF")
  suppressMessages(loadNamespace("NMF"))
  x <- example_data() + 0.1
  f <- example_factors()
  fit_of <- function(method, class = "NMFstd", ...) {
    methods::new("NMFfit", fit = NMF::nmfModel(W = f$W, H = f$H, model = class, ...), method = method)
  }
  losses <- c(
    brunet = "kullback-leibler", ".R#brunet" = "kullback-leibler", lee = "frobenius",
    "snmf/r" = "frobenius", none = "frobenius"
  )
  for (method in names(losses)) {
    model <- as_nmf(fit_of(method))
    same_product(model, f$W %*% f$H)
    expect_identical(model$settings$loss, losses[[method]], label = method)
  }
  same_product(as_nmf(NMF::nmfModel(W = f$W, H = f$H)), f$W %*% f$H)
  smooth <- fit_of("nsNMF", "NMFns", theta = 0.3)
  same_product(as_nmf(smooth), NMF::fitted(smooth))
  offset <- fit_of("offset", "NMFOffset", offset = as.double(1:12))
  same_product(as_nmf(offset), f$W %*% f$H + 1:12)
  expect_identical(utils::tail(colnames(basis(as_nmf(offset))), 1), "offset")
  runs <- methods::new("NMFfitX1", fit_of("brunet"))
  same_product(as_nmf(runs), f$W %*% f$H)
  survey <- structure(list(fit = list("2" = fit_of("brunet"))), class = "NMF.rank")
  expect_snapshot({
    fault(as_nmf(survey))
    fault(as_nmf(NMF::nmfModel(3)))
  })
})

test_that("a fit goes on from a model", {
  x <- example_data()
  fit <- nmf(x, 3)
  again <- nmf(x, 3, init = as_nmf(list(components_ = t(basis(fit)), W = t(coef(fit)))), max_iter = 5)
  expect_equal(again$history$objective[1], fit$objective, tolerance = 1e-9)
  expect_lte(again$objective, fit$objective * (1 + 1e-9))
})

test_that("lists that are no model are told what is missing", {
  f <- named_factors()
  expect_snapshot({
    fault(as_nmf(list()))
    fault(as_nmf(list(f$W, f$H)))
    fault(as_nmf(list(sdev = 1, rotation = f$W)))
    fault(as_nmf(list(w = f$W, d = 1:2, h = f$H)))
    fault(as_nmf(list(w = -f$W, d = 1:3, h = f$H)))
    fault(as_nmf(list(components_ = t(f$W), W = f$H)))
    fault(as_nmf(list(components_ = t(f$W), W = "none")))
    fault(as_nmf(list(W = f$W, H = f$H), rank = 3))
  })
})
