# The little of HTML that reports need.

html_text <- function(text) {
  text <- gsub("&", "&amp;", enc2utf8(as.character(text)), fixed = TRUE)
  text <- gsub("<", "&lt;", text, fixed = TRUE)
  text <- gsub(">", "&gt;", text, fixed = TRUE)
  gsub("\"", "&quot;", text, fixed = TRUE)
}

html_tag <- function(name, ...) paste0("<", name, ">", ..., "</", name, ">")

html_section <- function(title, ...) paste(c(html_tag("h2", html_text(title)), ...), collapse = "\n")

html_facts <- function(facts) {
  paste0("    <div><b>", facts, "</b><span>", html_text(names(facts)), "</span></div>", collapse = "\n")
}

# 3.2 x 10^-5
html_power <- function(x) {
  if (is.na(x)) {
    return("not known")
  }
  if (x == 0) {
    return("0")
  }
  e <- floor(log10(abs(x)))
  sprintf("%.1f&thinsp;&times;&thinsp;10<sup>%d</sup>", x / 10^e, as.integer(e))
}

# Counts by row and column; the largest of each column is set off.
html_counts <- function(counts, corner) {
  names <- paste0("<th class=\"n\">", html_text(colnames(counts)), "</th>", collapse = "")
  head <- html_tag("tr", html_tag("th", html_text(corner)), names)
  body <- vapply(seq_len(nrow(counts)), function(i) {
    best <- counts[i, ] > 0 & counts[i, ] == apply(counts, 2, max)
    kind <- ifelse(best, "n hit", ifelse(counts[i, ] > 0, "n miss", "n zero"))
    cells <- paste0("<td class=\"", kind, "\">", counts[i, ], "</td>", collapse = "")
    html_tag("tr", html_tag("th", html_text(rownames(counts)[i])), cells)
  }, "")
  paste0(
    "<div class=\"scroll\"><table><thead>", head, "</thead><tbody>", paste(body, collapse = ""),
    "</tbody></table></div>"
  )
}

# What `code` draws with base graphics, `width` x `height` inches, inside the page.
html_picture <- function(width, height, code, alt, caption = NULL) {
  file <- tempfile(fileext = ".png")
  on.exit(unlink(file))
  if (!capabilities("png")) {
    abort_input("This R cannot draw PNG files, which a report needs: {.code capabilities(\"png\")} is FALSE.")
  }
  grDevices::png(file, width, height, units = "in", res = 192, bg = "white", type = png_type())
  device <- grDevices::dev.cur()
  tryCatch(force(code), finally = grDevices::dev.off(device))
  bytes <- readBin(file, "raw", file.size(file))
  paste0(
    "<figure><div class=\"scroll\"><img src=\"data:image/png;base64,", base64(bytes), "\" alt=\"",
    html_text(alt),
    "\"></div>",
    if (!is.null(caption)) html_tag("figcaption", html_text(caption)), "</figure>"
  )
}

png_type <- function() if (capabilities("cairo")) "cairo" else getOption("bitmapType")

base64 <- function(bytes) {
  bytes <- as.integer(bytes)
  pad <- (3L - length(bytes) %% 3L) %% 3L
  b <- matrix(c(bytes, integer(pad)), 3L)
  index <- rbind(
    b[1L, ] %/% 4L, (b[1L, ] %% 4L) * 16L + b[2L, ] %/% 16L, (b[2L, ] %% 16L) * 4L + b[3L, ] %/% 64L,
    b[3L, ] %% 64L
  )
  digits <- c(LETTERS, letters, 0:9, "+", "/")[index + 1L]
  if (pad) digits[length(digits) + 1L - seq_len(pad)] <- "="
  paste(digits, collapse = "")
}
