# Random streams. Every fit of a survey has a seed of its own, drawn from R's generator before anything runs.
# So what fit i gets does not depend on the order in which fits run, on threads, on processes, or on how many
# others there are.

draw_seeds <- function(n) sample.int(.Machine$integer.max, n)

# Evaluates `code` with a generator of a fixed kind at `seed`, and then puts the caller's generator back, its
# kind and its state.
with_stream <- function(seed, code) {
  where <- globalenv()
  had <- exists(".Random.seed", where, inherits = FALSE)
  saved <- if (had) get(".Random.seed", where, inherits = FALSE)
  kind <- RNGkind()
  on.exit({
    # "Rounding" warns when it is set, also when it is set back.
    suppressWarnings(RNGkind(kind[1], kind[2], kind[3]))
    if (had) assign(".Random.seed", saved, where) else rm(".Random.seed", envir = where)
  })
  set.seed(seed, "Mersenne-Twister", "Inversion", "Rejection")
  force(code)
}
