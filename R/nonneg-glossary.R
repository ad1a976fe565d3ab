#' Glossary
#'
#' Words of this package and of its field, as they are used here.
#'
#' @section Data and factors:
#' \describe{
#'   \item{feature}{A row of the data `x`: a gene, a word, a pixel, a frequency. There are `l`.}
#'   \item{observation}{A column of `x`: a sample, a cell, a document, a picture, a moment. There are `n`.}
#'   \item{component}{A column of `W` with its row of `H`. Elsewhere: factor, part, metagene, program,
#'     signature, topic, endmember.}
#'   \item{`W`, basis, dictionary}{The `l` x `r` matrix of components: how much of each feature is in each.}
#'   \item{`H`, coefficients}{The `r` x `n` matrix of how much of each component is in each observation.
#'     Elsewhere: loadings, usages, activations, exposures, encodings.}
#'   \item{rank}{The number of components, `r`. Not the rank of `x` as a matrix, though it is at most that of
#'     `WH`.}
#'   \item{share}{The part that a component makes of the sum of `WH`. Components are in its decreasing order.}
#'   \item{scale}{`W H` does not change if a column of `W` is multiplied and its row of `H` divided by the
#'     same number: see [normalize()].}
#'   \item{storage}{How data are held: dense, sparse (only the nonzeros are stored), or delivered by blocks.}
#'   \item{stored zero}{An entry of sparse data that is stored though it is 0. It counts as any other 0.}
#'   \item{model}{Factors without the history of a fit, from [as_nmf()].}
#' }
#' @section What is minimised:
#' \describe{
#'   \item{loss}{How far `WH` is from `x`: a sum over entries. See [losses].}
#'   \item{penalty}{What is added to the loss for large or uneven factors: ridge, lasso, elastic net,
#'     smoothness.}
#'   \item{objective}{Loss and penalty together.}
#'   \item{deviance}{Twice the loss.}
#'   \item{explained}{One less the loss over that of a baseline; for squared error, the part of the sum of
#'     squares.}
#'   \item{weights}{Of entries, rows or columns: how much each counts. An entry of weight 0 is missing.}
#' }
#' @section How it is found:
#' \describe{
#'   \item{pass, iteration}{One update of `H` and one of `W`; for squared error one read of the data.}
#'   \item{half-problem}{The problem in one factor with the other one fixed. It is convex, the one in both is
#'     not.}
#'   \item{solver}{What updates a factor: see [nmf_solvers()].}
#'   \item{extrapolation}{A step beyond the last iterate in the direction of the last change, undone where the
#'     objective rises.}
#'   \item{start, run}{Where a fit begins; one fit from one start. The best of `nrun` is returned.}
#'   \item{stationary point}{A pair that no small change improves. There are many; one of them is best.}
#'   \item{KKT residual}{By how much the conditions of a stationary point fail (Karush, Kuhn and Tucker),
#'     relative to the data. A fit stops at `tol`.}
#'   \item{duality gap}{A bound on how far the objective can fall if one factor is replaced by its best
#'     value.}
#'   \item{certificate}{The residual and the gaps of the pair that is returned.}
#' }
#' @section How many components:
#' \describe{
#'   \item{survey}{Many starts and resamples at several ranks, [nmf_survey()].}
#'   \item{consensus matrix}{How often two observations are in the same component, over fits.}
#'   \item{cophenetic correlation, dispersion, silhouette, pac}{How clear cut a consensus is, see
#'     [consensus()].}
#'   \item{stability}{How alike the components of fits to resampled data are.}
#'   \item{held out}{Kept from the fit, to be predicted. Entries in [cross_validate()], or, for counts, a part
#'     of each count (thinning).}
#'   \item{one standard error}{The rule that takes the smallest rank within one standard error of the best.}
#' }
#' @section What a component is about:
#' \describe{
#'   \item{weight}{An entry of `W`.}
#'   \item{lift}{The part of a feature in a component over its part in the whole of the fit.}
#'   \item{specificity}{How much of a feature is in one component only.}
#'   \item{class of an observation}{The component that makes the largest part of it.}
#'   \item{coherence}{How often the top terms of a topic occur together.}
#' }
#' @seealso [nonneg-package] for a map of functions
#' @name glossary
#' @aliases nonneg_glossary
NULL
