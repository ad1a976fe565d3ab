# How near spectra W (one per column) and concentrations H (one row each) are to the true
# ones, S and C: each component with its partner by the cosine; the mean cosine, the mean
# correlation of concentrations, and the root mean squared error of concentrations, once as
# they are and once after the best factor for each component.
unmix_score <- function(W, H, S, C) {
  unit <- function(A) sweep(A, 2, sqrt(colSums(A^2)), "/")
  cosine <- crossprod(unit(S), unit(W))
  orders <- as.matrix(expand.grid(rep(list(seq_len(ncol(S))), ncol(S))))
  orders <- orders[apply(orders, 1, anyDuplicated) == 0, , drop = FALSE]
  total <- apply(orders, 1, function(o) sum(cosine[cbind(seq_along(o), o)]))
  best <- orders[which.max(total), ]
  found <- t(H)[, best]
  by <- colSums(found * C) / colSums(found^2)
  data.frame(
    cosine = mean(cosine[cbind(seq_along(best), best)]),
    correlation = mean(diag(stats::cor(found, C))),
    error_scaled = sqrt(mean((sweep(found, 2, by, "*") - C)^2)),
    error = sqrt(mean((found - C)^2))
  )
}
