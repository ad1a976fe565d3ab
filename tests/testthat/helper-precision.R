# Checkpoints of fits in mixed precision.

# Was it left in single precision?
quick_in <- function(file) {
  bytes <- readBin(file, "raw", file.size(file))
  # Behind the mark and the checksum, each with the end of its line.
  unserialize(bytes[-seq_len(nchar(checkpoint_mark) + 1 + 17)])$state$inside$core$quick
}

# A fit, `fit(max_iter = , control = )`, that ended after `at` iterations goes on to the bits of one that did not, from
# some places in single and from some in double precision.
expect_same_after_checkpoints <- function(fit, at, most) {
  whole <- fit(max_iter = most, control = nmf_control(precision = "mixed"))
  expect_identical(max(whole$history$iteration), as.integer(most))
  control <- nmf_control(precision = "mixed", checkpoint = withr::local_tempfile(), every = 0)
  quick <- logical()
  for (iterations in at) {
    local({
      local_replaced("close_checkpoint", function(checkpoint) NULL)
      fit(max_iter = iterations, control = control)
    })
    quick <- c(quick, quick_in(control$checkpoint))
    resumed <- fit(max_iter = most, control = control)
    for (part in c("W", "H", "certificate")) {
      expect_identical(resumed[[part]], whole[[part]], label = paste(part, "after", iterations))
    }
    expect_identical(resumed$history$objective, whole$history$objective)
  }
  expect_setequal(quick, c(TRUE, FALSE))
}
