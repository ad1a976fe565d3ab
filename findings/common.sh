# What the scripts of this folder share:  . "$(dirname "$0")/common.sh"
#
# Packages go into a temporary folder, which is removed at the end. Nothing of nonneg is used.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/r"
export R_LIBS="$home/r${R_LIBS:+:$R_LIBS}"

# r_packages NAME=VERSION ...: these versions, from the repository that R is set up with or from its archive.
# One that is already installed in that version is taken as it is; so is what they need.
r_packages() {
  Rscript --vanilla - "$home/r" "$@" >"$home/install.log" 2>&1 <<'R' || { tail -20 "$home/install.log"; exit 2; }
wanted <- strsplit(commandArgs(TRUE)[-1], "=", fixed = TRUE)
library <- commandArgs(TRUE)[1]
if ("@CRAN@" %in% getOption("repos")) chooseCRANmirror(graphics = FALSE, ind = 1)
offered <- available.packages(filters = c("R_version", "OS_type", "duplicates"))
for (one in wanted) {
  name <- one[1]
  version <- one[2]
  has <- tryCatch(format(packageVersion(name)), error = function(e) "")
  if (has == format(package_version(version))) next
  if (name %in% rownames(offered) && offered[name, "Version"] == version) {
    install.packages(name, lib = library, quiet = TRUE)
  } else {
    if (name %in% rownames(offered)) {
      needs <- tools::package_dependencies(name, offered, recursive = FALSE)[[1]]
      needs <- setdiff(needs, rownames(installed.packages()))
      if (length(needs)) install.packages(needs, lib = library, quiet = TRUE)
    }
    folder <- file.path(contrib.url(getOption("repos")[1], "source"), "Archive", name)
    install.packages(
      file.path(folder, paste0(name, "_", version, ".tar.gz")), lib = library, repos = NULL,
      type = "source", quiet = TRUE
    )
  }
  stopifnot(format(packageVersion(name)) == format(package_version(version)))
}
R
}

# r_any NAME ...: any version of these, for what a package from the archive needs: one that is there, or the newest.
r_any() {
  Rscript --vanilla - "$home/r" "$@" >"$home/install.log" 2>&1 <<'R' || { tail -20 "$home/install.log"; exit 2; }
wanted <- commandArgs(TRUE)
missing <- setdiff(wanted[-1], rownames(installed.packages()))
if ("@CRAN@" %in% getOption("repos")) chooseCRANmirror(graphics = FALSE, ind = 1)
if (length(missing)) install.packages(missing, lib = wanted[1], quiet = TRUE)
stopifnot(wanted[-1] %in% rownames(installed.packages()))
R
}

# expect FILE WANTED: the output seen is the one written down; otherwise both are shown, exit status 1.
expect() {
  if diff "$1" "$2" >"$home/diff"; then
    cat "$1"
    echo "as written down"
  else
    echo "changed (< now, > written down):"
    cat "$home/diff"
    exit 1
  fi
}

# python_with NAME=VERSION ...: sets $python to one that has them: that of the system, or a new one in the
# temporary folder.
python_with() {
  local check="import sys; from importlib.metadata import version
for one in sys.argv[1:]:
    name, wanted = one.split('=')
    assert version(name) == wanted, one"
  for python in python3 /usr/bin/python3; do
    if "$python" -c "$check" "$@" 2>/dev/null; then return; fi
  done
  python3 -m venv "$home/python"
  python="$home/python/bin/python"
  "$python" -m pip install -q "${@//=/==}" >"$home/install.log" 2>&1 || { tail -20 "$home/install.log"; exit 2; }
}

# npm_packages NAME=VERSION ...: these versions, for node, in the temporary folder, which it changes to.
npm_packages() {
  npm install --prefix "$home" --no-save --ignore-scripts --no-audit --no-fund "${@//=/@}" \
    >"$home/install.log" 2>&1 || { tail -20 "$home/install.log"; exit 2; }
  cd "$home"
}

# debian_python NAME=VERSION ...: these versions of Debian's packages for Python, unpacked in the temporary
# folder. What they need besides must be there: see python_with.
debian_python() {
  (cd "$home" && apt-get download "$@" && for one in ./*.deb; do dpkg -x "$one" .; done) \
    >"$home/install.log" 2>&1 || { tail -3 "$home/install.log"; exit 2; }
  export PYTHONPATH="$home/usr/lib/python3/dist-packages"
}

# debian_unpacked NAME=VERSION ...: these versions of Debian's packages, with what they need and is not here, unpacked
# in the temporary folder.
debian_unpacked() {
  (
    cd "$home"
    wanted=$(apt-get install -s --no-install-recommends "$@" |
      sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p')
    if [ -n "$wanted" ]; then apt-get download $wanted; fi
    for one in ./*.deb; do if [ -f "$one" ]; then dpkg -x "$one" .; fi; done
  ) >"$home/install.log" 2>&1 || { tail -3 "$home/install.log"; exit 2; }
  export LD_LIBRARY_PATH="$home/usr/lib/$(uname -m)-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
}

# debian_r NAME=VERSION ...: Debian's packages for R, so unpacked.
debian_r() {
  debian_unpacked "$@"
  export R_LIBS="$home/usr/lib/R/site-library:$R_LIBS"
}

# debian_python_unpacked NAME=VERSION ...: Debian's packages for Python, so unpacked, for $python.
debian_python_unpacked() {
  debian_unpacked "$@"
  export PYTHONPATH="$home/usr/lib/python3/dist-packages"
  python=/usr/bin/python3
}

# debian_packages NAME=VERSION ...: these versions of Debian's packages, installed where they are not yet; $python
# is Debian's own, which finds them.
debian_packages() {
  local one
  for one in "$@"; do
    [ "$(dpkg-query -W -f '${Version}' "${one%%=*}" 2>/dev/null)" = "${one#*=}" ] ||
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$one" \
        >"$home/install.log" 2>&1 || { tail -3 "$home/install.log"; exit 2; }
  done
  python=/usr/bin/python3
}
