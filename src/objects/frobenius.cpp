// The losses of which a pass gathers statistics for W, the penalties and the solvers, compiled as one: see
// objects/core.cpp.
#include "loss/frobenius.cpp"
#include "loss/frobenius_online.cpp"
#include "loss/frobenius_stack.cpp"
#include "loss/joint.cpp"
#include "loss/penalty.cpp"
#include "loss/revive.cpp"
#include "loss/smoothness.cpp"
#include "loss/symmetric.cpp"
#include "solver/active_set.cpp"
#include "solver/solvers.cpp"
