#' Gene expression in leukemia
#'
#' Expression of 5000 genes in the bone marrow of 38 patients with acute
#' leukemia, measured by Golub et al. (1999) and much used since to compare
#' methods that group samples. The genes are the 5000 whose expression varies
#' most relative to its mean, chosen by Brunet et al. (2004), who showed that
#' nonnegative matrix factorization of rank 3 recovers the three kinds of
#' leukemia.
#'
#' @format A list of three parts:
#' \describe{
#'   \item{`x`}{Integer matrix, 5000 genes (rows) x 38 samples (columns), with
#'     dimnames. Expression in the arbitrary units of the array (Affymetrix
#'     Hu6800), from 20 to 61225. The source holds a floor: 37 percent of the
#'     cells are exactly 20, and nothing is zero.}
#'   \item{`class`}{Factor of length 38, named by sample: `"ALL-B"` (acute
#'     lymphoblastic leukemia of B cells, 19 samples), `"ALL-T"` (of T cells, 8)
#'     and `"AML"` (acute myeloid leukemia, 11), as diagnosed in the clinic.}
#'   \item{`genes`}{Data frame of 5000 rows, in the order of the rows of `x`:
#'     `probe`, the name of the probe set, and `description` of its gene.}
#' }
#'
#' @source Data set `esGolub` of the R package NMF (GPL (>= 2)) by Renaud Gaujoux
#'   and Cathal Seoighe, who took it from the web supplement of Brunet et al.
#'   (2004). `data-raw/leukemia.R` in the package's sources builds it.
#'
#' @references
#' Golub, T. R., Slonim, D. K., Tamayo, P., Huard, C., Gaasenbeek, M.,
#' Mesirov, J. P., Coller, H., Loh, M. L., Downing, J. R., Caligiuri, M. A.,
#' Bloomfield, C. D. and Lander, E. S. (1999). Molecular classification of
#' cancer: class discovery and class prediction by gene expression monitoring.
#' *Science* **286**, 531-537. \doi{10.1126/science.286.5439.531}
#'
#' Brunet, J.-P., Tamayo, P., Golub, T. R. and Mesirov, J. P. (2004). Metagenes
#' and molecular pattern discovery using matrix factorization. *Proceedings of
#' the National Academy of Sciences* **101**, 4164-4169.
#' \doi{10.1073/pnas.0308531101}
#'
#' @examples
#' dim(leukemia$x)
#' table(leukemia$class)
#'
#' # The square root keeps a few genes with huge values from ruling the fit.
#' fit <- nmf(sqrt(leukemia$x), rank = 3, verbose = FALSE)
#' table(leukemia$class, predict(fit, type = "class"))
"leukemia"

#' Words in the chapters of Jane Austen's novels
#'
#' How often each of 5107 words occurs in each of the 269 chapters of the six
#' novels that Jane Austen completed: a small sparse matrix of counts whose
#' columns have known labels. A factorization of rank 6 finds the six novels,
#' chiefly by the names of their people and places.
#'
#' Words are runs of letters, in lower case, of three letters or more; a closing
#' `'s` is cut off. Words found in fewer than 5 chapters are left out, and so are
#' those found in more than half of all chapters (`"the"`, `"very"`), which takes
#' the place of a list of stop words. 9 percent of the cells are not zero.
#'
#' @format A list of three parts:
#' \describe{
#'   \item{`x`}{Sparse matrix ([`dgCMatrix`][Matrix::dgCMatrix-class]) of counts,
#'     5107 words (rows) x 269 chapters (columns), with dimnames such as
#'     `"Emma 01"`.}
#'   \item{`class`}{Factor of length 269, named by chapter: the novel, with levels
#'     in the order in which the novels were first printed.}
#'   \item{`chapters`}{Data frame of 269 rows, in the order of the columns of `x`:
#'     `book` (as in `class`), `chapter` (its number within the novel, counted on
#'     through the volumes) and `words` (words of three letters or more in the
#'     chapter, before any were left out).}
#' }
#'
#' @source The novels (1811-1818) are in the public domain. Their texts, by
#'   Project Gutenberg, are those of the R package janeaustenr 1.0.0
#'   (MIT + file LICENSE) by Julia Silge. `data-raw/austen.R` in the package's
#'   sources builds the matrix.
#'
#' @references
#' Silge, J. (2022). *janeaustenr: Jane Austen's Complete Novels*. R package
#' version 1.0.0.
#'
#' @examples
#' dim(austen$x)
#' table(austen$class)
#'
#' # Long chapters and common words count less on a log scale.
#' x <- austen$x
#' x@x <- log1p(x@x)
#' fit <- nmf(x, rank = 6, verbose = FALSE)
#' table(austen$class, predict(fit, type = "class"))
"austen"
