#' Nonnegative matrix factorization
#'
#' Finds nonnegative `W` (l x r) and `H` (r x n) such that `W %*% H` is close to
#' the nonnegative data `x` (l x n). Rows of `x` are features (genes, terms,
#' pixels), columns are observations (samples, documents, pictures). Column k of
#' `W` is a component; column j of `H` tells how much of each component is in
#' column j of `x`.
#'
#' | To | Call |
#' |---|---|
#' | factorize `x` into 5 components | `fit <- nmf(x, 5)` |
#' | see `W`, `H`, their product | `basis(fit)`, `coef(fit)`, `fitted(fit)` |
#' | find the coefficients of new observations | `predict(fit, new)` |
#' | count data: the likelihood of a Poisson model | `nmf(x, 5, loss = "kl")` |
#' | take the best of 20 random starts | `set.seed(1); nmf(x, 5, nrun = 20)` |
#' | have zeros in the factors | `nmf(x, 5, alpha_W = 0.001, l1_ratio = 1)` |
#' | keep known components, and find 2 more | `nmf(x, ncol(A) + 2, fixed_W = A)` |
#' | leave entries out, or weigh them | `NA` in `x`, or `weights =` |
#' | take what is not stored as unknown (ratings) | `nmf(x, 5, missing = "zeros")` |
#' | go on from a fit, more exactly | `nmf(x, 5, init = fit, tol = 1e-6)` |
#' | choose the number of components | [nmf_survey()], [cross_validate()] |
#'
#' Names of losses, solvers, starts and other choices are taken in any case, names of your data as they stand.
#'
#' Arguments and result come next, then how it works, and examples at the end. [nonneg-package] is a map of
#' all functions, [glossary] explains the words, [coming_from] names the calls of other packages.
#'
#' @section Objective:
#' With \eqn{\beta} = `l1_ratio`, the fit minimises
#' \deqn{D(X, WH) + \alpha_W \beta n \|W\|_1 + \frac12 \alpha_W (1-\beta) n \|W\|_F^2
#'       + \alpha_H \beta l \|H\|_1 + \frac12 \alpha_H (1-\beta) l \|H\|_F^2}{
#'       D(X, WH) + aW b n |W|_1 + aW (1-b) n/2 |W|_F^2 + aH b l |H|_1 + aH (1-b) l/2 |H|_F^2}
#' over \eqn{W, H \ge 0}. For `loss = "frobenius"`,
#' \eqn{D = \frac12 \|X - WH\|_F^2}{D = 1/2 |X - WH|_F^2}; [divergence()] has the
#' formulas of the others. `"kullback-leibler"` is the loss for counts (it is their Poisson
#' likelihood up to a constant), `"itakura-saito"` for spectra and other
#' positive data whose errors are proportional to their size. This is the objective
#' of scikit-learn with the same names of the arguments; its `X` is `t(x)` here,
#' so that its `W` is `t(H)` and its `alpha_W` is `alpha_H`.
#'
#' @section How it works:
#' One iteration reads `x` once. For fixed `W` the columns of `H` are independent, so a block of
#' columns of `x` is solved for, and adds to what the update of `W` needs, while it is in the cache.
#' Iterations are extrapolated (Ang and Gillis 2019) and undone where that raises the objective, so
#' that the objective in `history` does not increase by more than its rounding error, which is up to
#' 1e-13 of \eqn{\sum x^\beta}{sum(x^beta)} and 1e-15 of the objective. The result has the same bits
#' for any number of threads.
#'
#' Solvers of the two half-problems:
#' * `"bpp"`: exact, by block principal pivoting (Kim and Park 2011). The default
#'   up to rank 40 where `x` is dense, up to 16 where it is sparse (see [nmf_solvers()]).
#' * `"cd"`: coordinate descent with a few sweeps, also known as accelerated HALS
#'   (Cichocki and Phan 2009; Gillis and Glineur 2012). The default for larger
#'   ranks.
#' * `"mu"`: multiplicative updates (Lee and Seung 2001). Far slower; what starts
#'   at 0 stays 0. Offered for comparison.
#'
#' @section Other losses:
#' The losses besides Frobenius are sums over entries of a function of \eqn{x_{ij}} and
#' \eqn{(WH)_{ij}}, the \eqn{\beta}-divergence or the negative binomial deviance: see [losses]. Solvers are:
#' * `"newton"`: for Kullback-Leibler. The quadratic model of the objective in one column of `H` (or row
#'   of `W`), with its whole Hessian, is minimized over nonnegative coefficients, and a step that
#'   turns out too long is cut; extrapolated. The default for dense `x` and ranks of at most 24, for
#'   sparse `x` and ranks of at most 16.
#' * `"cd"`: one multiplicative step and then a few sweeps of Newton steps, coordinate by
#'   coordinate (for Kullback-Leibler mostly two at a time), on the entries of one column of \eqn{X}
#'   (or row) at a time; extrapolated. The default for other losses and for larger ranks.
#' * `"mu"`: multiplicative updates, with the exponent that guarantees descent (Févotte and Idier
#'   2011); penalties are part of the step, not an afterthought, so that they keep the guarantee.
#'
#' For sparse `x` and Kullback-Leibler the work is in proportion to the nonzero entries; for the
#' others zeros have a loss of their own, so that the work is that of a dense matrix, a column at a
#' time. These losses read `x` twice per iteration, by columns and by rows, and keep a transposed
#' copy of it. Where `WH` is below 1e-16 of the largest entry of `x` it counts as that, so that the
#' loss is finite. The KKT residual is the one below, in the metric of the local quadratic model:
#' with \eqn{c} the curvature of the objective along a coefficient \eqn{h},
#' \eqn{\min(h \sqrt c, \nabla / \sqrt c)}{min(h sqrt(c), grad / sqrt(c))}, relative to
#' \eqn{\sqrt{\sum x^\beta}}{sqrt(sum(x^beta))}; for \eqn{\beta = 2} the two are the same. A duality
#' gap is known for Kullback-Leibler without a ridge penalty.
#'
#' @section Starts:
#' All but `"random"` begin with leading singular vectors of `x`. They come from a randomized method (Halko,
#' Martinsson and Tropp 2011) that reads `x` three times at any rank; of data with up to 200 rows or columns
#' from the exact eigenvectors of a cross product. Its random numbers are always the same ones and not those
#' of `set.seed()`, which governs `"random"` and `"nndsvdar"` alone. With weights of rows or columns they are
#' the singular vectors of `x` in the metric of the loss; weights of entries are left out of account.
#'
#' `"nndsvd"` is the default for every loss. Over nine data sets, genes, texts, faces, counts and noise, it
#' ended
#' 0.07\% above the lowest objective of all starts on average under the Frobenius loss and a random start
#' 0.09\%; under Kullback-Leibler 0.26\% and 0.22\%. It took 0.97 and 0.9 times the iterations of a random
#' start in the median, but 1.8 times as many for Kullback-Leibler on counts of blood cells. It needs no
#' random numbers, so that a fit can be repeated. Several random starts (`nrun`) find lower objectives still.
#'
#' `"sketch"` goes on from there with up to 100 iterations of a Frobenius fit to a sketch of `x`, its
#' projection on some 2r + 10 directions, which takes two reads of `x` in all (compression: Erichson et al.
#' 2018). Of dense data that are large both ways an iteration of the sketch costs far less than one of `x`;
#' and where what the sketch leaves out is noise, a few iterations with `x` itself remain. It is the default
#' there (a million numbers other than 0 or more, l n at least 8 (l + n) (2r + 10)), under the Frobenius loss,
#' without weights, missing entries, penalties and fixed coefficients.
#'
#' `"spa"` takes columns of `x` itself as `W`, by successive projection (Araújo et al. 2001): each time that
#' column, scaled to the sum 1, which is furthest from what those before it span. If there is a pure column
#' of every component (separable data: a pixel of each material, an anchor document of each topic), it finds
#' them, without noise exactly, and with noise of size \eqn{\epsilon}{e} up to an error in proportion to
#' \eqn{\epsilon\, \kappa(W)^2}{e * cond(W)^2} (Gillis and Vavasis 2014). One outlier takes a component;
#' columns with less than a hundredth of the mean sum are left out.
#'
#' @section Missing entries and weights:
#' An entry of `x` that is `NA` is missing: it does not count. In a sparse matrix that is a stored `NA`; a
#' position that is not stored is 0. With `weights` \eqn{v_{ij}} the loss is
#' \eqn{\sum_{ij} v_{ij}\, d(x_{ij}, (WH)_{ij})}{the sum of v[i,j] * d(x[i,j], (WH)[i,j])}, and an entry of
#' weight 0 is missing. Penalties are not weighted. Where more than half of all entries are missing only the
#' others are kept and looked at. For data of which few entries were observed, such as ratings in a sparse
#' matrix, `missing = "zeros"` says so once for all; where a rating may be 0, give `weights` as a sparse
#' matrix. A fit does not hold weights of entries: [predict()][predict.nmf], [residuals()][residuals.nmf]
#' and [impute()] warn if they are not given again.
#'
#' Rows and columns of `weights`, of `init` and of the fixed coefficients are matched with those of `x` by
#' name, in any order, where both have names, and otherwise by position.
#'
#' Every column of `H`, and row of `W`, then has a problem of its own. For the Frobenius loss its
#' matrix is \eqn{W^TW}{W'W} less the missing rows, or the sum over the observed ones, whichever are
#' fewer; `x` is read twice per iteration, by columns and by rows, and a transposed copy of it is kept.
#' The default start is `"random"`. A row or column without any observed entry gets coefficients of 0,
#' with a warning. [impute()] fills the gaps.
#'
#' @section Fixed coefficients:
#' `fixed_W` and `fixed_H` have a number where a coefficient is fixed, which stays exactly as it is, and
#' `NA` where it is to be found. A matrix with fewer components than `rank` is for the first ones:
#' signatures from an earlier study are columns of `fixed_W`, and the other `rank - ncol(fixed_W)`
#' components are new. A 0 is a coefficient that must be 0. Components then keep their order and the
#' names given.
#'
#' @section Constraints on H:
#' `sum_to_one = TRUE` makes every column of `H` a mixture: its coefficients are not negative and sum to 1,
#' so that a column of `x` is between the columns of `W`, which then are in the units of `x`. This is the
#' linear mixing model of hyperspectral images (Heinz and Chang 2001), fully constrained least squares.
#' `upper_H` bounds single coefficients. With `fixed_W` the spectra are known, and `predict()` keeps the
#' constraint for new columns. Both are exact in every half-problem, by coordinate descent with a clip and
#' by exchanges between pairs of coefficients. The KKT residual is then that of the constrained problem:
#' with \eqn{\lambda_j} the gradient that the positive coefficients of a column share (\eqn{\sum_k H_{kj}
#' \nabla_{kj}}{sum(H[, j] * grad[, j])}), \eqn{\nabla - \lambda}{grad - lambda} takes the place of
#' \eqn{\nabla}{grad}; at an upper bound \eqn{u} it is \eqn{\max(\nabla, H - u)}{max(grad, H - u)}. They are
#' for the Frobenius loss of complete data without weights, without `fixed_H` and `smooth_H`.
#'
#' Orthogonal rows of `H`, one component for each observation, and sparse factors need no constraint of
#' their own: see the examples.
#'
#' @section When it stops:
#' At `tol`, the fit is a stationary point up to a measured error. With columns of
#' \eqn{W} scaled to unit norm in the problem for \eqn{H}, and rows of \eqn{H} in
#' that for \eqn{W} (so that factors and gradients \eqn{\nabla} are in the units of
#' \eqn{X}; a ridge penalty counts as one more row or column), the relative KKT residual is
#' \deqn{\sqrt{\|\min(W, \nabla_W)\|_F^2 + \|\min(H, \nabla_H)\|_F^2} / \|X\|_F.}{
#'       sqrt(|min(W, gradW)|^2 + |min(H, gradH)|^2) / |X|_F.}
#' It does not change with the units of `x` or the scale of a component. But it is relative to all of `x`,
#' and one large feature may hide the others in that. So, besides `kkt <= tol`,
#' * the objective must have stopped falling: none of the last three iterations (but the first of all) may
#'   have lowered it by more than a thousandth of itself; and
#' * the duality gap of each half-problem, where the loss has one, must be a small part of the objective
#'   (`gap_tol` in [nmf_control()]).
#'
#' Data that are fitted exactly meet neither, as nothing is small next to an objective of 0. They stop where
#' it is at most \eqn{\frac12 (\mathrm{tol}\, \rho\, \|X\|_F)^2}{1/2 (tol rho |X|_F)^2}, where
#' \eqn{\rho}{rho} is the smallest sum of a row or column of \eqn{WH}, next to the mean: a residual that is
#' the same everywhere would then be within `tol` of the smallest row. Or they stop at the rounding error of
#' the objective. (For other losses \eqn{\sqrt{\sum x^\beta}}{sqrt(sum(x^beta))} stands in place of the
#' norm, and \eqn{\rho^{\beta/2}}{rho^(beta/2)} for \eqn{\rho}{rho}, which is at most 1.) Both are reported,
#' for the returned pair, in `certificate`. The column `kkt` of `history` is measured in every pass for the
#' pair that the pass starts from, whose `W` is extrapolated; the row of the returned pair holds the
#' certified value.
#'
#' @param x The data, l x n, none negative, none above 1e305; `NA` is missing: a matrix (double, integer or
#'   logical), a data frame of numbers, any matrix of package Matrix, an object of those under [adapters],
#'   [nmf_blocks()], or a store on disk, see [nmf_store()]. A double matrix and a `dgCMatrix` are used where
#'   they are, without a copy; a sparse matrix is never made dense. Rows and columns of zeros are fine.
#' @param rank Number of components r, at most 1000 or, if that is more, the larger of l and n. (The smaller
#'   of l and n is enough to fit any data exactly.) May be left out where `fixed_W` or `fixed_H` has all
#'   components.
#' @param loss What to minimise, see [losses]: a name, `"frobenius"`, `"kullback-leibler"` (or `"kl"`),
#'   `"itakura-saito"` (or `"is"`), `"negative-binomial"` (or `"nb"`); a number from -4 to 4, the
#'   \eqn{\beta} of a \eqn{\beta}-divergence (2, 1 and 0 are the losses with names); or an object such as
#'   `negative_binomial(dispersion = 0.5)`. For \eqn{\beta \le 0} all of `x` must be positive, or be raised
#'   to a `floor`, see [nmf_control()].
#' @param solver `"cd"`, `"bpp"` (Frobenius only), `"newton"` (Kullback-Leibler only), `"mu"`, or
#'   `NULL` for the fastest with this loss, rank and storage.
#' @param init Starting values: `"nndsvd"`, `"nndsvda"`, `"nndsvdar"` (Boutsidis and Gallopoulos 2008),
#'   `"sketch"` (from there to a fit to a sketch of `x`), `"nnsvdlrc"` (Atif, Qazi and Gillis 2019), `"spa"`
#'   (columns of `x`), `"random"` (uniform, scaled to the mean of `x`), a list with `W` (l x r), `H` (r x n)
#'   or both, where one that is missing is found from the other, without random numbers; or a fit, to go on
#'   from its `W` and `H`. `NULL` is `"random"` for several runs, where entries are missing, and where `rank`
#'   is above the smaller of l and n, so that there are not enough singular vectors; otherwise `"nndsvd"`, for
#'   large dense data under the Frobenius loss `"sketch"`, and with `solver = "mu"`, which would keep zeros,
#'   `"nndsvda"`. See the section on starts.
#' @param alpha_W,alpha_H Strength of the penalty on `W` and `H`, at least 0.
#'   Penalise both or none: with one of them 0, the other penalty can be made as
#'   small as you like by moving scale between the factors, so that there is no
#'   minimum; this gives a warning.
#' @param l1_ratio Part of the penalty that is L1, from 0 (ridge) to 1 (lasso).
#' @param smooth_W,smooth_H Strength of a penalty on the differences between neighbouring rows of `W` and
#'   columns of `H`, where they are neighbours in order, or [smoothness()] of a strength and a graph;
#'   `NULL` for none. It adds \eqn{\frac12 s\, n \sum_{i \sim i'} a_{ii'} \|W_i - W_{i'}\|^2}{s n/2 *
#'   sum a[i,i'] |W[i, ] - W[i', ]|^2} to the objective, and \eqn{\frac12 s\, l \sum_{j \sim j'} a_{jj'}
#'   \|H_j - H_{j'}\|^2}{ s l/2 * sum a[j,j'] |H[, j] - H[, j']|^2}. Penalise the other factor as well,
#'   as above.
#' @param weights Weights of the entries, none negative: a matrix or sparse matrix l x n; a vector with one
#'   for each column, or each row, of `x`; or `list(rows = , columns = )`, whose product it is. 0 is
#'   missing, whatever `x` holds there (also -999, `NaN`); where `x` is `NA` the weight may be `NA` too.
#' @param missing `"NA"`: what is `NA` is missing, and 0 is a number. `"zeros"`: entries of 0 are missing as
#'   well, so what a sparse matrix does not store. The fit remembers it, and all functions to which `x`, or
#'   new data, is given again obey it. `"error"`: an `NA` in `x` is an error that names the first of them.
#' @param negative `"error"`: entries of `x` below 0 are an error. `"allow"`, for the Frobenius loss: they are
#'   what noise made of small numbers, as in spectra less their background, and stay as they are; `W` and `H`
#'   are nonnegative all the same. Not with multiplicative updates, which need numbers that are not negative.
#'   The fit remembers it for data given again. Data that are centred, such as z-scores, have no nonnegative
#'   parts.
#' @param fixed_W,fixed_H Fixed coefficients, `NA` for those to be found: l x k and k x n with k up to `rank`.
#' @param upper_H Largest coefficient in `H` that is allowed, a number; `NULL` for any. See the section on
#'   constraints.
#' @param sum_to_one `TRUE`: the coefficients of every column of `H` sum to 1.
#' @param nrun Number of random starts; the fit with the lowest objective is
#'   returned, and `runs` tells about all of them.
#' @param max_iter Most iterations of one run.
#' @param tol Relative KKT residual at which to stop.
#' @param threads Number of threads. `NULL` is the option `nonneg.threads` if that
#'   is set, otherwise one per core, limited by `OMP_NUM_THREADS` and
#'   `OMP_THREAD_LIMIT` (and at most 2 under `R CMD check`). The result does not
#'   depend on it.
#' @param verbose `TRUE` shows a progress bar when a fit takes longer than 2 s.
#' @param control Options that are rarely needed: [nmf_control()], or a list of some of its arguments.
#' @param assay,layer For objects that hold several matrices, see [adapters]. The fit remembers them.
#' @param ... Not used; anything here is an error.
#'
#' @return An object of class `"nmf"`, described at [nmf-class]: `W`, `H`, the `history`, why it stopped,
#'   and the `certificate`. Components are in decreasing order of their share of the fit,
#'   \eqn{\sum_i W_{ik} \sum_j H_{kj}}{sum(W[, k]) * sum(H[k, ])}. On interrupt or after `max_seconds` the
#'   best factors so far are returned, with a warning (class `"nonneg_warning_stopped"`). So is a fit that
#'   has not converged in the iterations that `max_iter` allows by default (class
#'   `"nonneg_warning_convergence"`), unless `tol` is 0. Penalties that leave nothing but zeros are told as
#'   well (class `"nonneg_warning_zero"`), for the Frobenius loss with an `alpha_W` that would not; after an
#'   interrupt in a long iteration they come without a `certificate`. An interrupt before the first
#'   iteration, in the start, ends `nmf()` without a result.
#'
#' @section Errors:
#' Wrong input is an error of class `"nonneg_error_input"` that names the argument
#' and, for bad cells of `x`, the first of them.
#'
#' @references
#' Lee DD, Seung HS (2001). Algorithms for non-negative matrix factorization.
#' *Advances in Neural Information Processing Systems* 13.
#'
#' Boutsidis C, Gallopoulos E (2008). SVD based initialization: a head start for
#' nonnegative matrix factorization. *Pattern Recognition* 41(4), 1350--1362.
#' \doi{10.1016/j.patcog.2007.09.010}
#'
#' Halko N, Martinsson PG, Tropp JA (2011). Finding structure with randomness: probabilistic algorithms for
#' constructing approximate matrix decompositions. *SIAM Review* 53(2), 217--288. \doi{10.1137/090771806}
#'
#' Erichson NB, Mendible A, Wihlborn S, Kutz JN (2018). Randomized nonnegative matrix factorization. *Pattern
#' Recognition Letters* 104, 1--7. \doi{10.1016/j.patrec.2018.01.007}
#'
#' Atif SM, Qazi S, Gillis N (2019). Improved SVD-based initialization for
#' nonnegative matrix factorization using low-rank correction. *Pattern Recognition
#' Letters* 122, 53--59. \doi{10.1016/j.patrec.2019.02.018}
#'
#' Cichocki A, Phan AH (2009). Fast local algorithms for large scale nonnegative
#' matrix and tensor factorizations. *IEICE Transactions* E92-A(3), 708--721.
#' \doi{10.1587/transfun.E92.A.708}
#'
#' Kim J, Park H (2011). Fast nonnegative matrix factorization: an
#' active-set-like method and comparisons. *SIAM Journal on Scientific Computing*
#' 33(6), 3261--3281. \doi{10.1137/110821172}
#'
#' Gillis N, Glineur F (2012). Accelerated multiplicative updates and
#' hierarchical ALS algorithms for nonnegative matrix factorization. *Neural
#' Computation* 24(4), 1085--1105. \doi{10.1162/NECO_a_00256}
#'
#' Ang AMS, Gillis N (2019). Accelerating nonnegative matrix factorization
#' algorithms using extrapolation. *Neural Computation* 31(2), 417--439.
#' \doi{10.1162/neco_a_01157}
#'
#' Araújo MCU, Saldanha TCB, Galvão RKH, Yoneyama T, Chame HC, Visani V (2001). The successive projections
#' algorithm for variable selection in spectroscopic multicomponent analysis. *Chemometrics and Intelligent
#' Laboratory Systems* 57(2), 65--73. \doi{10.1016/S0169-7439(01)00119-8}
#'
#' Gillis N, Vavasis SA (2014). Fast and robust recursive algorithms for separable nonnegative matrix
#' factorization.
#' *IEEE Transactions on Pattern Analysis and Machine Intelligence* 36(4), 698--714.
#' \doi{10.1109/TPAMI.2013.226}
#'
#' Heinz DC, Chang CI (2001). Fully constrained least squares linear spectral mixture analysis method for
#' material quantification in hyperspectral imagery. *IEEE Transactions on Geoscience and Remote Sensing*
#' 39(3), 529--545.
#' \doi{10.1109/36.911111}
#'
#' Févotte C, Idier J (2011). Algorithms for nonnegative matrix factorization with
#' the beta-divergence. *Neural Computation* 23(9), 2421--2456.
#' \doi{10.1162/NECO_a_00168}
#'
#' @seealso [divergence()], [impute()], [predict.nmf()], [plot.nmf()], [summary.nmf()], [top_features()],
#'   [normalize()], [nnls()]
#' @examples
#' fit <- nmf(leukemia$x, rank = 3)
#' fit
#' table(predict(fit, type = "class"), leukemia$class)
#'
#' # Sparse data, a penalty that favours zeros
#' nmf(austen$x, rank = 6, alpha_W = 0.001, l1_ratio = 1)
#'
#' # Counts, with the likelihood of a Poisson model
#' nmf(austen$x, rank = 6, loss = "kullback-leibler")
#'
#' # Missing entries
#' holes <- leukemia$x
#' holes[5, 1:10] <- NA
#' fit <- nmf(holes, rank = 3)
#' impute(fit, holes)[5, 1:10]
#'
#' # One signature is known
#' known <- basis(fit)[, 1, drop = FALSE]
#' nmf(leukemia$x, rank = 3, fixed_W = known)
#'
#' # Mixtures: every column of H sums to 1
#' mixed <- nmf(leukemia$x, rank = 3, init = "spa", sum_to_one = TRUE)
#' range(colSums(coef(mixed)))
#'
#' # Orthogonal rows of H: a lasso that is strong enough leaves each observation one component
#' single <- nmf(sqrt(leukemia$x), rank = 3, alpha_W = 10, alpha_H = 10, l1_ratio = 1)
#' table(colSums(coef(single) > 0))
#' coef(single) %*% t(coef(single))
#'
#' # Several random starts
#' set.seed(1)
#' nmf(leukemia$x, rank = 3, nrun = 3)$runs
#' @export
nmf <- function(x, rank, loss = "frobenius", solver = NULL, init = NULL, ...,
                alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0, smooth_W = NULL, smooth_H = NULL,
                weights = NULL, missing = "NA", negative = "error",
                fixed_W = NULL, fixed_H = NULL, upper_H = NULL, sum_to_one = FALSE, nrun = 1, max_iter = 500,
                tol = 1e-4,
                threads = NULL, verbose = interactive(), control = nmf_control(),
                assay = NULL, layer = NULL) {
  need_arguments(x)
  UseMethod("nmf")
}

#' @export
nmf.default <- function(x, rank, loss = "frobenius", solver = NULL, init = NULL, ...,
                        alpha_W = 0, alpha_H = alpha_W, l1_ratio = 0, smooth_W = NULL, smooth_H = NULL,
                        weights = NULL, missing = "NA", negative = "error",
                        fixed_W = NULL, fixed_H = NULL, upper_H = NULL, sum_to_one = FALSE, nrun = 1,
                        max_iter = 500, tol = 1e-4,
                        threads = NULL, verbose = interactive(), control = nmf_control(),
                        assay = NULL, layer = NULL) {
  started <- proc.time()[["elapsed"]]
  check_dots_empty(...)
  rank <- if (base::missing(rank)) rank_of_fixed(fixed_W, fixed_H) else rank
  request <- check_request(
    loss, solver, alpha_W, alpha_H, l1_ratio, nrun, max_iter, tol, threads, control, smooth_W, smooth_H,
    upper_H, sum_to_one
  )
  check_flag(verbose, "verbose")
  data <- nmf_data(
    x, assay = assay, layer = layer, weights = weights, missing = missing,
    negative = may_be_negative(negative)
  )
  data <- shared_data(data)
  check_negative(data, request$loss_object, request$solver)
  problem <- fit_problem(data, rank, request, init, fixed_W, fixed_H)
  if (mixed_by_default(problem$data, problem$settings)) problem$options$mixed <- TRUE
  warn_of_problem(problem)
  found <- run_fits(problem, started, verbose && is_lead())
  # Who has set a limit knows of it; without a tolerance it is the only end.
  if (base::missing(max_iter) && request$tol > 0) warn_not_converged(found$fit, problem$settings)
  fit <- finish_problem(found, problem, proc.time()[["elapsed"]] - started, sanitized_call(match.call()))
  fit$data$annotation <- annotation_of(x)
  if (!problem$settings$loss_object$quadratic) fit$data$null_loss <- null_loss(problem$data, fit$settings)
  if (is.null(machines())) warn_all_zero(fit, problem$data)
  fit
}

# From the core's result to the object that users get: names, order, facts.
finish_fit <- function(fit, data, settings, runs, seconds, call, names = component_names(settings$rank)) {
  # Components that are fixed in part keep their places.
  order <- if (sum(settings$fixed) > 0) seq_len(settings$rank) else component_order(fit$W, fit$H)
  W <- fit$W[, order, drop = FALSE]
  H <- fit$H[order, , drop = FALSE]
  if (free_scale(settings)) {
    by <- even_split(W, H)
    if (any(by != 1)) {
      W <- scale_columns(W, by)
      H <- H / by
    }
  }
  dimnames(W) <- list(data$dimnames[[1]], names)
  dimnames(H) <- list(names, data$dimnames[[2]])
  end <- if (nrow(fit$history)) fit$history[nrow(fit$history), ] else fit$history[NA_integer_, ]
  new_nmf(
    W = W, H = H, history = fit$history,
    converged = fit$reason == "tol", reason = fit$reason,
    objective = end$objective, loss = end$loss, penalty = end$penalty,
    certificate = fit$certificate, settings = settings,
    data = list(
      nrow = data$dim[1], ncol = data$dim[2], class = data$class,
      nnz = data$scan$nnz, sum = data$scan$sum, sumsq = data$sumsq,
      observed = data$observed, weighted = data$weighted, weights = data$weights,
      zeros_missing = data$zeros_missing, negative = data$scan$n_negative > 0, assay = data$assay,
      layer = data$layer,
      weighting = data$weighting
    ),
    runs = runs, seconds = seconds, call = call
  )
}

# Does nothing of the problem depend on the split of scale between W and H?
free_scale <- function(settings) !has_penalty(settings) && sum(settings$fixed) == 0

# Extrapolation may carry a scale that is free far away (1e-30 in W, 1e30 in H). Powers of two bring such
# components back without a change of WH, not in its last bit; others are left as they are.
even_split <- function(W, H) {
  apart <- log2(summed(rowSums(H))) - log2(colSums(W))
  ifelse(is.finite(apart) & abs(apart) > 40, 2^round(apart / 2), 1)
}

run_summary <- function(run, fit) {
  end <- fit$history[max(nrow(fit$history), 1), ]
  data.frame(
    run = run, objective = end$objective, iterations = end$iteration,
    kkt = fit$certificate$kkt, converged = fit$reason == "tol", best = NA
  )
}

# The call as typed, without data that do.call() may have put in it: only short vectors and options stay.
sanitized_call <- function(call) {
  call[[1]] <- quote(nmf)
  short <- function(value) is.atomic(value) && is.null(dim(value)) && length(value) <= 10
  for (k in seq_along(call)[-1]) {
    value <- call[[k]]
    if (!is.language(value) && !short(value) && !inherits(value, "nmf_control")) call[[k]] <- quote(...)
  }
  call
}
