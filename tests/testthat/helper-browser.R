# A real browser, by the protocol of WebDriver, which is HTTP with JSON: chromedriver, which comes with Chromium. Nothing
# but base R and jsonlite (which shiny needs) is used.

skip_if_no_browser <- function() {
  skip_on_cran()
  skip_on_os("windows")
  skip_if_not_installed("jsonlite")
  skip_if_not(installed_here(), "the package is not installed")
  skip_if_not(nzchar(Sys.which("chromedriver")), "there is no chromedriver")
}

# A process of its own that ends with `env`. `command` is one of the shell.
background_process <- function(command, env = parent.frame()) {
  pid <- withr::local_tempfile(.local_envir = env)
  log <- withr::local_tempfile(.local_envir = env)
  script <- sprintf("echo $$ > %s.part; mv %s.part %s; exec %s", pid, pid, pid, command)
  system(sprintf("sh -c %s > %s 2>&1", shQuote(script), log), wait = FALSE)
  if (!appears(pid, 20)) stop("no process: ", command)
  number <- as.integer(readLines(pid))
  withr::defer(tools::pskill(number), envir = env)
  log
}

# Some port that nobody listens to.
free_port <- function() {
  for (port in withr::with_seed(Sys.getpid(), sample(20000:40000, 50))) {
    taken <- tryCatch(
      {
        close(suppressWarnings(socketConnection("127.0.0.1", port, timeout = 1)))
        TRUE
      },
      error = function(e) FALSE
    )
    if (!taken) {
      return(port)
    }
  }
}

http <- function(port, method, path, body = NULL) {
  con <- socketConnection("127.0.0.1", port, open = "r+b", blocking = TRUE, timeout = 60)
  on.exit(close(con))
  text <- if (is.null(body)) "" else enc2utf8(body)
  writeBin(charToRaw(paste0(
    method, " ", path, " HTTP/1.1\r\nHost: 127.0.0.1:", port, "\r\nConnection: close\r\nContent-Type: application/json\r\n",
    "Content-Length: ", nchar(text, "bytes"), "\r\n\r\n", text
  )), con)
  head <- character()
  repeat {
    line <- readLines(con, 1, warn = FALSE)
    if (!length(line) || !nzchar(line)) break
    head <- c(head, line)
  }
  size <- as.integer(sub("(?i)^content-length: *", "", grep("(?i)^content-length:", head, value = TRUE, perl = TRUE), perl = TRUE))
  answer <- raw()
  while (length(answer) < size) {
    more <- readBin(con, "raw", size - length(answer))
    if (!length(more)) break
    answer <- c(answer, more)
  }
  answer <- rawToChar(answer)
  Encoding(answer) <- "UTF-8"
  answer
}

# TRUE once `test()` is, within `seconds`.
comes_true <- function(test, seconds = 20) {
  end <- Sys.time() + seconds
  repeat {
    if (isTRUE(tryCatch(suppressWarnings(test()), error = function(e) FALSE))) {
      return(TRUE)
    }
    if (Sys.time() > end) {
      return(FALSE)
    }
    Sys.sleep(0.1)
  }
}

# A page in a browser: list(run, wait, picture). run("return ...") runs JavaScript there and returns its value.
local_browser <- function(url, width = 1280, height = 1000, env = parent.frame()) {
  port <- free_port()
  background_process(sprintf("chromedriver --port=%d", port), env)
  command <- function(method, path, body) {
    body <- if (!missing(body)) jsonlite::toJSON(body, auto_unbox = TRUE, null = "null")
    answer <- jsonlite::fromJSON(http(port, method, path, body), simplifyVector = TRUE)$value
    if (is.list(answer) && !is.null(answer$error)) stop(answer$message)
    answer
  }
  if (!comes_true(function() command("GET", "/status")$ready)) stop("chromedriver did not start")
  options <- list(args = c(
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", sprintf("--window-size=%d,%d", width, height)
  ))
  session <- command("POST", "/session", list(capabilities = list(alwaysMatch = list("goog:chromeOptions" = options))))
  path <- paste0("/session/", session$sessionId)
  withr::defer(try(command("DELETE", path), silent = TRUE), envir = env)
  command("POST", paste0(path, "/url"), list(url = url))
  run <- function(code, ...) command("POST", paste0(path, "/execute/sync"), list(script = code, args = list(...)))
  list(
    run = run,
    # Until a JavaScript expression is true.
    wait = function(expression, seconds = 20) comes_true(function() run(paste("return", expression)), seconds),
    picture = function(file) {
      writeBin(jsonlite::base64_dec(command("GET", paste0(path, "/screenshot"))), file)
    }
  )
}

# The first bytes of a file from the app, as text.
http_bytes <- function(port, path) {
  con <- socketConnection("127.0.0.1", port, open = "r+b", blocking = TRUE, timeout = 60)
  on.exit(close(con))
  writeBin(charToRaw(paste0("GET ", path, " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")), con)
  got <- readBin(con, "raw", 4000)
  rawToChar(got[got != 0 & got < 128])
}
