#' Hierarchical clusters by repeated factorization of rank two
#'
#' Divides the columns of `x` in two by a factorization of rank 2, then the most divisible of the parts, and
#' so on (Kuang and Park 2013): a binary tree with the clusters as leaves. On a large sparse corpus it takes a
#' fraction of the time of one flat factorization, and every number of clusters up to `leaves` can be had from
#' it by `cut()`.
#'
#' To divide a node, its columns are factorized with rank 2 by [nmf()] (exact solver, which has a closed form
#' for two components as in Kuang and Park; start `"nndsvd"`, so there is no randomness), and each column goes
#' to the component that makes the larger part of it, as in `predict(type = "class")`. Which leaf is divided
#' next depends on its score.
#'
#' `by = "loss"`: the score is the fall of the sum of squares when the node is divided: its residual sum of
#' squares with rank 1 less that with rank 2. It prefers large nodes. On 20 newsgroups neither score is better
#' throughout, see `vignette("document-clustering")`.
#'
#' `by = "terms"` is the score of Kuang and Park. Both components of the node's own factorization rank the
#' features; it asks whether features that are high in the node are high in one component but not in both.
#' With \eqn{m} the number of features that occur in the node, a feature of rank \eqn{q} in the node and
#' \eqn{q_1}, \eqn{q_2} in the components has the gain \eqn{\log(m - q + 1) / \log(m - \max(q_1, q_2) +
#' 1)}{log(m - q + 1) / log(m - max(q1, q2) + 1)} (a denominator of 0 counts as \eqn{\log 2}). The score of a
#' component is its normalised discounted cumulative gain, the sum of gains over \eqn{\log_2}{log2} of ranks
#' relative to that of the best order, and the score of the node is the product of the two. The node's own
#' ranking is that of the column of `W` that made it, and for the root that of the sums of rows. The score
#' compares long rankings: it is meant for vocabularies of thousands of words, some much more frequent than
#' others. With a small one it likes small nodes too much; below 100 features per leaf a warning (class
#' `"nonneg_warning_tree"`) says so.
#'
#' Outliers, for `by = "terms"` only: if the smaller part has less than `unbalanced` of the columns and is
#' itself less divisible than all leaves, its columns are set aside and the rest is divided again, up to
#' `trials` times; if that fails each time, the node keeps its columns and is not divided. Columns set aside
#' belong to no leaf below the node. `trials = 0` turns this off.
#'
#' Columns of zeros belong to no cluster. A node of less than four columns is never divided, nor is one whose
#' columns all go to the same component; if that leaves less than `leaves` clusters, a message says so.
#'
#' @param x The data, features x observations, of the kinds that [nmf()] takes, none missing; see
#'   [documents()] for corpora. Weights such as [tf_idf()] matter more here than for a flat fit.
#' @param leaves Number of clusters, at least 2. There are less if no leaf can be divided any more, see below.
#' @param by Score that chooses the leaf to divide, see below.
#' @param unbalanced,trials Treatment of outliers, see below.
#' @param max_iter,tol,threads,verbose,assay,layer See [nmf()].
#' @param ... Not used; anything here is an error.
#' @return An object of class `"nmf_tree"`, a list with
#' \describe{
#'   \item{`nodes`}{data frame with one row per node, the root first: `node` (number), `parent`, `left` and
#'     `right` (numbers of the nodes, `NA` where there is none), `size` (columns), `score` (`NA` if it cannot
#'     be divided), `split` (1 for the root, 2 for the node divided next, ...; `NA` for leaves), `dropped`
#'     (columns set aside in the node).}
#'   \item{`W`}{features x nodes: what a node is made of; the column of `W` that made it, scaled to sum 1, and
#'     for the root the sums of rows.}
#'   \item{`member`}{for each column of `x` the lowest node that it reached, `NA` for columns of zeros.}
#'   \item{`settings`, `seconds`, `call`}{how it was made.}
#'   \item{`complete`}{`FALSE` if an interrupt cut it short; the tree then has fewer leaves, and
#'     [update()][update.nmf_tree] goes on.}
#' }
#' @references Kuang D, Park H (2013). Fast rank-2 nonnegative matrix factorization for hierarchical document
#'   clustering. *KDD 2013*, 739--747. \doi{10.1145/2487575.2487606}
#' @seealso [cut.nmf_tree()], [plot.nmf_tree()], [agreement()]
#' @examples
#' tree <- nmf_tree(tf_idf(austen$x), leaves = 6)
#' tree
#' table(cut(tree), austen$class)
#' plot(tree)
#' @export
nmf_tree <- function(x, leaves, by = c("loss", "terms"), unbalanced = 0.1, trials = 3, max_iter = 500,
                     tol = 1e-4, threads = NULL, verbose = interactive(), assay = NULL, layer = NULL, ...) {
  need_arguments(x)
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  if (missing(leaves)) abort_input("{.arg leaves}, the number of clusters, must be given.")
  data <- hold_data(complete_data(x, "x", assay, layer), "a tree")
  settings <- list(
    leaves = check_count(leaves, "leaves", min = 2, max = max(2, data$dim[2])),
    by = pick(by, c("loss", "terms"), "by"),
    unbalanced = check_number(unbalanced, "unbalanced", min = 0, max = 0.5),
    trials = check_count(trials, "trials", min = 0),
    max_iter = check_count(max_iter, "max_iter"),
    tol = check_number(tol, "tol", min = 0),
    threads = check_threads(threads)
  )
  check_flag(verbose, "verbose")
  if (settings$by == "terms") warn_short_rankings(data$dim[1], settings$leaves)
  task <- list(
    x = data$x, dimnames = data$dimnames, data = data[c("class", "assay", "layer", "weighting")],
    settings = settings, nodes = list(), seconds = 0, call = match.call()
  )
  run_tree(task, verbose)
}

# With fewer, planted clusters were often missed.
warn_short_rankings <- function(features, leaves, per_leaf = 100) {
  if (features >= per_leaf * leaves) {
    return(invisible())
  }
  warn_user(c(
    "{.arg by} = \"terms\" compares long rankings, but {.arg x} has {features} feature{?s} for {leaves} \\
     leaves.",
    "i" = "Below about {per_leaf} per leaf it is unreliable; {.code by = \"loss\"} does not depend on their \\
           number."
  ), class = "nonneg_warning_tree")
}

# `task`: what a tree is grown from, and its nodes so far.
run_tree <- function(task, verbose) {
  started <- proc.time()[["elapsed"]]
  task <- grow_tree(task, verbose)
  task$seconds <- task$seconds + proc.time()[["elapsed"]] - started
  leaves <- (length(task$nodes) + 1) / 2
  tree <- result_of_task(task, !task$stopped, tree_of, leaves - 1, task$settings$leaves - 1, "division")
  if (tree$complete && leaves < task$settings$leaves) {
    tell_user(c(
      "{leaves} lea{?f/ves} instead of {task$settings$leaves}: no other node can be divided.",
      "i" = "That takes four columns or more, that two components tell apart."
    ), class = "nonneg_message_leaves")
  }
  tree
}

tree_of <- function(task) {
  tree <- finish_tree(task$nodes, ncol(task$x))
  rownames(tree$W) <- task$dimnames[[1]]
  tree$member <- stats::setNames(tree$member, task$dimnames[[2]])
  structure(
    c(tree, task[c("settings", "data")], list(complete = TRUE), task[c("seconds", "call")]),
    class = "nmf_tree"
  )
}

# Divides the leaf with the highest score until there are enough, or an interrupt comes. Every leaf carries
# its own division, found when it was made, since the score needs it.
grow_tree <- function(task, verbose) {
  most <- task$settings$leaves
  bar <- if (verbose) cli::cli_progress_bar("nmf_tree", total = most, .auto_close = FALSE)
  on.exit(if (verbose) cli::cli_progress_done(id = bar))
  task$stopped <- tryCatch(
    {
      if (!length(task$nodes)) task$nodes <- list(try_division(task$x, root_of(task$x), task$settings, -Inf))
      # Two nodes more for every leaf more.
      while ((made <- (length(task$nodes) + 1) / 2) < most) {
        nodes <- with_division(task$nodes, task$x, task$settings)
        if (is.null(nodes)) break
        task$nodes <- nodes
        if (verbose) suspendInterrupts(cli::cli_progress_update(id = bar, set = made + 1))
      }
      Sys.sleep(0)  # an interrupt that nobody has heard yet is heard here
      FALSE
    },
    interrupt = function(e) TRUE
  )
  if (!length(task$nodes)) cpp_interrupt()  # there is nothing to return
  task
}

root_of <- function(x) {
  profile <- row_sums(x)
  total <- sum(profile)
  if (total > 0) profile <- profile / total
  list(columns = which(column_sums(x) > 0), profile = profile, parent = NA_integer_)
}

# The nodes with the best leaf divided; NULL if none can be.
with_division <- function(nodes, x, settings) {
  open <- which(vapply(nodes, function(node) is.null(node$split), NA))
  score <- vapply(nodes[open], `[[`, 0, "score")
  if (all(is.na(score))) {
    return(NULL)
  }
  # Of equals the one that was made first.
  k <- open[which.max(score)]
  least <- min(score, na.rm = TRUE)
  children <- length(nodes) + 1:2
  division <- nodes[[k]]$division
  nodes[[k]]$split <- (length(nodes) + 1L) %/% 2L
  nodes[[k]]$children <- children
  nodes[[k]]$division <- NULL
  for (side in 1:2) {
    leaf <- list(columns = division$columns[[side]], profile = division$W[, side], parent = k)
    nodes[[children[side]]] <- try_division(x, leaf, settings, least)
  }
  nodes
}

finish_tree <- function(nodes, n) {
  pick_int <- function(part) vapply(nodes, function(node) as.integer(node[[part]] %||% NA), 0L)
  child <- function(side) vapply(nodes, function(node) as.integer((node$children %||% c(NA, NA))[side]), 0L)
  member <- rep(NA_integer_, n)
  # Children come after their parents, so the lowest node has the last word.
  for (k in seq_along(nodes)) member[nodes[[k]]$columns] <- k
  list(
    nodes = data.frame(
      node = seq_along(nodes), parent = pick_int("parent"), left = child(1), right = child(2),
      size = vapply(nodes, function(node) length(node$columns), 0L),
      score = vapply(nodes, `[[`, 0, "score"), split = pick_int("split"),
      dropped = vapply(nodes, function(node) if (is.null(node$split)) 0L else as.integer(node$dropped), 0L)
    ),
    W = matrix(unlist(lapply(nodes, `[[`, "profile")), ncol = length(nodes),
      dimnames = list(NULL, seq_along(nodes))),
    member = member
  )
}

# NULL stands for what a node does not have.
`%||%` <- function(a, b) if (is.null(a)) b else a

# A leaf with its division and its score; NA if it cannot be divided.
try_division <- function(x, leaf, settings, least) {
  all <- leaf$columns
  kept <- all
  leaf$dropped <- 0L
  for (trial in 0:settings$trials) {
    division <- divide(x, kept, leaf$profile, settings)
    if (is.na(division$score)) break
    size <- lengths(division$columns)
    small <- which.min(size)
    if (settings$trials == 0 || settings$by == "loss") break
    if (min(size) >= settings$unbalanced * length(kept)) break
    below <- divide(x, division$columns[[small]], division$W[, small], settings)
    if (!is.na(below$score) && below$score >= least) break
    # Outliers, if this is not the last trial: go on without them.
    if (trial == settings$trials) {
      division <- list(score = NA_real_)
    } else {
      kept <- division$columns[[3 - small]]
    }
  }
  if (!is.na(division$score)) leaf$dropped <- length(all) - length(kept)
  leaf$score <- division$score
  leaf$division <- division
  leaf
}

# The two parts of some columns, by a factorization of rank 2.
divide <- function(x, columns, profile, settings) {
  none <- list(score = NA_real_)
  if (length(columns) < 4) {
    return(none)
  }
  part <- columns_of(x, columns)
  rows <- which(row_sums(part) > 0)
  if (length(rows) < 2) {
    return(none)
  }
  data <- nmf_data(rows_of(part, rows))
  # The start of init = "nndsvd", from singular triples that also tell the residual of rank 1: by the theorems
  # of Eckart and Young, and of Perron and Frobenius, that is the sum of the squares of all but the first.
  s <- truncated_svd(data, 2L, settings$threads)
  start <- nndsvd_of(s)
  fit <- quiet_fit(data$x, 2L, list(
    solver = "bpp", init = start, max_iter = settings$max_iter, tol = settings$tol,
    threads = settings$threads, verbose = FALSE
  ))
  side <- as.integer(component_class(fit$W, fit$H))
  # A column that both components miss goes where most of it is: with the larger part.
  side[is.na(side)] <- which.max(tabulate(side, 2))
  if (length(unique(side)) < 2) {
    return(none)
  }
  W <- matrix(0, nrow(x), 2)
  W[rows, ] <- sweep(fit$W, 2, colSums(fit$W), "/")
  score <- if (settings$by == "terms") {
    term_score(profile[rows], fit$W)
  } else {
    data$scan$sumsq - s$root^4 - 2 * fit$loss
  }
  list(columns = list(columns[side == 1], columns[side == 2]), W = W, score = score)
}

# The score of Kuang and Park (2013), see ?nmf_tree. `profile`: weights of the node; W: of its components.
term_score <- function(profile, W) {
  m <- length(profile)
  place <- function(v) order(order(v, decreasing = TRUE, method = "radix"), method = "radix")
  q <- place(profile)
  discount <- log(m - pmax(place(W[, 1]), place(W[, 2])) + 1)
  discount[discount == 0] <- log(2)
  gain <- ifelse(profile > 0, log(m - q + 1), 0) / discount
  position <- c(1, log2(seq_len(m)[-1]))
  best <- sum(sort(gain, decreasing = TRUE) / position)
  if (best == 0) {
    return(NA_real_)
  }
  prod(vapply(1:2, function(k) {
    sum(gain[order(W[, k], decreasing = TRUE, method = "radix")] / position) / best
  }, 0))
}
