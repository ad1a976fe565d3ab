// Kernels for one instruction set; included by kernel_<isa>.cpp, which defines
// NN_ISA and NN_VBYTES. See kernels.h for what each one computes.
#include "kernel/headers.h"

// Where variables are is not told to debuggers: finding that out takes a fifth of the time of compiling these
// files. The code is the same.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-var-tracking")
#endif

namespace nonneg {
namespace NN_ISA {

constexpr bool kWide = NN_VBYTES == 64;  // 32 registers
constexpr int kLineV = 64 / NN_VBYTES;   // registers per line of the cache

#include "kernel/doubles.h"

// In this order: some use what the ones before them define.
// clang-format off
#include "kernel/tile.h"
#include "kernel/dense.h"
#include "kernel/gram.h"
#include "kernel/sparse.h"
#include "kernel/turn.h"
#include "kernel/panel.h"
#include "kernel/extrapolate.h"
#include "kernel/gather.h"
#include "kernel/lanes.h"
#include "kernel/lanes_own.h"
#include "kernel/lanes_mu.h"
#include "kernel/bpp.h"
#include "kernel/scan.h"
#include "kernel/math.h"
#include "loss/terms/terms.h"
#include "loss/terms/power.h"
#include "loss/terms/list.h"
#include "kernel/entry.h"
#include "kernel/entry_lanes.h"
#include "kernel/entry_terms.h"
#include "kernel/entry_pairs.h"
#include "kernel/entry_pairs_lanes.h"
#include "kernel/entry_hessian.h"
#include "kernel/entry_newton.h"
#include "kernel/entry_panel.h"
#include "kernel/entry_losses.h"

// Products, coordinate descent and the entries of Kullback-Leibler once more, of numbers of half the length.
namespace single {
#include "kernel/singles.h"
#include "kernel/tile.h"
#include "kernel/dense.h"
#include "kernel/sparse.h"
#include "kernel/turn.h"
#include "kernel/panel.h"
#include "kernel/gather.h"
#include "kernel/lanes.h"
#include "kernel/math_singles.h"
#include "loss/terms/terms.h"
#include "loss/terms/kullback_leibler.h"
#include "kernel/entry.h"
#include "kernel/entry_pairs.h"
#include "kernel/entry_hessian.h"
#include "kernel/entry_terms.h"

static void kl_cd(const EntryProblem& p) { p.v ? entry_cd_pairs<true>(p) : entry_cd_pairs<false>(p); }
static void kl_gradient(const EntryProblem& p, const EntryPanel& out) {
  const KullbackLeibler loss(0);
  p.v ? entry_gradient<true>(p, loss, out) : entry_gradient<false>(p, loss, out);
}
static double kl_value(const EntryProblem& p) { return entry_value(p, KullbackLeibler(0)); }
static void kl_terms(const EntryProblem& p, float* above, float* below, float* curve) {
  entry_terms(p, KullbackLeibler(0), above, below, curve);
}
}  // namespace single
// clang-format on

// Every field by its name. Constant, so that nothing of this instruction set runs at load.
static constexpr Kernels all_kernels() {
  Kernels k{};
  k.isa = NN_ISA_NAME;
  k.tn = tn<false>;
  k.tn_gaps = tn<true>;
  k.single = {single::tn<false>, single::nt,          single::sparse_tn,
              single::sparse_nt, single::sparse_pack, single::sparse_add_up};
  k.single_lanes = {single::to_panel, single::from_panel, single::cd_shared, single::certify_shared};
  k.nt = nt;
  k.gram_rows = gram_rows;
  k.sparse_tn = sparse_tn;
  k.sparse_nt = sparse_nt;
  k.sparse_pack = sparse_pack;
  k.sparse_add_up = sparse_add_up;
  k.to_panel = to_panel;
  k.from_panel = from_panel;
  k.extrapolate = extrapolate;
  k.cd = cd;
  k.bpp = bpp;
  k.mu = mu;
  k.certify = certify;
  k.losses = loss_table;
  k.loss_count = kLossCount;
  k.entries.gather = gather;
  k.entries.sums = entries_sums;
  k.entries.reconstructed = entries_reconstructed;
  k.entries.lost = entries_lost;
  k.entries.newton_sums = entries_newton_sums;
  k.single_entries = {single::gather,       single::entries_rescale,
                      single::entries_sums, single::entries_reconstructed,
                      single::entries_lost, single::entries_newton_sums,
                      single::kl_cd,        single::kl_gradient,
                      single::kl_value,     single::kl_terms};
  k.lanes_newton_sums = lanes_newton_sums;
  k.newton_step = newton_step;
  k.lanes_newton = lanes_newton;
  k.newton_cut = newton_cut;
  k.panel_majorize = panel_majorize;
  k.panel_certify = panel_certify;
  k.lanes_lost = lanes_lost;
  k.scan = scan;
  k.rescale = rescale;
  return k;
}
extern const Kernels table;
constexpr Kernels kAll = all_kernels();
const Kernels table = kAll;

}  // namespace NN_ISA
}  // namespace nonneg
