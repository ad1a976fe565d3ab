# What explore() shows: one entry per picture. `controls(scene)`: its inputs, whose ids begin with the view's
# own; `call(scene, state)`: the call that draws it, from what was chosen, with the names of
# draw_environment() for data.

explorer_views <- function() {
  list(
    composition = list(
      title = "Composition", height = 420,
      controls = function(scene) list(group_input(scene, "composition"), sort_input("composition")),
      call = function(scene, state) {
        with_groups(bquote(plot(fit, "composition", sort = .(state$sort))), scene, state$group)
      }
    ),
    features = list(
      title = "Features", height = 460,
      controls = function(scene) {
        list(
          shiny::numericInput("features_n", "Features", 15, 1, 50, 1),
          shiny::selectInput("features_by", "Ranked by", feature_rules, "specificity")
        )
      },
      call = function(scene, state) {
        n <- as.numeric(state$n)
        call <- bquote(plot(fit, "features", components = .(state$component), n = .(n), by = .(state$by)))
        if (!is.null(scene$labels)) call$labels <- quote(labels)
        call
      }
    ),
    amounts = list(
      title = "Observations", height = 460, controls = function(scene) list(group_input(scene, "amounts")),
      call = function(scene, state) {
        with_groups(bquote(plot(fit, "H", components = .(state$component), scale = "max")), scene,
          state$group)
      }
    ),
    maps = list(
      title = "Maps", height = 560,
      controls = function(scene) {
        list(
          shiny::radioButtons("maps_type", "Map", c("Observations" = "H", "Features" = "W"), inline = TRUE),
          shiny::selectInput(
            "maps_scale", "Colours", c("Share" = "share", "Largest = 1" = "max", "Weights" = "none")
          ),
          group_input(scene, "maps"), sort_input("maps")
        )
      },
      call = function(scene, state) {
        call <- bquote(plot(fit, .(state$type), scale = .(state$scale), sort = .(state$sort)))
        if (state$type == "H") return(with_groups(call, scene, state$group))
        if (!is.null(scene$labels)) call$labels <- quote(labels)
        call
      }
    ),
    data = list(
      title = "Data", height = 640, needs = "x",
      controls = function(scene) {
        list(
          shiny::numericInput("data_n", "Features per component", 8, 1, 30, 1),
          shiny::selectInput("data_by", "Ranked by", c("specificity", "weight")), group_input(scene, "data")
        )
      },
      call = function(scene, state) {
        n <- as.numeric(state$n)
        call <- with_groups(bquote(metagene_map(fit, x, n = .(n), by = .(state$by))), scene, state$group)
        if (!is.null(scene$labels)) call$labels <- quote(labels)
        call
      }
    ),
    history = list(
      title = "Fit", height = 420,
      controls = function(scene) {
        list(shiny::radioButtons("history_time", "Along", c("iteration", "seconds"), inline = TRUE))
      },
      call = function(scene, state) bquote(plot(fit, "history", time = .(state$time)))
    ),
    rank = list(
      title = "Rank", height = 520, needs = "survey", controls = function(scene) list(),
      call = function(scene, state) quote(plot(survey))
    ),
    consensus = list(
      title = "Consensus", height = 560, needs = "ranks", controls = function(scene) list(),
      call = function(scene, state) bquote(plot(consensus(survey, rank = .(state$rank))))
    )
  )
}

has_view <- function(scene, view) {
  switch(if (is.null(view$needs)) "" else view$needs,
    x = !is.null(scene$x), survey = !is.null(scene$survey), ranks = inherits(scene$survey, "nmf_survey"), TRUE
  )
}

sort_input <- function(id) shiny::checkboxInput(paste0(id, "_sort"), "Similar ones next to each other", TRUE)

# The columns to choose from; without any, nothing.
group_input <- function(scene, id) {
  names <- c(names(scene$groups), names(scene$own))
  if (!length(names)) {
    return(NULL)
  }
  shown <- stats::setNames(names(scene$groups), if (scene$one) "as given" else names(scene$groups))
  own <- stats::setNames(names(scene$own), names(scene$own))
  shiny::selectInput(paste0(id, "_group"), "Groups", c(shown, own, "none" = ""), selected = names[1])
}

# `groups = ` as the user would write it.
with_groups <- function(call, scene, name) {
  if (is.null(name) || !nzchar(name)) {
    return(call)
  }
  call$groups <- if (name %in% names(scene$own)) {
    name
  } else if (scene$one) {
    quote(groups)
  } else {
    bquote(groups[.(name)])
  }
  call
}

# What the names in a call stand for.
draw_environment <- function(scene, fit) {
  list2env(
    list(
      fit = fit, x = scene$x, groups = if (scene$one) scene$groups[[1]] else scene$groups,
      labels = scene$labels,
      survey = scene$survey
    ),
    parent = asNamespace("nonneg")
  )
}

# The call as the user would type it, with what was typed in the place of these names.
code_of_call <- function(call, scene, rank) {
  said <- scene$said
  if (length(scene$fits) > 1 || inherits(scene$survey, "nmf_survey") && identical(said$fit, said$survey)) {
    said$fit <- bquote(.(said$fit)$fits[[.(rank)]])
  }
  call <- do.call(substitute, list(call, said[c("fit", "x", "groups", "labels", "survey")]))
  paste(deparse(call, 80), collapse = "\n")
}

# Tables ----------------------------------------------------------------------

# Every feature of one component, the highest score first.
explorer_features <- function(scene, fit, component, by) {
  score <- feature_score(fit$W, by, component_share(fit$W, fit$H))[, component]
  place <- order(score, decreasing = TRUE)
  out <- data.frame(feature = feature_names(fit))
  if (!is.null(scene$labels)) out$label <- scene$labels
  out$weight <- unname(fit$W[, component])
  out[[by]] <- unname(score)
  out <- out[place, names(out) != "weight" | by != "weight" | !duplicated(names(out))]
  rownames(out) <- NULL
  out
}

# Every observation, that with the largest part of the component first.
explorer_observations <- function(scene, fit, component) {
  out <- data.frame(observation = observation_names(fit))
  for (known in list(scene$groups, scene$own)) {
    for (name in names(known)) {
      title <- if (scene$one && name == "groups") "group" else name
      out[[title]] <- as.character(known[[name]])
    }
  }
  out$share <- unname(contribution(fit$W, fit$H, "H")[, component])
  out$coefficient <- unname(fit$H[component, ])
  out <- out[order(out$share, decreasing = TRUE), ]
  rownames(out) <- NULL
  out
}
