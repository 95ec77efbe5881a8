# make setup     install what the build needs (Debian packages)
# make build     the release executable, .build/release/promptlens
# make test      set up, build, and run all tests
# make demo      set up, build, and go from photos and words to learned prompts, their words, other data, wrong labels
# make bench     compare speed with PyTorch, side by side
# make lint      check the format of every Swift file
# make docs      build the documentation of every library
# make package   build the Debian package, the tarball and the Python wheel, into dist/
# make fixtures  make the test fixtures again (Python, several GB of packages)
# make mini-clip pretrain the model that the executable carries again (Python with PyTorch, about half an hour)

.PHONY: setup build test demo bench lint docs package fixtures mini-clip clean

build: setup
	swift build -c release --product promptlens

# The tests run what users run: release code, without internal access, and the built executable.
test: setup
	swift build -c release
	swift test -c release --disable-testable-imports

setup:
	@Tools/setup

demo: build
	@Tools/demo

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Tools

docs: setup
	@Tools/build-docs

bench: build
	@Tools/bench

package: setup
	@Tools/package

fixtures:
	@Tools/fixtures/make-fixtures

mini-clip: build
	@Tools/mini_clip/make-mini-clip

clean:
	rm -rf .build .build-*
