# Installs nonneg into the first library that can be written to.

source("tools/common.R")
root()
need_compiler()
lib <- writable_library()
install_package(lib, docs = TRUE)
say("nonneg is in ", lib)
