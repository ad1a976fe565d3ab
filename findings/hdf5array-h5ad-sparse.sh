#!/usr/bin/env bash
# HDF5Array 1.26.0 with rhdf5 2.42.0 (Bioconductor 3.16, as Debian 12 has them) and h5py 3.7.0: H5ADMatrix() of files as
# anndata writes them, with the tables of cells and genes as groups (since version 0.7) and as data sets (before).
#
# Guess: sparse and dense X open in both, with names.
# Seen: with groups, a sparse X ends in an error about an H5IdComponent, while a dense X opens; with data sets both open.
# Names of genes are lost without a word where the index of the table has a name of its own ("gene_ids"), as it is
# when the table was read with one: only "_index" is looked for.
. "$(dirname "$0")/common.sh"
r_packages HDF5Array=1.26.0 rhdf5=2.42.0
# (Debian's h5py has no record of its version but in itself.)
python=
for one in python3 /usr/bin/python3; do
  if "$one" -c 'import h5py; assert h5py.__version__ == "3.7.0"' 2>/dev/null; then python=$one; fi
done
if [ -z "$python" ]; then echo "h5py 3.7.0 is not here"; exit 2; fi
"$python" - "$home" <<'PYTHON'
import sys, h5py, numpy as np
text = h5py.string_dtype("utf-8")
for tables in ("groups", "datasets"):
    for kind in ("sparse", "dense"):
        with h5py.File("%s/%s-%s.h5ad" % (sys.argv[1], tables, kind), "w") as f:
            for name, count, index in (("obs", 2, "_index"), ("var", 3, "gene_ids")):
                names = ["%s%d" % (name, k) for k in range(count)]
                if tables == "groups":
                    g = f.create_group(name)
                    g.attrs["_index"] = index
                    g.create_dataset(index, data=np.array(names, dtype=object), dtype=text)
                else:
                    f[name] = np.array([(s.encode(),) for s in names], dtype=[("index", "S8")])
            if kind == "dense":
                f["X"] = np.array([[1.0, 0, 2], [0, 3, 0]])
            else:
                g = f.create_group("X")
                g.attrs["encoding-type"], g.attrs["shape"] = "csr_matrix", np.array([2, 3])
                g["data"], g["indices"], g["indptr"] = np.array([1.0, 2, 3]), np.array([0, 2, 1]), np.array([0, 2, 3])
PYTHON
for file in groups-sparse groups-dense datasets-sparse datasets-dense; do
  Rscript --vanilla - "$home/$file.h5ad" $file 2>/dev/null <<'R'
suppressPackageStartupMessages(library(HDF5Array))
x <- suppressWarnings(tryCatch(H5ADMatrix(commandArgs(TRUE)[1]), error = function(e) conditionMessage(e)))
told <- if (is.character(x)) {
  paste("error:", gsub("\\s+", " ", x))
} else {
  paste("sum", sum(x), "genes", toString(rownames(x)), "cells", toString(colnames(x)))
}
cat(commandArgs(TRUE)[2], ": ", told, "\n", sep = "")
R
done >"$home/seen"
cat >"$home/wanted" <<'SEEN'
groups-sparse: error: Error in h5checktype(). Argument not of class H5IdComponent.
groups-dense: sum 6 genes  cells obs0, obs1
datasets-sparse: sum 6 genes var0, var1, var2 cells obs0, obs1
datasets-dense: sum 6 genes var0, var1, var2 cells obs0, obs1
SEEN
expect "$home/seen" "$home/wanted"
