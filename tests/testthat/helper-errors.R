# Prints the message of the input error that `code` must raise, for snapshots:
# the way that testthat itself prints conditions differs between its versions.
fault <- function(code) {
  error <- expect_error(code, class = "nonneg_error_input")
  cat(conditionMessage(error), "\n", sep = "")
}

# Likewise the message of the warning of `class` that `code` must raise, once; its value.
warned <- function(code, class) {
  messages <- character()
  value <- withCallingHandlers(code, warning = function(w) {
    expect_s3_class(w, class)
    messages <<- c(messages, conditionMessage(w))
    invokeRestart("muffleWarning")
  })
  expect_length(messages, 1)
  cat(messages, sep = "\n")
  invisible(value)
}
