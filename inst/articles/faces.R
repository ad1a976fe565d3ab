# Functions of the article "Is it the same face?", which shows them; also used by data-raw/faces.R and the
# tests.

## ---- pairs ----
# Similarity of all pairs of columns of Z: the cosine of the angle between them.
cosines <- function(Z) {
  Z <- sweep(Z, 2, sqrt(colSums(Z^2)), "/")
  S <- crossprod(Z)
  S[upper.tri(S)]
}
same_person <- function(person) {
  same <- outer(person, person, "==")
  same[upper.tri(same)]
}

## ---- errors ----
# For every threshold: the part of true pairs accepted, and of false pairs.
roc <- function(similarity, same) {
  o <- order(similarity, decreasing = TRUE)
  data.frame(
    false = cumsum(!same[o]) / sum(!same), true = cumsum(same[o]) / sum(same)
  )
}
# Equal error rate: the threshold at which as many true pairs are rejected as
# false ones are accepted.
equal_error <- function(r) {
  k <- which.max(r$false >= 1 - r$true)
  (r$false[k] + 1 - r$true[k]) / 2
}
true_at <- function(r, false) {
  vapply(false, function(f) max(0, r$true[r$false <= f]), 0)
}

## ---- features ----
# Coefficients of the pictures to learn from (A) and of new ones (V). The scale of a
# row of H is a convention: here every row has mean square one over A.
nmf_features <- function(A, V, rank) {
  fit <- nmf(A, rank, tol = 1e-3, max_iter = 1000)
  H <- coef(fit)
  scale <- sqrt(rowMeans(H^2))
  list(A = H / scale, V = predict(fit, V) / scale)
}
pca_features <- function(A, V, rank, whiten = FALSE) {
  centre <- rowMeans(A)
  s <- svd(A - centre, nu = rank, nv = 0)
  scale <- if (whiten) s$d[seq_len(rank)] else 1
  list(
    A = crossprod(s$u, A - centre) / scale, V = crossprod(s$u, V - centre) / scale
  )
}

## ---- blocks ----
# Nine squares of half the height and width, half overlapping: rows of X in each.
nine_blocks <- function(side) {
  at <- (0:2) * side / 4
  half <- side / 2
  pixel <- expand.grid(row = seq_len(side), column = seq_len(side))
  lapply(seq_len(9), function(b) {
    top <- at[(b - 1) %% 3 + 1]
    left <- at[(b - 1) %/% 3 + 1]
    which(
      pixel$row > top & pixel$row <= top + half &
        pixel$column > left & pixel$column <= left + half
    )
  })
}
# The same features of each block, one above the other.
by_blocks <- function(features, A, V, rank) {
  parts <- lapply(nine_blocks(sqrt(nrow(A))), function(b) {
    features(A[b, ], V[b, ], rank)
  })
  list(
    A = do.call(rbind, lapply(parts, `[[`, "A")),
    V = do.call(rbind, lapply(parts, `[[`, "V"))
  )
}

## ---- lda ----
# Linear discriminants of the people to learn from, for new pictures. The covariance
# within people is shrunk towards a multiple of the identity: it is estimated from
# few pictures.
discriminants <- function(features, person, shrink) {
  A <- features$A
  people <- unique(person)
  m <- sapply(people, function(p) rowMeans(A[, person == p, drop = FALSE]))
  E <- A - m[, match(person, people)]
  S <- tcrossprod(E) / (ncol(A) - length(people))
  S <- (1 - shrink) * S + shrink * mean(diag(S)) * diag(nrow(S))
  R <- chol(S)
  B <- svd(backsolve(R, m - rowMeans(m), transpose = TRUE), nu = length(people) - 1)$u
  crossprod(backsolve(R, B), features$V - rowMeans(A))
}
