#' Plot programs
#'
#' * `"similarity"`: a heat map of the similarity of all components, those of a program next to each other,
#'   the most similar to its consensus first; with bars for program, sample and rank. Components that are in
#'   no program are left out, unless `all = TRUE`.
#' * `"features"`: for each program bars for the features with the highest score, see [top_features()].
#' * `"coverage"`: a heat map of how many components of each sample a program has.
#' * `"W"`: a heat map of the consensus weights.
#'
#' @section Arguments of types:
#' \describe{
#'   \item{`all`}{For `"similarity"`: are components in no program drawn, too?}
#'   \item{`palette`}{For heat maps: colours from low to high.}
#'   \item{`n`, `by`, `labels`, `components`, `features`}{For `"features"` and `"W"`, see [plot.nmf()].}
#' }
#' @param x,object A result of [nmf_programs()].
#' @param type Type of plot.
#' @param ... Arguments of the type, by name. For `plot()` also graphical parameters of [graphics::par()].
#' @param main Title.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @inherit nmf_programs examples
#' @export
plot.nmf_programs <- function(x, type = c("similarity", "features", "coverage", "W"), ..., main = NULL) {
  p <- programs_plot(x, type, "x")
  draw_plot(p$model, p$class, p$type, list(...), main)
  invisible(x)
}

#' @rdname plot.nmf_programs
#' @exportS3Method ggplot2::autoplot
autoplot.nmf_programs <- function(object, type = c("similarity", "features", "coverage", "W"), ...,
                                  main = NULL) {
  p <- programs_plot(object, type, "object")
  auto_plot(p$model, p$class, p$type, list(...), main)
}

programs_plot <- function(x, type, arg) {
  check_programs(x, arg)
  type <- pick(type, c("similarity", "features", "coverage", "W"), "type")
  if (type %in% c("similarity", "coverage")) {
    return(list(model = x, class = "nmf_programs", type = type))
  }
  list(model = programs_model(x, arg), class = "nmf", type = type)
}
