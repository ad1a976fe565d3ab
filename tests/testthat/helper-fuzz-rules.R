# What must hold for every fit, whatever the call: fuzz_soundness() of one, fuzz_relation() of one and another
# that must agree with it.

# Weights by entry, as a user means them.
fuzz_entry_weights <- function(request) {
  x <- request$x
  w <- request$weights
  by_name <- function(v, names) if (is.null(names) || is.null(names(v))) v else v[names]
  v <- if (is.matrix(w)) {
    w
  } else {
    rows <- if (is.null(w$rows)) rep(1, nrow(x)) else by_name(w$rows, rownames(x))
    columns <- if (is.null(w$columns)) rep(1, ncol(x)) else by_name(w$columns, colnames(x))
    outer(rows, columns)
  }
  unname(ifelse(is.na(x), 0, v))
}

# The loss as the oracle takes it; a dispersion that was estimated is that of the fit.
fuzz_loss <- function(fit, request) {
  object <- fit$settings$loss_object
  if (object$name == "negative-binomial") object else request$loss
}

# Of what rounding is a part. Of the negative binomial the oracle takes differences of terms in x.
fuzz_size <- function(fit, request, v) {
  loss <- fuzz_loss(fit, request)
  x <- request$x
  binomial <- fit$settings$loss_object$name == "negative-binomial"
  sum((v * if (binomial) x else oracle_metric(loss)$size2(x))[v > 0 & x > 0])
}

# The penalty of smoothness, pair by pair of neighbours.
fuzz_roughness <- function(fit, request) {
  of <- function(smooth, rows, names) {
    if (is.null(smooth)) return(0)
    if (is.numeric(smooth)) smooth <- smoothness(smooth)
    place <- seq_len(nrow(rows))
    near <- if (is.null(smooth$graph)) {
      abs(outer(place, place, `-`)) == 1
    } else {
      as.matrix(if (is.null(names)) smooth$graph else smooth$graph[names, names])
    }
    pair <- which(upper.tri(near) & near > 0, arr.ind = TRUE)
    off <- rows[pair[, 1], , drop = FALSE] - rows[pair[, 2], , drop = FALSE]
    smooth$strength / 2 * sum(near[pair] * rowSums(off^2))
  }
  of(request$smooth_W, unname(fit$W), rownames(fit$W)) * ncol(fit$H) +
    of(request$smooth_H, unname(t(fit$H)), colnames(fit$H)) * nrow(fit$W)
}

fuzz_soundness <- function(fit, request) {
  x <- request$x
  faults <- character()
  check <- function(ok, what) if (!isTRUE(ok)) faults <<- c(faults, what)
  check(identical(dim(fit$W), c(nrow(x), as.integer(request$rank))), "size of W")
  check(identical(dim(fit$H), c(as.integer(request$rank), ncol(x))), "size of H")
  check(all(is.finite(fit$W) & fit$W >= 0), "W is not finite and nonnegative")
  check(all(is.finite(fit$H) & fit$H >= 0), "H is not finite and nonnegative")
  check(identical(rownames(fit$W), rownames(x)) && identical(colnames(fit$H), colnames(x)), "names")
  if (!is.null(request$fixed_W)) {
    known <- !is.na(request$fixed_W)
    check(all(fit$W[known] == request$fixed_W[known]), "a fixed coefficient changed")
  }
  top <- max(c(x, 0), na.rm = TRUE)
  v <- fuzz_entry_weights(request)
  # The objective, where no square leaves the range of numbers.
  start <- if (is.list(request$init)) max(unlist(request$init)) else 0
  if ((top == 0 || (top > 1e-100 && top < 1e100)) && start < 1e100) {
    a <- function(name) if (is.null(request[[name]])) 0 else request[[name]]
    alpha_H <- if (is.null(request$alpha_H)) a("alpha_W") else request$alpha_H
    loss <- fuzz_loss(fit, request)
    right <- oracle_objective(
      unname(x), unname(fit$W), unname(fit$H),
      alpha_W = a("alpha_W"), alpha_H = alpha_H, l1_ratio = a("l1_ratio"),
      loss = loss, v = v
    )$objective + fuzz_roughness(fit, request)
    size <- fuzz_size(fit, request, v)
    # And what a floor below the product makes of it.
    within <- 1e-9 * (abs(right) + 1e-4 * size) + 1e-15 * sum(v) * top^fit$settings$loss_object$degree
    if (top > 0) check(abs(right - fit$objective) <= within, paste("objective", fit$objective, "not", right))
    steps <- diff(fit$history$objective)
    check(all(steps <= 1e-9 * within + 1e-12 * (abs(right) + size)), "the objective rose")
  }
  faults
}

# How far two fits of the same are apart, in W H.
fuzz_apart <- function(a, b) {
  at <- a$W %*% (a$H / max(a$H, 1e-300))
  other <- b$W %*% (b$H / max(a$H, 1e-300))
  max(abs(at - other)) / max(abs(at), 1e-300)
}

# One more fit that must agree with the first.
fuzz_relation <- function(fit, request) {
  kind <- one_of("threads", "class", "scale", "order", "predict", "residuals", "impute", "divergence")
  faults <- character()
  same <- function(other, what, within) {
    if (length(other$strange)) return(faults <<- c(faults, paste(what, other$strange)))
    if (is.null(other$fit)) {
      return(faults <<- c(faults, paste(what, "error:", conditionMessage(other$error))))
    }
    apart <- if (within == 0) {
      !identical(unclass(other$fit)[c("W", "H", "objective")], unclass(fit)[c("W", "H", "objective")])
    } else {
      fuzz_apart(fit, other$fit)
    }
    if (!(apart <= within)) faults <<- c(faults, paste0(what, ": apart by ", format(apart)))
  }
  # With a rank above a dimension one of the Gram matrices is singular: the first half-step leaves the other factor
  # open, and what comes after it depends on rounding.
  few <- request$max_iter <= if (request$rank <= min(dim(request$x))) 2 else 1
  free <- all(vapply(request[c("alpha_W", "fixed_W", "smooth_W", "smooth_H")], is.null, NA))
  # An estimated dispersion depends on the unit, as counts have one.
  unitless <- !identical(request$loss, "negative-binomial")
  if (kind == "threads") {
    same(fuzz_run(utils::modifyList(request, list(threads = 2))), "two threads", 0)
  } else if (kind == "class") {
    class <- sample(fuzz_classes[-1], 1)
    other <- fuzz_run(request, class)
    exact <- class %in% c("data.frame", "dgeMatrix")
    if (class == "data.frame" && is.null(dimnames(request$x))) {
      dimnames(other$fit$W) <- dimnames(fit$W)
      dimnames(other$fit$H) <- dimnames(fit$H)
    }
    # Sums in another order end nearby, not at the same place; the default solver is not always the same.
    same(other, class, if (exact) 0 else if (few && !is.null(request$solver)) 1e-5 else Inf)
  } else if (kind == "scale" && is.character(request$init) && free && unitless) {
    by <- if (max(c(request$x, 0), na.rm = TRUE) > 1) 2^-20 else 2^20
    scaled <- utils::modifyList(request, list(x = request$x * by))
    if (inherits(request$loss, "nmf_loss")) scaled$loss <- negative_binomial(request$loss$dispersion / by)
    other <- fuzz_run(scaled)
    if (!is.null(other$fit)) {
      other$fit$W <- other$fit$W / sqrt(by)
      other$fit$H <- other$fit$H / sqrt(by)
    }
    same(other, "scaled data", if (few) 1e-5 else Inf)
  } else if (kind == "order" && is.list(request$init) && free && is.null(request$weights)) {
    i <- sample.int(nrow(request$x))
    j <- sample.int(ncol(request$x))
    turned <- request
    turned$x <- request$x[i, j, drop = FALSE]
    if (inherits(request$loss, "nmf_loss")) {
      phi <- request$loss$dispersion
      if (length(phi) > 1 && is.null(names(phi))) turned$loss <- negative_binomial(phi[i])
    }
    turned$init <- list(W = request$init$W[i, , drop = FALSE], H = request$init$H[, j, drop = FALSE])
    other <- fuzz_run(turned)
    if (!is.null(other$fit)) {
      other$fit$W <- other$fit$W[order(i), , drop = FALSE]
      other$fit$H <- other$fit$H[, order(j), drop = FALSE]
    }
    same(other, "rows and columns in another order", if (few) 1e-5 else Inf)
  } else if (kind %in% c("predict", "residuals", "impute", "divergence")) {
    faults <- switch(kind,
      predict = fuzz_predict, residuals = fuzz_residuals, impute = fuzz_impute, divergence = fuzz_divergence
    )(fit, request)
  }
  faults
}
