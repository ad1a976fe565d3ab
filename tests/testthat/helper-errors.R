# Prints the message of the input error that `code` must raise, for snapshots:
# the way that testthat itself prints conditions differs between its versions.
fault <- function(code) {
  error <- expect_error(code, class = "nonneg_error_input")
  cat(conditionMessage(error), "\n", sep = "")
}
