# Facts about components that do not depend on the scale between W and H.

# The part of the sum of WH that each component makes. Without observations all make the same.
component_share <- function(W, H) {
  if (ncol(H) == 0) {
    return(rep(1 / ncol(W), ncol(W)))
  }
  total <- colSums(W) * summed(rowSums(H))
  if (sum(total) > 0) total / sum(total) else total
}

# Decreasing share, equal shares in their present order.
component_order <- function(W, H) {
  order(component_share(W, H), decreasing = TRUE, method = "radix")
}

# How much of the sum of each fitted row (margin "W") or of each fitted column
# (margin "H") each component makes: a matrix with one row per feature or
# observation and one column per component. Rows sum to 1, or to 0 where the
# fit is 0.
contribution <- function(W, H, margin) {
  V <- if (margin == "W") {
    if (ncol(H)) sweep(W, 2, rowSums(H), "*") else W
  } else {
    sweep(t(H), 2, colSums(W), "*")
  }
  total <- rowSums(V)
  total[total == 0] <- 1
  V / total
}

# The component that makes the largest part of each fitted column (or row): a
# factor with the components as levels, NA where the fit is 0, the first of
# equals.
component_class <- function(W, H, margin = "H") {
  class_of_rows(contribution(W, H, margin), colnames(W))
}

# The column of the largest entry of each row, as a factor named by the rows; `labels`: names of the columns.
class_of_rows <- function(P, labels) {
  class <- factor(likeliest(P), levels = seq_len(ncol(P)), labels = labels)
  names(class) <- rownames(P)
  class
}

# The same as a number, the first of equal ones; NA where there is none above 0.
likeliest <- function(P) {
  P[is.na(P)] <- 0
  best <- max.col(P, ties.method = "first")
  best[P[cbind(seq_len(nrow(P)), best)] == 0] <- NA
  best
}

# The order to draw rows of P in: by the first of `groups`, by their class, and by how much of it they are.
order_by_class <- function(class, P, groups = list(), sort = TRUE) {
  class <- as.integer(class)
  keys <- list(
    if (length(groups)) as.integer(groups[[1]]),
    if (sort) class,
    if (sort) -P[cbind(seq_along(class), ifelse(is.na(class), 1, class))]
  )
  keys <- keys[!vapply(keys, is.null, NA)]
  if (length(keys)) do.call(order, c(keys, method = "radix")) else seq_along(class)
}

# Names of rows and columns of the data; numbers, as text, where it has none or NA.
feature_names <- function(x) entry_names(rownames(x$W), nrow(x$W))
observation_names <- function(x) entry_names(colnames(x$H), ncol(x$H))
entry_names <- function(names, n) {
  number <- as.character(seq_len(n))
  if (is.null(names)) number else ifelse(is.na(names), number, names)
}

# An argument whose default is all its choices: the first one if not given.
pick <- function(value, choices, arg) {
  if (identical(value, choices)) choices[1] else check_choice(value, choices, arg)
}

# With the class of tibbles where tibble is installed.
as_tidy <- function(df) {
  if (requireNamespace("tibble", quietly = TRUE)) tibble::as_tibble(df) else df
}
