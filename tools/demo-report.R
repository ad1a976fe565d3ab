# The report of make demo: tools/report.html with its {{fields}} filled in. The
# pictures are inside the file.

base64 <- function(file) {
  bytes <- as.integer(readBin(file, "raw", file.size(file)))
  pad <- (3L - length(bytes) %% 3L) %% 3L
  b <- matrix(c(bytes, integer(pad)), 3L)
  index <- rbind(
    b[1L, ] %/% 4L,
    (b[1L, ] %% 4L) * 16L + b[2L, ] %/% 16L,
    (b[2L, ] %% 16L) * 4L + b[3L, ] %/% 64L,
    b[3L, ] %% 64L
  )
  digits <- c(LETTERS, letters, 0:9, "+", "/")[index + 1L]
  if (pad) digits[length(digits) + 1L - seq_len(pad)] <- "="
  paste(digits, collapse = "")
}

escape <- function(text) {
  text <- gsub("&", "&amp;", text, fixed = TRUE)
  text <- gsub("<", "&lt;", text, fixed = TRUE)
  gsub(">", "&gt;", text, fixed = TRUE)
}

tag <- function(name, ..., attributes = "") paste0("<", name, attributes, ">", ..., "</", name, ">")

# Component against class; what agrees is set off.
html_agreement <- function(counts, corner) {
  names <- tag("th", escape(colnames(counts)), attributes = " class=\"n\"")
  head <- tag("tr", tag("th", corner), paste(names, collapse = ""))
  body <- vapply(seq_len(nrow(counts)), function(i) {
    kind <- ifelse(seq_len(ncol(counts)) == i, "n hit", ifelse(counts[i, ] > 0, "n miss", "n zero"))
    cells <- sprintf("<td class=\"%s\">%d</td>", kind, counts[i, ])
    tag("tr", tag("th", escape(rownames(counts)[i])), paste(cells, collapse = ""))
  }, "")
  tag("table", tag("thead", head), tag("tbody", paste(body, collapse = "")))
}

html_genes <- function(fit, matched, classes, n = 6) {
  top <- nonneg::top_features(fit, n, by = "specificity")
  genes <- nonneg::leukemia$genes
  top$description <- genes$description[match(top$feature, genes$probe)]
  cards <- vapply(seq_along(matched), function(i) {
    mine <- top[top$component == matched[i], ]
    items <- tag("li", escape(mine$description), tag("span", escape(mine$feature)))
    title <- tag("h3", escape(matched[i]), tag("em", escape(classes[i])))
    tag("div", title, tag("ol", paste(items, collapse = "")),
      attributes = sprintf(" class=\"card c%d\"", i)
    )
  }, "")
  paste(cards, collapse = "\n")
}

html_topics <- function(topics, novels, n = 8) {
  top <- nonneg::top_features(topics, n, by = "specificity")
  rows <- vapply(seq_len(nrow(novels$counts)), function(i) {
    words <- top$feature[top$component == rownames(novels$counts)[i]]
    tag(
      "tr", tag("th", escape(colnames(novels$counts)[i])),
      tag("td", escape(paste(words, collapse = ", "))),
      sprintf("<td class=\"n\">%d of %d</td>", novels$counts[i, i], sum(novels$counts[, i]))
    )
  }, "")
  head <- "<tr><th>Novel</th><th>Words most specific to its component</th><th class=\"n\">Chapters</th></tr>"
  tag("table", tag("thead", head), tag("tbody", paste(rows, collapse = "")), attributes = " class=\"wide\"")
}

number <- function(x, digits = 3) format(signif(x, digits), big.mark = ",", scientific = FALSE, trim = TRUE)
power <- function(x) {
  if (x == 0) return("0")
  e <- floor(log10(x))
  sprintf("%.1f&thinsp;&times;&thinsp;10<sup>%d</sup>", x / 10^e, as.integer(e))
}
duration <- function(s) if (s < 1) paste(number(1000 * s, 2), "ms") else paste(number(s), "s")

write_report <- function(file, pictures, fit, found, raw, topics, novels) {
  s <- summary(fit)
  fields <- c(
    right = found$right, of = found$of, raw = raw$right,
    features = number(s$dim[1], 8), observations = s$dim[2], rank = s$dim[3],
    seconds = duration(s$seconds), runs = nrow(fit$runs),
    iterations = s$iterations,
    explained = sprintf("%.1f", 100 * s$explained),
    kkt = power(s$certificate$kkt), tol = power(fit$settings$tol),
    gap_W = power(s$certificate$gap_W / s$objective), gap_H = power(s$certificate$gap_H / s$objective),
    ended = if (fit$converged) "reached its tolerance" else paste0("stopped (", fit$reason, ")"),
    print = escape(paste(utils::capture.output(print(summary(fit))), collapse = "\n")),
    table = html_agreement(found$counts, "Component"),
    genes = html_genes(fit, rownames(found$counts), colnames(found$counts)),
    topics = html_topics(topics, novels),
    words = number(topics$data$nrow, 8), chapters = topics$data$ncol,
    filled = number(100 * topics$data$nnz / (topics$data$nrow * topics$data$ncol), 2),
    topics_seconds = duration(topics$seconds), topics_runs = nrow(topics$runs),
    novels_right = novels$right, novels_of = novels$of,
    version = as.character(utils::packageVersion("nonneg")), r = escape(R.version.string)
  )
  for (name in names(pictures)) {
    fields[paste0("picture_", name)] <- paste0("data:image/png;base64,", base64(pictures[[name]]))
  }

  page <- paste(readLines("tools/report.html", encoding = "UTF-8"), collapse = "\n")
  for (name in names(fields)) page <- gsub(paste0("{{", name, "}}"), fields[[name]], page, fixed = TRUE)
  left <- regmatches(page, regexpr("\\{\\{[a-zA-Z_]+\\}\\}", page))
  if (length(left)) fail("tools/report.html has a field that nothing fills: ", left)
  writeLines(enc2utf8(page), file, useBytes = TRUE)
}
