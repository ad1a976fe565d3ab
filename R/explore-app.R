# The page of explore(), and what it does.

explorer_page <- function(scene) {
  views <- Filter(function(view) has_view(scene, view), explorer_views())
  first <- scene$fits[[1]]
  names <- colnames(first$W)
  tabs <- list()
  tabs$composition <- explorer_tab("Composition", view_pane("composition", views$composition, scene))
  tabs$components <- explorer_tab(
    "Components",
    shiny::fluidRow(
      shiny::column(3, shiny::selectInput("component", "Component",
        stats::setNames(seq_along(names), names))),
      shiny::column(
        3, shiny::div(
          class = "turn", shiny::actionButton("previous", "Previous"), shiny::actionButton("next_one", "Next")
        )
      ),
      shiny::column(6, shiny::div(class = "about", shiny::textOutput("about")))
    ),
    shiny::tabsetPanel(
      id = "of_component",
      shiny::tabPanel("Features", view_pane("features", views$features, scene), table_pane("feature_table")),
      shiny::tabPanel("Observations", view_pane("amounts", views$amounts, scene),
        table_pane("observation_table"))
    )
  )
  tabs$maps <- explorer_tab("Maps", view_pane("maps", views$maps, scene))
  if (!is.null(views$data)) tabs$data <- explorer_tab("Data", view_pane("data", views$data, scene))
  tabs$fit <- explorer_tab("Fit", view_pane("history", views$history, scene),
    shiny::verbatimTextOutput("summary"))
  if (!is.null(views$rank)) {
    tabs$rank <- explorer_tab(
      "Rank", view_pane("rank", views$rank, scene), shiny::verbatimTextOutput("best_rank"),
      if (!is.null(views$consensus)) view_pane("consensus", views$consensus, scene)
    )
  }
  ranks <- if (length(scene$fits) > 1) {
    shiny::selectInput("rank", "Rank", names(scene$fits), selected = preferred_rank(scene), width = "8rem")
  }
  shiny::fluidPage(
    theme = bslib::bs_theme(version = 5, primary = bar_colour),
    title = "nonneg",
    shiny::tags$head(shiny::tags$style(shiny::HTML(explorer_style))),
    shiny::div(
      class = "head",
      shiny::div(
        shiny::h1(shiny::textOutput("title", inline = TRUE)),
        shiny::p(shiny::textOutput("lead", inline = TRUE))
      ),
      ranks
    ),
    do.call(shiny::tabsetPanel, c(list(id = "tab"), unname(tabs)))
  )
}

explorer_style <- "
  .container-fluid { max-width: 1280px; }
  .head { display: flex; justify-content: space-between; align-items: end; gap: 1rem;
    padding: 1rem 0 .25rem; }
  .head h1 { font-size: 1.5rem; margin: 0; } .head p { color: #5b6672; margin: 0; }
  .turn { padding-top: 1.95rem; } .turn .btn { margin-right: .35rem; }
  .about { padding-top: 2.3rem; color: #5b6672; }
  .controls { background: #f5f7f9; border-radius: 8px; padding: .8rem 1rem; }
  .code { display: flex; gap: .75rem; align-items: start; margin: .5rem 0 1rem; flex-wrap: wrap; }
  .code pre { flex: 1 1 20rem; margin: 0; white-space: pre-wrap; } .code .btn { font-size: .85rem; }
  .tab-content { padding-top: 1rem; } .shiny-output-error { color: #b42318; }
"

explorer_tab <- function(title, ...) shiny::tabPanel(title, value = tolower(title), ...)

# A picture with its controls at the left, and below it the code that draws it and files to take along.
view_pane <- function(id, view, scene) {
  controls <- Filter(Negate(is.null), view$controls(scene))
  picture <- list(
    shiny::plotOutput(paste0(id, "_plot"), height = view$height),
    shiny::div(
      class = "code", shiny::verbatimTextOutput(paste0(id, "_code")),
      shiny::downloadButton(paste0(id, "_png"), "PNG"), shiny::downloadButton(paste0(id, "_pdf"), "PDF")
    )
  )
  if (!length(controls)) {
    return(shiny::div(picture))
  }
  shiny::fluidRow(shiny::column(3, shiny::div(class = "controls", controls)), shiny::column(9, picture))
}

table_pane <- function(id) {
  shiny::div(DT::DTOutput(id), shiny::div(class = "code", shiny::downloadButton(paste0(id, "_csv"), "CSV")))
}

# That of best_rank(), else the first.
preferred_rank <- function(scene) {
  best <- tryCatch(as.character(best_rank(scene$survey)$rank), error = function(e) NULL)
  if (length(best) == 1 && best %in% names(scene$fits)) best else names(scene$fits)[1]
}

explorer_server <- function(scene, input, output, session) {
  rank <- shiny::reactive(if (length(scene$fits) > 1) input$rank else as.character(ncol(scene$fits[[1]]$W)))
  fit <- shiny::reactive(
    if (length(scene$fits) > 1) scene$fits[[shiny::req(input$rank)]] else scene$fits[[1]]
  )
  component <- shiny::reactive({
    k <- as.integer(shiny::req(input$component))
    as.numeric(min(k, ncol(fit()$W)))
  })

  output$title <- shiny::renderText(sprintf("A factorization of rank %d", ncol(fit()$W)))
  output$lead <- shiny::renderText({
    facts <- facts_of_fit(fit())
    shown <- facts[grep("explained", names(facts))]
    paste0(
      count_of(nrow(fit()$W), "feature"), ", ", count_of(ncol(fit()$H), "observation"),
      if (length(shown)) paste0("; ", shown, " ", names(shown))
    )
  })
  output$about <- shiny::renderText({
    s <- summary(fit())$components[component(), ]
    sprintf(
      "%.1f%% of the whole; made of some %.0f features, in some %.0f observations",
      100 * s$share, s$size_W, s$size_H
    )
  })
  output$summary <- shiny::renderText(printed(summary(fit())))

  # Components of another fit, and turning through them.
  shiny::observeEvent(fit(), {
    names <- colnames(fit()$W)
    now <- min(as.integer(shiny::isolate(input$component)), length(names), na.rm = TRUE)
    choices <- stats::setNames(seq_along(names), names)
    shiny::updateSelectInput(session, "component", choices = choices, selected = now)
  })
  turn <- function(by) {
    count <- ncol(fit()$W)
    shiny::updateSelectInput(session, "component", selected = (component() - 1 + by) %% count + 1)
  }
  shiny::observeEvent(input$next_one, turn(1))
  shiny::observeEvent(input$previous, turn(-1))

  views <- Filter(function(view) has_view(scene, view), explorer_views())
  for (id in names(views)) explorer_view(id, views[[id]], scene, input, output, fit, rank, component)

  if (!is.null(views$rank)) output$best_rank <- shiny::renderText(printed(best_rank(scene$survey)))
  explorer_table("feature_table", output, shiny::reactive({
    explorer_features(scene, fit(), component(), shiny::req(input$features_by))
  }))
  explorer_table("observation_table", output, shiny::reactive(explorer_observations(scene, fit(),
    component())))
}

explorer_view <- function(id, view, scene, input, output, fit, rank, component) {
  # It is called in a loop, and what it makes is used later.
  force(id)
  force(view)
  call <- shiny::reactive({
    # The inputs of this view, without its name.
    own <- paste0(id, "_", c("group", "sort", "n", "by", "type", "scale", "time"))
    state <- lapply(own, function(name) input[[name]])
    names(state) <- sub(paste0(id, "_"), "", own, fixed = TRUE)
    # While a number is being typed.
    if (!is.null(state$n)) shiny::req(is.finite(state$n), state$n >= 1)
    if (id %in% c("features", "amounts")) state$component <- component()
    if (id == "consensus") state$rank <- as.numeric(rank())
    view$call(scene, state)
  })
  draw <- function() eval(call(), draw_environment(scene, fit()))
  output[[paste0(id, "_plot")]] <- shiny::renderPlot(invisible(draw()), res = 96)
  output[[paste0(id, "_code")]] <- shiny::renderText(code_of_call(call(), scene, rank()))
  figure <- function(extension, open) {
    shiny::downloadHandler(
      filename = function() paste0(id, ".", extension),
      content = function(file) {
        open(file, 9, view$height / 96)
        on.exit(grDevices::dev.off())
        draw()
      }
    )
  }
  output[[paste0(id, "_png")]] <- figure("png", function(file, width, height) {
    grDevices::png(file, width, height, units = "in", res = 300, type = png_type())
  })
  output[[paste0(id, "_pdf")]] <- figure("pdf", function(file, width, height) grDevices::pdf(file, width,
    height))
}

explorer_table <- function(id, output, table) {
  output[[id]] <- DT::renderDT({
    df <- table()
    numbers <- names(df)[vapply(df, is.numeric, NA)]
    options <- list(pageLength = 10, scrollX = TRUE)
    shown <- DT::datatable(df, rownames = FALSE, selection = "none", options = options)
    DT::formatSignif(shown, numbers, 3)
  })
  output[[paste0(id, "_csv")]] <- shiny::downloadHandler(
    filename = function() paste0(sub("_table", "s", id), ".csv"),
    content = function(file) utils::write.csv(table(), file, row.names = FALSE)
  )
}
