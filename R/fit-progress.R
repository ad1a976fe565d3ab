# A progress bar over the iterations of all runs. Nothing shows before a fit has taken as long as cli's option
# `cli.progress_show_after` (2 s).
progress_reporter <- function(settings) {
  run <- 1L
  text <- ""
  bar <- cli::cli_progress_bar(
    "nmf", total = settings$nrun * settings$max_iter, clear = TRUE,
    format = "{cli::pb_name}{cli::pb_bar} {cli::pb_percent} {cli::pb_extra$text()}",
    extra = list(text = function() text),
    .auto_close = FALSE
  )
  list(
    start = function(k) run <<- k,
    step = function(iteration, objective, kkt) {
      text <<- sprintf("run %d, iteration %d, objective %.6g", run, as.integer(iteration), objective)
      cli::cli_progress_update(id = bar, set = (run - 1) * settings$max_iter + iteration)
    },
    done = function() cli::cli_progress_done(id = bar)
  )
}
