#!/usr/bin/env bash
# tabr 0.5.5, transpose(): notes moved by a number of semitones. By its help it keeps rests, "r", and silent rests, "s", which take time
# but are not engraved.
#
# Guess: "c s e" up by two is "d s g_".
# Seen: the silent rest is gone, if there is no "r" in the same string, and if there is one, it is kept: whether silent rests
# are put back is decided by whether there are others. What is left counts as four steps in place of
# three, two of them empty; a phrase of it with the durations of the original is an error.
. "$(dirname "$0")/common.sh"
r_packages tabr=0.5.5
Rscript --vanilla - 2>"$home/log" <<'R' >"$home/seen" || { cat "$home/log"; exit 2; }
suppressPackageStartupMessages(library(tabr))
for (notes in c("c r e", "c r s e", "c s e", "c s e g s c4")) {
  moved <- transpose(notes, 2)
  cat(sprintf("%-12s -> '%s', steps %d -> %d\n", notes, as.character(moved), n_steps(notes), n_steps(moved)))
}
cat("as a vector:", sprintf("'%s'", as.character(transpose(c("c", "s", "e"), 2))), "\n")
cat("phrase of the original:", as.character(phrase("c s e", "4 4 4")), "\n")
tryCatch(
  cat("phrase of the moved:", as.character(phrase(transpose("c s e", 2), "4 4 4")), "\n"),
  error = function(e) cat("phrase of the moved: error,", conditionMessage(e), "\n")
)
R
cat >"$home/wanted" <<'SEEN'
c r e        -> 'd r g_', steps 3 -> 3
c r s e      -> 'd r s g_', steps 4 -> 4
c s e        -> 'd   g_', steps 3 -> 4
c s e g s c4 -> 'd   g_ a   d4', steps 6 -> 8
as a vector: 'd' '' '' 'g_' 
phrase of the original: <c>4 s4 <e>4 
phrase of the moved: error, `info` must have the same number of timesteps as `notes` or a single value to repeat. 
SEEN
expect "$home/seen" "$home/wanted"
