// The border with R, compiled as one: reading Rcpp and making what is used of its templates is most of what
// each of its files costs. One by one they took nearly four times as long. Names in namespaces without a name
// must differ between these files. Armadillo comes before Rcpp.h, which the others include; generated code
// includes both.
#include <RcppArmadillo.h>

#include "RcppExports.cpp"
#include "r_checksum.cpp"
#include "r_defaults.cpp"
#include "r_fit.cpp"
#include "r_held_out.cpp"
#include "r_joint.cpp"
#include "r_leading.cpp"
#include "r_linear.cpp"
#include "r_list.cpp"
#include "r_multiply.cpp"
#include "r_nndsvd.cpp"
#include "r_nnls.cpp"
#include "r_options.cpp"
#include "r_scan.cpp"
#include "r_sketch.cpp"
#include "r_source.cpp"
#include "r_store.cpp"
#include "r_symmetric.cpp"
#include "r_threads.cpp"
