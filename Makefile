# The doors of the project. `make` builds build/parvis and nothing else; each target sets up what it needs.
BUILD ?= build
PREFIX ?= /usr/local
export PARVIS_BUILD := $(BUILD)

.PHONY: all run test bench fuzz sweep check install deb clean

all:
	@tools/setup build
	@tools/build "$(BUILD)"

run: all
	@PARVIS_LOG_LEVEL=$${PARVIS_LOG_LEVEL:-warn} exec "$(BUILD)/parvis" run --sample --link

test:
	@tools/setup test
	@tools/test

check:
	@tools/setup build
	@tools/check

bench: all
	@tools/setup bench
	@bench/run
	@bench/channels
	@bench/stream

fuzz:
	@tools/setup fuzz
	@tools/fuzz

sweep:
	@tools/setup test
	@tools/build "$(BUILD)"
	@ninja -C "$(BUILD)" tests/flow_test_sweep_publish tests/flow_test_sweep_by_hand
	@"$(BUILD)/tests/flow_test_sweep_publish" 1000 all
	@"$(BUILD)/tests/flow_test_sweep_by_hand" 100 all

install: all
	@tools/build "$(BUILD)" --prefix "$(PREFIX)"
	@DESTDIR="$(DESTDIR)" meson install -C "$(BUILD)" --no-rebuild

deb:
	@tools/setup deb
	@tools/deb

clean:
	@rm -rf "$(BUILD)" build-debug build-fuzz
