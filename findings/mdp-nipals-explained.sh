#!/usr/bin/env bash
# MDP 3.6 (Debian 12), NIPALSNode(output_dim = ): principal components one after the other, recommended where
# few are wanted; by its help explained_variance is the fraction of the total variance that is explained, as
# in PCANode.
#
# Guess: with one or two of six components what these explain, as PCANode says; never above 1.
# Seen: PCANode says 0.44 for two components of noise, NIPALSNode 1.013, and 1.013 for one and for six: all
# components are computed, whatever was asked for, and their variances, by n - 1, are divided by a total by n.
# Where output_dim is a fraction, which alone stops the loop, it is too large by the same factor, 1.010 in
# place of 0.998, and components are counted by it.
. "$(dirname "$0")/common.sh"
debian_packages python3-mdp=3.6-2
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { tail -5 "$home/log"; exit 2; }
import mdp
import numpy as np

random = np.random.RandomState(0)
noise = random.randn(80, 6)
line = random.randn(80, 1) * [3, 2, 1, 1, 1, 1] + noise / 10
for title, x in (("noise", noise), ("line", line)):
    for wanted in (1, 2, 6, 0.9):
        told = []
        for kind in (mdp.nodes.PCANode, mdp.nodes.NIPALSNode):
            node = kind(output_dim=wanted)
            node.train(x.copy())
            node.stop_training()
            told.append(f"{node.output_dim} components, explained {node.explained_variance:.3f}")
        print(f"{title}, output_dim {wanted}: PCANode {told[0]}; NIPALSNode {told[1]}")
PY
cat >"$home/wanted" <<'SEEN'
noise, output_dim 1: PCANode 1 components, explained 0.234; NIPALSNode 1 components, explained 1.013
noise, output_dim 2: PCANode 2 components, explained 0.437; NIPALSNode 2 components, explained 1.013
noise, output_dim 6: PCANode 6 components, explained 1.000; NIPALSNode 6 components, explained 1.013
noise, output_dim 0.9: PCANode 6 components, explained 1.000; NIPALSNode 6 components, explained 1.013
line, output_dim 1: PCANode 1 components, explained 0.998; NIPALSNode 1 components, explained 1.013
line, output_dim 2: PCANode 2 components, explained 0.998; NIPALSNode 2 components, explained 1.013
line, output_dim 6: PCANode 6 components, explained 1.000; NIPALSNode 6 components, explained 1.013
line, output_dim 0.9: PCANode 1 components, explained 0.998; NIPALSNode 1 components, explained 1.010
SEEN
expect "$home/seen" "$home/wanted"
