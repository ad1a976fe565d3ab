#!/usr/bin/env bash
# scikit-bio 0.5.8 (Debian 12), mcintosh_e(), "McIntosh's evenness measure E", and gini_index() by its
# default, "rectangles", of four species in four samples, from all equal to one that has nearly all.
#
# Guess: evenness is 1 for the even sample and falls, as the other three measures of evenness do; the Gini
# index is 0 there and rises towards 3/4, the largest value for four.
# Seen: McIntosh's evenness is smallest for the even sample, 0.52, and 1 for the most uneven: what its formula
# gives is dominance. The Gini index goes from -0.25 to 0.47, 1/4 too low everywhere, though its help defines
# it as a part of an area; with twice as many species that lack half, the shift is 1/8. So indices of tables
# of different width cannot be compared; "trapezoids" is right.
. "$(dirname "$0")/common.sh"
debian_python_unpacked python3-skbio=0.5.8-4
"$python" -W ignore - >"$home/seen" 2>"$home/log" <<'PY' || { tail -5 "$home/log"; exit 2; }
import numpy as np
from skbio.diversity import alpha


def gini(x):
    n = len(x)
    return (2 * np.arange(1, n + 1) - n - 1) @ np.sort(x) / (n * x.sum())


for counts in ([25, 25, 25, 25], [40, 30, 20, 10], [70, 20, 5, 5], [97, 1, 1, 1]):
    x = np.array(counts)
    evenness = (alpha.pielou_e(x), alpha.simpson_e(x), alpha.heip_e(x), alpha.mcintosh_e(x))
    print(f"{counts}: evenness of Pielou {evenness[0]:.2f}, Simpson {evenness[1]:.2f},",
          f"Heip {evenness[2]:.2f}, McIntosh {evenness[3]:.2f}")
    for title, y in (("", x), (" with four zeros", np.append(x, [0] * 4))):
        print(f"{counts}{title}: Gini {gini(y):.2f}, gini_index {alpha.gini_index(y):.2f},",
              f"by trapezoids {alpha.gini_index(y, method='trapezoids'):.2f}")
PY
cat >"$home/wanted" <<'SEEN'
[25, 25, 25, 25]: evenness of Pielou 1.00, Simpson 1.00, Heip 1.00, McIntosh 0.52
[25, 25, 25, 25]: Gini 0.00, gini_index -0.25, by trapezoids 0.00
[25, 25, 25, 25] with four zeros: Gini 0.50, gini_index 0.38, by trapezoids 0.50
[40, 30, 20, 10]: evenness of Pielou 0.92, Simpson 0.83, Heip 0.87, McIntosh 0.56
[40, 30, 20, 10]: Gini 0.25, gini_index 0.00, by trapezoids 0.25
[40, 30, 20, 10] with four zeros: Gini 0.62, gini_index 0.50, by trapezoids 0.62
[70, 20, 5, 5]: evenness of Pielou 0.63, Simpson 0.47, Heip 0.46, McIntosh 0.75
[70, 20, 5, 5]: Gini 0.53, gini_index 0.28, by trapezoids 0.53
[70, 20, 5, 5] with four zeros: Gini 0.76, gini_index 0.64, by trapezoids 0.76
[97, 1, 1, 1]: evenness of Pielou 0.12, Simpson 0.27, Heip 0.06, McIntosh 1.00
[97, 1, 1, 1]: Gini 0.72, gini_index 0.47, by trapezoids 0.72
[97, 1, 1, 1] with four zeros: Gini 0.86, gini_index 0.73, by trapezoids 0.86
SEEN
expect "$home/seen" "$home/wanted"
