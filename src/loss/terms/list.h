// The losses, in the order in which R shows them. To add one, write its file next to this one and add it here
// twice. Part of kernel/impl.h; the rest of the core finds a loss by its name (loss/entry_loss.h).
#include "loss/terms/beta.h"
#include "loss/terms/frobenius.h"
#include "loss/terms/itakura_saito.h"
#include "loss/terms/kullback_leibler.h"
#include "loss/terms/negative_binomial.h"

#define NN_LOSSES(ROW) \
  ROW(Frobenius)       \
  ROW(KullbackLeibler) \
  ROW(ItakuraSaito)    \
  ROW(Beta)            \
  ROW(NegativeBinomial)
