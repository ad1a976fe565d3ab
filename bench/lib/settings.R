# Sizes. "full" is what results/ shows; "quick" tells in a minute whether all works.

settings_for <- function(size) {
  full <- list(
    repetitions = 7,
    threads = 2,
    dense = list(
      rows = 10000, columns = 5000, ranks = c(10, 20, 50), first = 5, last = 45, dgemm = 2500, own = 1000
    ),
    sparse = list(
      genes = Inf, cells = Inf, rank = 20, first = 5, last = 25,
      trace = c(1, 3, 8, 20, 50, 100),
      error = 0.6566, final = 100, most = 400, repetitions = 3
    ),
    memory = list(rows = 10000, columns = 5000, rank = 20, iterations = 10, repetitions = 3),
    growth = list(
      rows = 5000, columns = c(1250, 2500, 5000, 10000, 20000), rank = 20,
      sparse_rows = 20000, sparse_columns = 20000, nonzeros = c(1, 2, 4, 8, 16, 32) * 1e6,
      rank_columns = 5000, ranks = c(2, 3, 5, 8, 12, 16, 20, 32, 48, 64, 80), first = 3, last = 13,
      repetitions = 3
    ),
    restarts = list(rank = 3, restarts = 10, repetitions = 3),
    divergence = list(
      rows = 20000, columns = 5000, nonzeros = 1e6, rank = 20, genes = Inf, cells = Inf, pbmc_rank = 10,
      iterations = 200, scd = 60, starts = 10, kl_goal = 13806510, repetitions = 3
    ),
    missing = list(rows = 5000, columns = 1000, rank = 10, part = 0.1, first = 5, last = 35, repetitions = 7),
    solvers = list(
      rows = 2000, columns = 1000, genes = Inf, cells = Inf, ranks = c(4, 16, 24, 40), seconds = 3,
      repetitions = 3
    ),
    start = list(
      uniform = c(1500, 1000), low = c(2000, 1500), sparse = c(6000, 6000, 6e5), planted = c(4000, 1500),
      genes = Inf, cells = Inf, iterations = 1000
    ),
    survey = list(
      ranks = 2:5, nrun = 10, many = 50, repetitions = 3, rows = 10000, columns = 1000, rank = 3, stack = 50,
      iterations = 20, observations = 30000
    ),
    documents = list(
      messages = Inf, rank = 20, cd_iterations = 30, starts = 5, mu_iterations = 100, scd_iterations = 30,
      repetitions = 3
    ),
    joint = list(genes = 2000, cells = Inf, rank = 20, lambda = 5, iterations = 30, repetitions = 3),
    graphs = list(seeds = 10),
    previous = list(small = FALSE, repetitions = 3),
    store = list(
      rows = 6000, columns = 8000, genes = Inf, cells = Inf, samples = 3, ranks = c(10, 20),
      types = c("double", "float"), first = 3, last = 9, repetitions = 3, conversions = 9,
      online_genes = 2000, online_cells = 30000, programs = 12, online_iterations = 60, seeds = 3,
      blocks = c(1024, 10000), epochs = 2, kl_ranks = c(10, 20), kl_iterations = 20
    ),
    machines = list(
      rows = 10000, columns = 5000, genes = Inf, cells = Inf, samples = 3, ranks = c(10, 20), kl_ranks = 10,
      first = 3, last = 13, repetitions = 3
    ),
    # Rows and columns, columns of a block that is made, counts of a column.
    beyond = list(
      kinds = list(sparse = c(20000, 1e6, 2000, 4000), dense = c(2000, 1.1e6, 2000, 6000)), pool = 10, rank = 10,
      iterations = 8
    )
  )
  if (size == "full") {
    return(full)
  }
  utils::modifyList(full, list(
    repetitions = 2,
    dense = list(rows = 2000, columns = 1000, first = 2, last = 6, dgemm = 500, own = 500),
    sparse = list(
      genes = 3000, cells = 500, first = 2, last = 6, trace = c(1, 3, 10, 20), error = NA, final = 20,
      most = 50, repetitions = 1
    ),
    memory = list(rows = 2000, columns = 1000, iterations = 3, repetitions = 1),
    growth = list(
      rows = 1000, columns = c(500, 1000, 2000), sparse_rows = 4000, sparse_columns = 1000,
      nonzeros = c(0.5, 1, 2) * 1e5, rank_columns = 1000, ranks = c(2, 5, 10, 20, 40), first = 2, last = 6,
      repetitions = 2
    ),
    restarts = list(restarts = 1, repetitions = 1),
    divergence = list(
      rows = 2000, columns = 500, nonzeros = 2e4, rank = 5, genes = 2000, cells = 300, iterations = 20,
      scd = 10, starts = 2, repetitions = 1
    ),
    missing = list(rows = 1000, columns = 300, first = 2, last = 12, repetitions = 2),
    solvers = list(
      rows = 300, columns = 200, genes = 1000, cells = 200, ranks = c(3, 20), seconds = 0.3, repetitions = 1
    ),
    start = list(
      uniform = c(200, 150), low = c(300, 200), sparse = c(500, 400, 1e4), planted = c(400, 150), genes = 1000,
      cells = 200, iterations = 100
    ),
    survey = list(
      ranks = 2:3, nrun = 2, many = 3, repetitions = 1, rows = 1000, columns = 300, stack = 5, iterations = 5
    ),
    documents = list(
      messages = 1500, rank = 5, cd_iterations = 20, starts = 2, mu_iterations = 20, scd_iterations = 10,
      repetitions = 1
    ),
    joint = list(genes = 300, cells = 300, rank = 5, iterations = 10, repetitions = 1),
    graphs = list(seeds = 2),
    previous = list(small = TRUE, repetitions = 1),
    store = list(
      rows = 1000, columns = 500, genes = 2000, cells = 300, samples = 2, ranks = c(5, 10), first = 2, last = 5,
      repetitions = 1, conversions = 1, online_genes = 300, online_cells = 2000, seeds = 2, blocks = 500, kl_ranks = 5
    ),
    machines = list(
      rows = 1000, columns = 500, genes = 2000, cells = 300, samples = 2, ranks = 5, kl_ranks = 5, repetitions = 1
    ),
    beyond = list(kinds = list(sparse = c(500, 2000, 200, 300), dense = c(200, 2000, 200, 600)), pool = 3, iterations = 15)
  ))
}
