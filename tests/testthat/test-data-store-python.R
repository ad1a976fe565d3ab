# Stores from files as h5py and scipy write them: what anndata and Cell Ranger make, in the types that are met.

# Writes files into the folder it is given, of the counts in counts.csv (features in rows).
write_files <- '
import sys, os, gzip
import h5py, numpy as np, scipy.sparse as sp
from scipy.io import mmwrite
folder = sys.argv[1]
X = np.loadtxt(folder + "/counts.csv", delimiter=",").T
cells, genes = X.shape
names = [["c%d" % i for i in range(cells)], ["g%d" % i for i in range(genes)]]
text = h5py.string_dtype("utf-8")

def table(f, name, index, key="_index"):
    g = f.create_group(name)
    g.attrs["encoding-type"], g.attrs["_index"] = "dataframe", key
    g.create_dataset(key, data=np.array(index, dtype=object), dtype=text)
    k = g.create_group("celltype")
    k.attrs["encoding-type"] = "categorical"
    k.create_dataset("codes", data=(np.arange(len(index)) % 3 - 1).astype("i1"))
    k.create_dataset("categories", data=np.array(["a", "b", "c"], dtype=object), dtype=text)
    b = g.create_group("flag")
    b.create_dataset("mask", data=np.zeros(len(index), bool))
    b.create_dataset("values", data=np.ones(len(index), bool))

def sparse(f, name, M, kind="csr", pointer="i8", index="i4", value="f4", old=False):
    M = sp.csr_matrix(M) if kind == "csr" else sp.csc_matrix(M)
    g = f.create_group(name)
    if old:
        g.attrs["h5sparse_format"], g.attrs["h5sparse_shape"] = kind, np.array(M.shape)
    else:
        g.attrs["encoding-type"], g.attrs["shape"] = kind + "_matrix", np.array(M.shape)
    for part, type in (("data", value), ("indices", index), ("indptr", pointer)):
        g.create_dataset(part, data=getattr(M, part).astype(type), chunks=True, compression="gzip", maxshape=(None,))

def new(name):
    f = h5py.File(folder + "/" + name, "w")
    table(f, "obs", names[0])
    table(f, "var", names[1], "gene_ids")
    return f

types = dict(f4="f4", f8="f8", f2="f2", i8="i8", u1="u1", u2="u2", u4="u4", big=">f4", bool="?")
for kind in ("csr", "csc"):
    for name, value in types.items():
        with new("%s-%s.h5ad" % (kind, name)) as f:
            wide = name in ("f8", "big")
            sparse(f, "X", X > 0 if value == "?" else X, kind, ">i8" if name == "big" else "i8",
                   "i8" if wide else "u4" if name == "u4" else "i4", value)
            sparse(f, "layers/twice", 2 * X, kind)
            f["layers"].create_dataset("dense", data=X.astype("f4"), chunks=(4, 5), compression="gzip")
            sparse(f, "raw/X", np.hstack([X, X[:, :2]]), kind)
            table(f, "raw/var", names[1] + ["more1", "more2"])
            f.create_group("uns")
            f.create_dataset("obsm/X_pca", data=np.zeros((cells, 2)))
with new("dense-bool.h5ad") as f:
    f.create_dataset("X", data=X > 0)
# Versions before 0.7: tables of one data set each.
with h5py.File(folder + "/old.h5ad", "w") as f:
    sparse(f, "X", X, pointer="i4", old=True)
    sparse(f, "raw.X", 3 * X[:, :2], pointer="i4", old=True)
    for name, index in (("obs", names[0]), ("var", names[1]), ("raw.var", names[1][:2])):
        f.create_dataset(name, data=np.array([(s.encode(), 1.0) for s in index], dtype=[("index", "S8"), ("n", "f8")]))
# X that is None, one layer or two; entries in any order, and in parts.
for count in (1, 2):
    with new("none-%d.h5ad" % count) as f:
        f.create_dataset("X", data=h5py.Empty("f4"))
        for k in range(count):
            sparse(f, "layers/layer%d" % k, X)
with new("text.h5ad") as f:
    f.create_dataset("X", data=np.array([["a"] * genes] * cells, dtype="S2"))
with new("parts.h5ad") as f:
    M = sp.coo_matrix(X)
    at = np.lexsort((-M.col, M.row))
    row, col, x = (np.repeat(v[at], 2) for v in (M.row, M.col, M.data / 2))
    g = f.create_group("X")
    g.attrs["encoding-type"], g.attrs["shape"] = "csr_matrix", np.array(M.shape)
    g["data"], g["indices"] = x, col
    g["indptr"] = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=cells))])

# Cell Ranger, version 3 with two types of features, version 2 with two genomes.
def tenx(path, groups, types=None):
    with h5py.File(folder + "/" + path, "w") as f:
        for name, M in groups.items():
            G, g = sp.csc_matrix(M.T), f.create_group(name)
            how = dict(chunks=(50,), compression="gzip", compression_opts=4, shuffle=True, maxshape=(None,))
            ids = np.array(names[1], "S18")
            for part, value in (("barcodes", np.array(names[0], "S18")), ("data", G.data.astype("i4")),
                                ("indices", G.indices.astype("i8")), ("indptr", G.indptr.astype("i8")),
                                ("shape", np.array(G.shape, "i4"))):
                g.create_dataset(part, data=value, **how)
            if types is None:
                g["genes"] = g["gene_names"] = ids
            else:
                t = g.create_group("features")
                t["id"], t["name"], t["feature_type"] = ids, np.array(["same"] * genes, "S8"), np.array(types, "S256")
                t["_all_tag_keys"] = np.array([b"genome"], "S256")

tenx("v3.h5", {"matrix": X}, ["Gene Expression"] * (genes - 2) + ["Antibody Capture"] * 2)
tenx("v2.h5", {"GRCh38": X, "mm10": 2 * X})
with h5py.File(folder + "/molecule_info.h5", "w") as f:
    f["barcode_idx"] = np.arange(5)

# MatrixMarket of scipy, and the folder of Cell Ranger, whose gzip has several members as those of bgzip.
T = X.T
mmwrite(folder + "/real.mtx", sp.coo_matrix(T), comment="two lines\\nof comment")
mmwrite(folder + "/integer.mtx", sp.coo_matrix(T.astype("i8")), field="integer")
mmwrite(folder + "/unsigned.mtx", sp.coo_matrix(T.astype("u8")))
mmwrite(folder + "/array.mtx", T)
mmwrite(folder + "/pattern.mtx", sp.coo_matrix(T), field="pattern")
whole = open(folder + "/integer.mtx", "rb").read()
open(folder + "/windows.mtx", "wb").write(whole.replace(b"\\n", b"\\r\\n"))
os.makedirs(folder + "/tenx")
half = len(whole) // 2
with open(folder + "/tenx/matrix.mtx.gz", "wb") as f:
    f.write(gzip.compress(whole[:half]) + gzip.compress(whole[half:]))
with gzip.open(folder + "/tenx/features.tsv.gz", "wt") as f:
    f.write("".join("%s\\tName q\'\\tGene Expression\\n" % s for s in names[1]))
with gzip.open(folder + "/tenx/barcodes.tsv.gz", "wt") as f:
    f.write("".join(s + "\\n" for s in names[0]))
'

python_files <- function(env = parent.frame()) {
  skip_on_cran()
  python <- python_with("h5py", "scipy")
  skip_if_not(nzchar(python), "no Python with h5py and scipy")
  folder <- withr::local_tempdir(.local_envir = env)
  x <- as.matrix(sparse_data(12, 15, 0.4))
  x <- round(200 * x / max(x)) # small enough for a byte
  utils::write.table(x, file.path(folder, "counts.csv"), sep = ",", row.names = FALSE, col.names = FALSE)
  script <- withr::local_tempfile(lines = write_files, fileext = ".py")
  said <- suppressWarnings(system2(python, c(shQuote(script), shQuote(folder)), stdout = TRUE, stderr = TRUE))
  if (!is.null(attr(said, "status"))) stop(paste(said, collapse = "\n"))
  dimnames(x) <- list(paste0("g", 0:11), paste0("c", 0:14))
  list(x = x, at = function(name) file.path(folder, name))
}

test_that("files that h5py and scipy write, in all of their types", {
  files <- python_files()
  x <- files$x
  is_there <- (x > 0) + 0
  read <- function(name, ...) as.matrix(local_store(files$at(name), ..., env = parent.frame()))
  plain <- unname(x)
  for (kind in c("real", "integer", "unsigned", "array", "windows")) {
    expect_identical(read(paste0(kind, ".mtx")), plain, label = kind)
  }
  expect_identical(read("pattern.mtx"), unname(is_there))
  expect_identical(read("tenx"), x)
  skip_if_not_installed("rhdf5")
  more <- rbind(x, more1 = x[1, ], more2 = x[2, ])
  for (kind in c("csr", "csc")) {
    for (type in c("f4", "f8", "f2", "i8", "u1", "u2", "u4", "big", "bool")) {
      file <- sprintf("%s-%s.h5ad", kind, type)
      expect_identical(read(file), if (type == "bool") is_there else x, label = file)
    }
    expect_identical(read(file, layer = "twice"), 2 * x)
    expect_identical(read(file, layer = "dense"), x)
    expect_identical(read(file, layer = "raw"), more)
  }
  expect_identical(read("dense-bool.h5ad"), is_there)
  expect_identical(read("old.h5ad"), x)
  expect_identical(read("old.h5ad", layer = "raw"), 3 * x[1:2, ])
  expect_identical(read("none-1.h5ad"), x)
  expect_identical(read("none-2.h5ad", layer = "layer1"), x)
  expect_identical(read("parts.h5ad"), x)
  expect_identical(read("v3.h5"), x)
  expect_identical(read("v3.h5", assay = "Antibody Capture"), x[11:12, ])
  expect_identical(read("v2.h5", assay = "mm10"), 2 * x)
  withr::local_options(cli.width = 500)
  hide <- function(lines) gsub("file \"[^\"]*[/\\\\]", "file \"", lines)
  expect_snapshot({
    fault(nmf_store(files$at("v2.h5"), tempfile()))
    fault(nmf_store(files$at("none-2.h5ad"), tempfile()))
    fault(nmf_store(files$at("none-2.h5ad"), tempfile(), layer = "X"))
    fault(nmf_store(files$at("text.h5ad"), tempfile()))
    fault(nmf_store(files$at("molecule_info.h5"), tempfile()))
  }, transform = hide)
  # Nothing stays open.
  expect_identical(nrow(rhdf5::h5listIdentifier()), 0L)
})
