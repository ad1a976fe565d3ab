#!/usr/bin/env bash
# anndata 0.8.0 with loompy 3.0.7 (Debian 12): a table of cells and genes is written by write_loom() and read
# again by read_loom(), by their defaults.
#
# Guess: the same names of cells and genes, and the same counts.
# Seen: cells and genes are called "0", "1", "2", ... The writer puts names under "obs_names" and "var_names",
# the reader looks for "CellID" and "Gene", as other writers of loom have them; if they are not there it
# numbers, without a word. The names are a column of the annotation now. So tables of two files are joined by
# number, whatever their order, and other readers of loom find no names either. A count above 16,777,216 is
# rounded, as the reader makes float32 of it by default. H5AD keeps all.
. "$(dirname "$0")/common.sh"
debian_packages python3-anndata=0.8.0-4 python3-loompy=3.0.7+dfsg-2
"$python" -W ignore - "$home" >"$home/seen" 2>"$home/log" <<'PY' || { tail -5 "$home/log"; exit 2; }
import sys
import anndata
import loompy
import numpy as np

folder = sys.argv[1]


def table(cells, genes):
    counts = np.arange(len(cells) * len(genes), dtype=float).reshape(len(cells), -1)
    data = anndata.AnnData(counts, dtype="float64")
    data.obs_names, data.var_names = cells, genes
    return data


first = table(["AAC", "GGT", "TTG"], ["Actb", "Gapdh"])
first.X[0, 0] = 16777217
first.write_loom(f"{folder}/first.loom")
first.write_h5ad(f"{folder}/first.h5ad")
keys = {"obs_names": "obs_names", "var_names": "var_names"}
for kind, back in (
    ("h5ad", anndata.read_h5ad(f"{folder}/first.h5ad")),
    ("loom", anndata.read_loom(f"{folder}/first.loom")),
    ("loom, keys given", anndata.read_loom(f"{folder}/first.loom", **keys)),
):
    print(f"{kind}: cells {' '.join(back.obs_names)}, genes {' '.join(back.var_names)},",
          f"largest count {back.X.max():.0f}, columns of cells {list(back.obs)}")
with loompy.connect(f"{folder}/first.loom", "r") as file:
    print(f"in the file: {file.ca.keys()} {file.ra.keys()}")
table(["TTG", "AAC", "GGT"], ["Gapdh", "Actb"]).write_loom(f"{folder}/second.loom")
joined = anndata.concat([anndata.read_loom(f"{folder}/{name}.loom") for name in ("first", "second")])
names = " ".join(joined.var_names)
print(f"two files, genes in another order, joined: genes {names}, {joined.shape[0]} cells")
PY
cat >"$home/wanted" <<'SEEN'
h5ad: cells AAC GGT TTG, genes Actb Gapdh, largest count 16777217, columns of cells []
loom: cells 0 1 2, genes 0 1, largest count 16777216, columns of cells ['obs_names']
loom, keys given: cells AAC GGT TTG, genes Actb Gapdh, largest count 16777216, columns of cells []
in the file: ['obs_names'] ['var_names']
two files, genes in another order, joined: genes 0 1, 6 cells
SEEN
expect "$home/seen" "$home/wanted"
