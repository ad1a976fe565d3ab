small_scene <- function(...) {
  x <- example_data()
  fit <- nmf(x, 3)
  groups <- data.frame(side = example_groups(), half = rep(c("a", "b"), 5))
  said <- list(fit = quote(my_fit), x = quote(counts), groups = quote(known), labels = NULL, survey = NULL)
  utils::modifyList(
    list(
      fits = list(fit), said = said, x = nmf_data(x), groups = groups, one = FALSE, own = NULL, labels = NULL, survey = NULL
    ),
    list(...)
  )
}

test_that("the code that is shown draws what is seen", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  scene <- small_scene()
  states <- list(
    composition = list(group = "half", sort = TRUE), features = list(component = 2, n = 5, by = "lift"),
    amounts = list(component = 3, group = ""), maps = list(type = "H", scale = "max", sort = FALSE, group = "side"),
    data = list(n = 3, by = "weight", group = "side"), history = list(time = "seconds")
  )
  for (id in names(states)) {
    call <- explorer_views()[[id]]$call(scene, states[[id]])
    expect_no_error(eval(call, draw_environment(scene, scene$fits[[1]])))
    # As the user would run it.
    shown <- code_of_call(call, scene, "3")
    user <- list2env(list(my_fit = scene$fits[[1]], counts = example_data(), known = scene$groups), parent = asNamespace("nonneg"))
    expect_no_error(eval(parse(text = shown), user))
  }
  code <- function(id, scene, state) code_of_call(explorer_views()[[id]]$call(scene, state), scene, "3")
  expect_identical(
    code("composition", scene, states$composition), "plot(my_fit, \"composition\", sort = TRUE, groups = known[\"half\"])"
  )
  one <- small_scene(one = TRUE, groups = data.frame(groups = example_groups()))
  one$said$groups <- quote(leukemia$class)
  expect_identical(
    code("maps", one, list(type = "H", scale = "share", sort = TRUE, group = "groups")),
    "plot(my_fit, \"H\", scale = \"share\", sort = TRUE, groups = leukemia$class)"
  )
  own <- small_scene(groups = NULL, own = data.frame(celltype = letters[1:10]))
  expect_match(code("amounts", own, list(component = 1, group = "celltype")), "groups = \"celltype\"", fixed = TRUE)
})

test_that("tables hold every feature and observation, the strongest first", {
  scene <- small_scene(labels = toupper(paste0("gene", 1:12)))
  fit <- scene$fits[[1]]
  features <- explorer_features(scene, fit, 2, "specificity")
  expect_named(features, c("feature", "label", "weight", "specificity"))
  expect_identical(features$feature[1], top_features(fit, 1, "specificity")$feature[2])
  expect_identical(features$weight, unname(fit$W[features$feature, 2]))
  expect_identical(features$label, toupper(features$feature))
  expect_false(is.unsorted(-features$specificity))
  expect_named(explorer_features(scene, fit, 1, "weight"), c("feature", "label", "weight"))
  observations <- explorer_observations(scene, fit, 1)
  expect_named(observations, c("observation", "side", "half", "share", "coefficient"))
  expect_identical(observations$coefficient, unname(fit$H[1, observations$observation]))
  expect_identical(observations$side, as.character(example_groups())[match(observations$observation, colnames(fit$H))])
})

test_that("wrong arguments are told", {
  skip_if_not_installed("shiny")
  skip_if_not_installed("bslib")
  skip_if_not_installed("DT")
  fit <- nmf(example_data(), 2)
  expect_s3_class(explore(fit), "shiny.appobj")
  expect_snapshot({
    fault(explore(1))
    fault(explore(fit, example_data()[1:3, ]))
    fault(explore(fit, groups = 1:3))
    fault(explore(fit, survey = 3))
    fault(explore(as_nmf(basis(fit))))
  })
})

# The app in a process of its own; its address, once it listens.
local_app <- function(lines, env = parent.frame()) {
  port <- free_port()
  script <- withr::local_tempfile(fileext = ".R", .local_envir = env, lines = c(
    library_paths(), "library(nonneg)", "options(nonneg.threads = 1)", "set.seed(1)", lines,
    sprintf("shiny::runApp(app, port = %d, launch.browser = FALSE)", port)
  ))
  log <- background_process(sprintf("%s --vanilla %s", shQuote(file.path(R.home("bin"), "Rscript")), script), env)
  up <- comes_true(function() nzchar(http(port, "GET", "/")), 60)
  if (!up) stop("the app did not start: ", paste(readLines(log), collapse = "\n"))
  sprintf("http://127.0.0.1:%d", port)
}

# A picture that shiny has drawn, of what it is showing now.
drawn <- function(id) {
  sprintf(
    "(function() { var e = document.querySelector('#%s_plot img'); return e !== null && e.naturalWidth > 100 && !e.closest('.recalculating'); })()", id
  )
}
click_tab <- function(value) sprintf("document.querySelector('a[data-value=\"%s\"]').click()", value)
text_of <- function(id) sprintf("document.getElementById('%s').innerText", id)

test_that("a browser turns through a fit", {
  skip_if_not_installed("shiny")
  skip_if_not_installed("bslib")
  skip_if_not_installed("DT")
  skip_if_no_browser()
  url <- local_app(c(
    "x <- sqrt(leukemia$x[1:300, ])", "fit <- nmf(x, 3)",
    "known <- data.frame(class = leukemia$class, cell = sub('-.*', '', leukemia$class))",
    "app <- explore(fit, x, groups = known, labels = leukemia$genes$description[1:300])"
  ))
  browser <- local_browser(url)
  keep <- Sys.getenv("NONNEG_SCREENSHOTS")
  look <- function(name) if (nzchar(keep)) browser$picture(file.path(keep, paste0("explore-", name, ".png")))
  expect_true(browser$wait(drawn("composition"), 40))
  expect_match(browser$run(paste("return", text_of("title"))), "A factorization of rank 3")
  expect_match(browser$run(paste("return", text_of("composition_code"))), "groups = known[\"class\"]", fixed = TRUE)
  look("composition")
  # Another annotation: other code, another picture.
  before <- browser$run("return document.querySelector('#composition_plot img').src")
  browser$run("Shiny.setInputValue('composition_group', 'cell')")
  expect_true(browser$wait("document.getElementById('composition_code').innerText.includes('known[\"cell\"]')"))
  expect_true(browser$wait(sprintf("document.querySelector('#composition_plot img').src !== '%s'", before)))

  browser$run(click_tab("components"))
  expect_true(browser$wait(drawn("features")))
  expect_true(browser$wait("document.querySelectorAll('#feature_table tbody tr').length === 10"))
  first <- browser$run("return document.querySelector('#feature_table tbody tr').innerText")
  about <- browser$run(paste("return", text_of("about")))
  look("components")
  browser$run("document.getElementById('next_one').click()")
  expect_true(browser$wait("document.getElementById('features_code').innerText.includes('components = 2')"))
  expect_true(browser$wait(sprintf("document.getElementById('about').innerText !== '%s'", about)))
  expect_true(browser$wait("document.querySelector('#feature_table tbody tr').innerText !== arguments[0]") ||
    browser$run("return document.querySelector('#feature_table tbody tr').innerText") != first)
  browser$run(click_tab("Observations"))
  expect_true(browser$wait(drawn("amounts")))
  expect_true(browser$wait("document.querySelectorAll('#observation_table tbody tr').length === 10"))
  look("observations")
  # From the first back to the last.
  browser$run("document.getElementById('previous').click()")
  expect_true(browser$wait("document.getElementById('amounts_code').innerText.includes('components = 1')"))
  browser$run("document.getElementById('previous').click()")
  expect_true(browser$wait("document.getElementById('amounts_code').innerText.includes('components = 3')"))

  for (tab in c("maps", "data", "fit")) {
    browser$run(click_tab(tab))
    expect_true(browser$wait(drawn(if (tab == "fit") "history" else tab)))
    look(tab)
  }
  expect_match(browser$run(paste("return", text_of("summary"))), "KKT residual")
  # Files to take along.
  link <- browser$run("return document.getElementById('data_png').getAttribute('href')")
  port <- as.integer(sub(".*:", "", url))
  expect_match(http_bytes(port, paste0("/", link)), "PNG")
  expect_identical(browser$run("return document.querySelectorAll('.shiny-output-error').length"), 0L)
})

test_that("a browser turns through the ranks of a survey", {
  skip_if_not_installed("shiny")
  skip_if_not_installed("bslib")
  skip_if_not_installed("DT")
  skip_if_not_installed("clue")
  skip_if_not_installed("cluster")
  skip_if_no_browser()
  url <- local_app(c(
    "survey <- nmf_survey(sqrt(leukemia$x[1:300, ]), 2:4, nrun = 3, times = 5, max_iter = 50)",
    "app <- explore(survey, groups = leukemia$class)"
  ))
  browser <- local_browser(url)
  keep <- Sys.getenv("NONNEG_SCREENSHOTS")
  expect_true(browser$wait(drawn("composition"), 40))
  browser$run("$('#rank')[0].selectize.setValue('4')")
  expect_true(browser$wait("document.getElementById('title').innerText.includes('rank 4')"))
  expect_true(browser$wait("document.getElementById('composition_code').innerText.includes('survey$fits[[\"4\"]]')"))
  expect_true(browser$wait("document.querySelectorAll('#component option').length === 4 || Object.keys($('#component')[0].selectize.options).length === 4"))
  browser$run(click_tab("rank"))
  expect_true(browser$wait(drawn("rank")))
  expect_true(browser$wait(drawn("consensus")))
  expect_true(browser$wait("document.getElementById('consensus_code').innerText.includes('rank = 4')"))
  if (nzchar(keep)) browser$picture(file.path(keep, "explore-rank.png"))
  expect_identical(browser$run("return document.querySelectorAll('.shiny-output-error').length"), 0L)
})
