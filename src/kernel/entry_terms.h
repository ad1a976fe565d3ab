// The terms of every entry listed of an item at p.h, with its weights: what its rows are to know of it when
// they are solved (loss/row_sums.h). Of numbers of either length, as in kernel/entry.h. Part of
// kernel/impl.h.

// above, below and curve, n numbers each; `below` only where it does not come in by sums: else it is the
// weights. p.q becomes Ah. The curvature is that of the gradient, see entry_gradient.
template <class Loss>
static void entry_terms(const EntryProblem& p, const Loss& loss, number* above, number* below,
                        number* curve) {
  entry_product(p, p.h);
  for (std::ptrdiff_t i = 0; i < p.n; i += VL) {
    const Terms t =
        loss(load(p.x + i), at_least(load(p.q + i), p.floor), parameters_at<Loss>(p.parameters, i));
    const vec v = p.v ? load(p.v + i) : splat(1.0);
    store(above + i, v * t.above);
    store(below + i, Loss::kBySums ? v : v * t.below);
    store(curve + i, v * (Loss::kConvex ? t.curve : max(t.curve, splat(0.25) * t.bound)));
  }
}
