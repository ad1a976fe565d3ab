# The files of results.

write_table <- function(data, file) {
  numbers <- vapply(data, is.double, NA)
  # Objectives are compared to the last whole number.
  data[numbers] <- lapply(data[numbers], function(v) ifelse(abs(v) < 1e6, signif(v, 6), round(v, 1)))
  utils::write.csv(data, file, row.names = FALSE, na = "")
}

# Lines of one case replace those of an earlier run. They tell where and when they were measured: cases
# that are run on their own may come from different machines.
update_summary <- function(name, rows, results, machine) {
  file <- file.path(results, "summary.csv")
  rows <- cbind(name = name, rows, machine = machine$cpu, date = format(Sys.Date()))
  if (file.exists(file)) {
    old <- utils::read.csv(file)
    rows <- rbind(old[old$name != name, ], rows)
  }
  rows <- rows[order(match(rows$name, names(cases))), ]
  write_table(rows, file)
}

# Versions of the peers: those of the last run of all cases, and of others that came since.
update_versions <- function(results, peers, all) {
  file <- file.path(results, "versions.csv")
  now <- data.frame(
    title = vapply(peers, function(peer) peer$title, ""), version = vapply(peers, function(peer) peer$installed_version, "")
  )
  old <- if (file.exists(file) && !all) utils::read.csv(file, colClasses = "character")
  now <- rbind(old, now[!now$title %in% old$title, ])
  now <- now[order(tolower(now$title)), ]
  utils::write.csv(now, file, row.names = FALSE)
  paste(now$title, now$version)
}

# By hand: what has to be known of a case, in notes.csv.
note_of <- function(results, names) {
  file <- file.path(results, "notes.csv")
  notes <- if (file.exists(file)) utils::read.csv(file)
  note <- notes$note[match(names, notes$name)]
  if (is.null(note)) names else ifelse(is.na(note), names, sprintf("%s (%s)", names, note))
}

write_report <- function(results, machine, peers, settings, all = FALSE) {
  rows <- utils::read.csv(file.path(results, "summary.csv"))
  versions <- update_versions(results, peers, all)
  lines <- c(
    "# Benchmarks",
    "",
    "Written by `make bench`; the repetitions are in the CSV files.",
    "",
    "![Benchmarks](benchmark.png)",
    "",
    sprintf(
      "%d cores, %s; R %s, %s; %d threads; BLAS of R: %s. Versions: %s.",
      machine$cores, machine$system, machine$r, machine$compiler, settings$threads, machine$blas,
      paste(versions, collapse = ", ")
    ),
    measured_where(rows, results),
    "",
    "Each number is the median over repetitions, with the lowest and the highest in brackets. What is",
    "compared runs in turn, A B A B. *Ratio*: for a limit, nonneg over the limit; for a rival, the rival",
    "over nonneg. The sparse data are log(1 + 10,000 * count / total of the cell) of pbmc_facs (fastTopics).",
    "Memory is what a fit needs above X and the start it is given.",
    ""
  )
  lines <- c(
    lines,
    "| Case | Measured | nonneg | Compared with | Its value | Ratio | Target | Met |",
    "|---|---|---|---|---|---|---|---|"
  )
  case <- ifelse(duplicated(rows$case), "", rows$case)
  table <- sprintf(
    "| %s | %s | %s | %s | %s | %s | %s | %s |",
    case, rows$measure, shown_range(rows$median, rows$min, rows$max, rows$unit), rows$against,
    shown_range(rows$against_median, rows$against_min, rows$against_max, rows$unit),
    ifelse(is.na(rows$ratio), "", format_number(rows$ratio)), rows$target,
    ifelse(is.na(rows$met), "", ifelse(rows$met, "yes", "**no**"))
  )
  table <- gsub("\\bNA\\b", "", table)
  writeLines(c(lines, table), file.path(results, "README.md"))
}

# Which cases come from which machine, and when.
measured_where <- function(rows, results) {
  at <- paste0(rows$machine, ", ", rows$date)
  vapply(unique(at), function(one) {
    sprintf("%s: %s.", one, paste(note_of(results, unique(rows$name[at == one])), collapse = ", "))
  }, "", USE.NAMES = FALSE)
}

format_number <- function(x, digits = 3) {
  vapply(x, function(v) format(signif(v, digits), scientific = FALSE, trim = TRUE, big.mark = ","), "")
}

# "0.0412 s (0.0409 to 0.0437)"; the numbers without a unit keep more digits.
shown_range <- function(middle, low, high, unit) {
  digits <- ifelse(unit == "" & middle < 1 & middle > 0.1, 5, ifelse(unit == "" & abs(middle) > 1e4, 9, 3))
  one <- function(v) mapply(format_number, v, digits)
  ifelse(is.na(middle), "", ifelse(
    low == high, trimws(paste(one(middle), unit)),
    sprintf("%s (%s to %s)", trimws(paste(one(middle), unit)), one(low), one(high))
  ))
}
