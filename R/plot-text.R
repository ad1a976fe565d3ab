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
  for (one in unique(short[duplicated(short)])) {
    equal <- which(short == one)
    short[equal] <- with_middle(whole[equal], most)
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

# Names that begin and end alike: what is between, behind as much of the beginning as there is room for.
with_middle <- function(text, most) {
  same <- function(side) {
    letters <- strsplit(text, "")
    if (side == "end") letters <- lapply(letters, rev)
    n <- min(lengths(letters))
    at <- matrix(vapply(letters, function(l) l[seq_len(n)], character(n)), n)
    differs <- which(rowSums(at != at[, 1]) > 0)
    if (length(differs)) differs[1] - 1 else n
  }
  first <- same("start")
  last <- min(same("end"), min(nchar(text)) - first)
  middle <- trimws(substr(text, first + 1, nchar(text) - last))
  room <- most - 6 - max(nchar(middle))
  if (room < 0) {
    # From where they differ first.
    from <- max(1, first - 1)
    return(paste0("...", trimws(substr(text, from, from + most - 7)), "..."))
  }
  before <- if (room > 2) trimws(substr(text, 1, min(room, first))) else ""
  whole <- room + 3 >= first
  paste0(if (whole) substr(text, 1, first) else paste0(before, "..."), middle, "...")
}

# Shortened to `most` letters, and until none is wider than `room` inches.
shorten_to <- function(text, room, cex, most = Inf) {
  short <- shorten(text, most)
  wide <- text_width(short, cex)
  if (wide <= room) {
    return(short)
  }
  most <- max(4, floor(max(nchar(short)) * room / wide))
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

# Which of the places (in order) keep at least this distance from the one before that is kept.
apart <- function(at, distance) {
  kept <- integer()
  for (k in seq_along(at)) {
    if (!length(kept) || abs(at[k] - at[kept[length(kept)]]) >= distance) kept <- c(kept, k)
  }
  kept
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
