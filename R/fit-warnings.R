# What users are told of a problem before it is fitted, and of a fit that ended early.

warn_of_problem <- function(problem) {
  all_fixed <- function(fixed) !is.null(fixed) && all(fixed$which)
  warn_if_one_sided(problem$settings, all_fixed(problem$fixed$W), all_fixed(problem$fixed$H))
  warn_if_unobserved(problem$data)
}

# A factor that is fixed has no scale to move.
warn_if_one_sided <- function(settings, all_fixed_W = FALSE, all_fixed_H = FALSE) {
  if (xor(is_penalised(settings, "W"), is_penalised(settings, "H"))) {
    free <- if (is_penalised(settings, "W")) "alpha_H" else "alpha_W"
    if (all_fixed_W || all_fixed_H || is_constrained(settings)) return(invisible())
    warn_user(c(
      "The objective has no minimum while {.arg {free}} is 0 and the other factor is penalised.",
      "i" = "Moving scale to the free factor makes the penalty as small as you like: penalise both."
    ), class = "nonneg_warning_penalty")
  }
}

warn_if_stopped <- function(reason, runs, settings) {
  if (reason == "interrupt") {
    warn_user(c(
      "Interrupted in run {runs} of {settings$nrun}: the best factors so far are returned."
    ), class = c("nonneg_warning_interrupt", "nonneg_warning_stopped"))
  } else if (reason == "max_seconds") {
    warn_user(c(
      "Stopped after {.arg max_seconds} = {settings$control$max_seconds}: \\
       the best factors so far are returned."
    ), class = "nonneg_warning_stopped")
  }
}

warn_not_converged <- function(fit, settings) {
  if (fit$reason != "max_iter") {
    return(invisible())
  }
  at <- fit$certificate
  warn_user(c(
    "The fit has not converged in {.arg max_iter} = {settings$max_iter} iterations.",
    "x" = if (isTRUE(at$kkt <= settings$tol)) {
      switch(withheld_by(at, fit$history$objective[nrow(fit$history)], settings$control),
        gap = "Its KKT residual is below {.arg tol}, its duality gap still above {.arg gap_tol}.",
        fall = "Its KKT residual is below {.arg tol}, but its objective still falls."
      )
    } else {
      "Its KKT residual is {format(at$kkt, digits = 2)}, {.arg tol} is {settings$tol}."
    },
    "i" = "Raise {.arg max_iter}, or {.arg tol} if that is close enough. A {.arg max_iter} that is given, \\
           whatever its value, silences this warning."
  ), class = "nonneg_warning_convergence")
}
