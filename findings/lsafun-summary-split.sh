#!/usr/bin/env bash
# LSAfun 0.8.1, genericSummary(): the k most telling sentences of a text by latent semantic analysis. Its argument split,
# by default ".", "!" and "?", says which symbols end a sentence.
#
# Guess: each of them ends one.
# Seen: only the full stop does. strsplit() takes several symbols one per text, in turn, not all for each, so that "!" and "?"
# would split the second and the third text. A question and the answer after it are one "sentence" (asked for one
# the function gives two), and a text of questions is a single sentence, which ends in an error of a subscript. The same text
# with full stops alone gives another summary.
. "$(dirname "$0")/common.sh"
r_packages lsa=0.73.4 LSAfun=0.8.1
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages({
  library(lsa)
  library(LSAfun)
})
sentences <- c(
  "The old captain kept his boat in the harbour", "Where had the captain learned to sail the boat",
  "Nobody in the harbour knew", "What a storm the captain met at sea that winter",
  "The boat came back to the harbour without him"
)
summary_of <- function(title, marks, ...) {
  found <- tryCatch(
    trimws(genericSummary(paste(paste0(sentences, marks), collapse = " "), k = 1, ...)),
    error = function(e) paste("error:", conditionMessage(e))
  )
  cat(title, ": ", found, "\n", sep = "")
}
summary_of("five full stops", ".")
summary_of("five question marks", "?")
summary_of("five question marks, split = \"?\"", "?", split = "?")
summary_of("both, and an exclamation mark", c(".", "?", ".", "!", "."))
R
cat >"$home/wanted" <<'SEEN'
five full stops: The old captain kept his boat in the harbour
five question marks: error: subscript out of bounds
five question marks, split = "?": The old captain kept his boat in the harbour
both, and an exclamation mark: What a storm the captain met at sea that winter! The boat came back to the harbour without him
SEEN
expect "$home/seen" "$home/wanted"
