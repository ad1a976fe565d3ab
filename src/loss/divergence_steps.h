// The steps of one item, or of kLanes at once: the same text. Part of loss/divergence_item.cpp and
// loss/divergence_lanes.cpp.
#ifndef NONNEG_DIVERGENCE_STEPS_H
#define NONNEG_DIVERGENCE_STEPS_H

#include "loss/divergence.h"

namespace nonneg {

// g.panel.h is where it starts and ends.
template <class Group>
void Divergence::run(const Task& task, Group& g) const {
  const bool newton = this->newton(task) && task.solve;
  const auto look = [&] { newton ? g.newton_sums() : g.gradient(); };
  look();
  if (task.before) g.measure();
  if (!task.solve) return;

  if (!solver_.multiplicative && !task.safe && g.lift() && newton) look();
  if (newton) {
    if (kernels().panel_majorize(g.panel, kEager)) look();
    g.newton();
  } else {
    majorize(g.panel, g.pull);
    if (g.has_sweeps() && !task.safe) {
      g.sweep();
    } else {
      for (int step = 1; step < g.p.sweeps; ++step) {
        g.gradient();
        majorize(g.panel, g.pull);
      }
    }
  }
  g.solved();
  if (!task.after) return;
  g.gradient();
  if (newton && kernels().newton_cut(g.panel, g.work)) g.gradient();
  g.measure();
}

}  // namespace nonneg

#endif
