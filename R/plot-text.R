# Text in pictures: names that are too long, labels of axes.

# Long names lose their middle, since what tells names apart is often at their end. Names that differ stay
# different, with a number where nothing else helps.
shorten <- function(text, most = 28) {
  text <- as.character(text)
  text[is.na(text)] <- "NA"
  whole <- unique(text)
  if (!any(nchar(whole) > most)) {
    return(text)
  }
  short <- without_middle(whole, most, 0.6)
  for (head in c(0.5, 0.25, 0.85, 0)) {
    equal <- which(short %in% short[duplicated(short)])
    if (!length(equal)) break
    short[equal] <- without_middle(whole[equal], most, head)
  }
  equal <- which(short %in% short[duplicated(short)])
  if (length(equal)) {
    number <- paste0("~", seq_along(equal))
    short[equal] <- paste0(substr(short[equal], 1, pmax(1, most - nchar(number))), number)
  }
  short[match(text, whole)]
}

# At most `most` characters, `head` of what is left from the beginning.
without_middle <- function(text, most, head) {
  long <- nchar(text) > most
  if (most < 6) {
    text[long] <- substr(text[long], 1, most)
    return(text)
  }
  first <- round((most - 3) * head)
  last <- most - 3 - first
  n <- nchar(text[long])
  text[long] <- paste0(
    trimws(substr(text[long], 1, first), "right"), "...", trimws(substr(text[long], n - last + 1, n), "left")
  )
  text
}

# Shortened until none is wider than `room` inches.
shorten_to <- function(text, room, cex) {
  wide <- text_width(text, cex)
  if (wide <= room) {
    return(text)
  }
  most <- max(4, floor(max(nchar(text)) * room / wide))
  repeat {
    short <- shorten(text, most)
    if (most <= 4 || text_width(short, cex) <= room) {
      return(short)
    }
    most <- most - 1
  }
}

# Which of `count` labels to print if `room` of them fit: all, or every second, fifth, tenth, ...
every_few <- function(count, room) {
  steps <- c(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
  step <- c(steps[count / steps <= max(room, 1)], count)[1]
  seq(1, count, by = step)
}

# Powers of ten for a wide range, else round numbers.
log_ticks <- function(limits) {
  at <- if (limits[2] / limits[1] > 50) {
    10^seq(ceiling(log10(limits[1])), floor(log10(limits[2])))
  } else {
    pretty(limits, 5)
  }
  at <- at[at >= limits[1] & at <= limits[2]]
  if (length(at) > 7) at[seq(1, length(at), by = ceiling(length(at) / 6))] else at
}

log_labels <- function(at) {
  power <- log10(at)
  if (length(at) > 1 && all(abs(power - round(power)) < 1e-9)) {
    as.expression(lapply(round(power), function(p) bquote(10^.(p))))
  } else {
    format_ticks(at)
  }
}

# All plain or all scientific.
format_ticks <- function(at) {
  size <- range(abs(at[!at %in% 0]), 1, na.rm = TRUE)
  text <- format(
    at, scientific = size[1] < 1e-4 || size[2] >= 1e6, drop0trailing = TRUE,
    digits = 6, trim = TRUE, decimal.mark = "."
  )
  ifelse(at %in% 0, "0", text)
}
