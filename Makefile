# The single door. Each target is a script with the same name, which can be run by itself and takes arguments.
.PHONY: help setup demo build release test check format bench evidence package boot-test vm-test clean
.NOTPARALLEL:

help:
	@echo 'make demo      install what is missing, build, start a node, run a model, show and prove the audit trail'
	@echo 'make test      install what is missing, build, check, run every test (what CI runs)'
	@echo 'make check     format, scripts, documents, structure: no build'
	@echo 'make bench     Holdfast beside the same engine addressed directly'
	@echo 'make evidence  the long campaigns; results go to docs/evidence/'
	@echo 'make package   Debian packages, in .build/packages'
	@echo 'make boot-test installs them on a Debian of its own and puts it through what happens to a gateway (root)'
	@echo 'make vm-test   power cuts, memory limits and Landlock on a machine in QEMU (root)'
	@echo 'make build     debug build            make release   the programs to ship'
	@echo 'make setup     only install           make format    format Swift files      make clean'
	@echo 'scripts/setup --native compiles an engine for this machine (5 to 15 minutes).'

setup demo test check format bench evidence package boot-test vm-test:
	@scripts/$@

build:
	@scripts/build debug

release:
	@scripts/build release

# The engine and models stay (scripts/setup --print-prefix says where).
clean:
	rm -rf .build Benchmarks/.build
