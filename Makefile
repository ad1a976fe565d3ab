# What can be done here; `make` alone lists it.

RSCRIPT ?= Rscript

.DEFAULT_GOAL := help
.PHONY: help demo extend test fuzz sanitize check document site coverage bench format lint deps install data clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install what is missing, build, install, and write reports into demo-output/
	@$(RSCRIPT) tools/demo.R

test: ## install what the tests need and run them; FILTER=name for some of them
	@$(RSCRIPT) tools/install-deps.R test
	@$(RSCRIPT) tools/test.R $(if $(FILTER),'$(FILTER)')

fuzz: ## random calls against invariants; FUZZ=count (20,000), FROM=seed before the first
	@$(RSCRIPT) tools/install-deps.R test
	@NONNEG_FUZZ=$(or $(FUZZ),20000) NONNEG_FUZZ_FROM=$(or $(FROM),0) $(RSCRIPT) tools/test.R '^fuzz$$'

sanitize: ## the tests under address, undefined-behaviour and thread sanitizers
	@$(RSCRIPT) tools/install-deps.R test
	@tools/sanitize

check: ## R CMD build and R CMD check as CRAN does
	@$(RSCRIPT) tools/install-deps.R develop
	@$(RSCRIPT) tools/check.R

document: ## write NAMESPACE, man/ and the RcppExports files
	@$(RSCRIPT) tools/document.R

site: ## build the pages of the package into site/ (pkgdown, no network); FAST=1 without articles
	@$(RSCRIPT) tools/install-deps.R site
	@$(RSCRIPT) tools/site.R

coverage: ## which lines the tests reach (covr)
	@$(RSCRIPT) tools/coverage.R

extend: ## add a toy loss, solver, ... to a copy of the package and try it; KIND=loss for one
	@$(RSCRIPT) tools/extend.R $(KIND)

bench: ## run the benchmarks
	@$(RSCRIPT) tools/bench.R $(BENCH)

format: ## format the C++ sources, lint the R sources
	@tools/format

lint: ## tell whether the C++ sources are formatted
	@tools/format --check

deps: ## install the packages that nonneg needs
	@$(RSCRIPT) tools/install-deps.R

install: deps ## install nonneg into the first library that can be written to
	@$(RSCRIPT) tools/install.R

data: install ## build data/ and what the articles show again from their sources
	@$(RSCRIPT) tools/install-deps.R data
	@$(RSCRIPT) data-raw/leukemia.R
	@$(RSCRIPT) data-raw/austen.R
	@$(RSCRIPT) data-raw/cricket.R
	@$(RSCRIPT) data-raw/images.R
	@$(RSCRIPT) data-raw/faces.R
	@$(RSCRIPT) data-raw/instruments.R
	@$(RSCRIPT) data-raw/piano.R
	@$(RSCRIPT) data-raw/coming-from.R

clean: ## remove build-tmp/, demo-output/ and site/
	rm -rf build-tmp demo-output site
