# Other packages have S4 generics of the names of ours. Attached after this one they hide ours, and would not
# know our objects; attached before it they are hidden, and ours would not know theirs. So methods for our
# classes are registered when those packages load, and our generics hand theirs on.

foreign_generics <- list(
  NMF = list(
    consensus = list(
      class = c("nmf_survey", "matrix"),
      method = function(object, ...) nonneg::consensus(object, ...)
    ),
    basis = list(class = "nmf", method = function(object, ...) nonneg::basis(object, ...))
  ),
  topicmodels = list(
    topics = list(
      class = "nmf_topics",
      method = function(x, k, threshold, ...) {
        if (!missing(threshold)) abort_input("{.fn topics} of a model from {.fn as_topics} has no \\
            {.arg threshold}.")
        nonneg::topics(x, n = if (missing(k)) 1 else k, ...)
      }
    )
  ),
  BiocGenerics = list(
    normalize = list(class = "nmf", method = function(object, ...) nonneg::normalize(object, ...))
  ),
  # Without dots: what to normalize and how go by position.
  tuneR = list(
    normalize = list(
      class = "nmf",
      method = function(object, unit, center, level, rescale, pcm) {
        arguments <- c(if (!missing(unit)) list(which = unit), if (!missing(center)) list(norm = center))
        do.call(nonneg::normalize, c(list(object), arguments))
      }
    )
  )
)

methods::setOldClass("nmf")
methods::setOldClass("nmf_survey")
methods::setOldClass("nmf_topics")

# Metadata of methods needs an environment that is not locked.
foreign_methods <- new.env()

register_foreign_methods <- function(package) {
  home <- asNamespace(package)
  for (name in names(foreign_generics[[package]])) {
    generic <- methods::getGeneric(name, where = home)
    if (is.null(generic)) next
    for (class in foreign_generics[[package]][[name]]$class) {
      if (methods::existsMethod(generic, class)) next
      methods::setMethod(generic, class, foreign_generics[[package]][[name]]$method, where = foreign_methods)
    }
  }
}

# What another package's generic of that name would do with an object that is not ours; an error of ours where
# there is none.
hand_on <- function(name, object, ..., wanted = "a fit from {.fn nmf}") {
  for (package in names(foreign_generics)) {
    if (!isS4(object) || !isNamespaceLoaded(package) || is.null(foreign_generics[[package]][[name]])) next
    generic <- methods::getGeneric(name, where = asNamespace(package))
    if (!is.null(generic) && !is.null(methods::selectMethod(generic, class(object)[1], optional = TRUE))) {
      return(generic(object, ...))
    }
  }
  abort_input(paste0("The first argument of {.fn {name}} must be ", wanted, ", not {describe(object)}."))
}

# Called when this package loads.
meet_foreign_generics <- function() {
  for (package in names(foreign_generics)) {
    local({
      package <- package
      if (isNamespaceLoaded(package)) register_foreign_methods(package)
      setHook(packageEvent(package, "onLoad"), function(...) register_foreign_methods(package))
    })
  }
}

#' @export
normalize.default <- function(x, ...) hand_on("normalize", x, ...)

#' @export
basis.default <- function(object, ...) hand_on("basis", object, ...)
