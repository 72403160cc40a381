# The doors of the project. `make` builds build/parvis and nothing else; each target sets up what it needs.
BUILD ?= build
DEBUG ?= build-debug
PREFIX ?= /usr/local
export PARVIS_BUILD := $(BUILD)

.PHONY: all run test bench fuzz check install deb clean setup setup-test debug

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet parvis

$(BUILD)/build.ninja:
	@tools/setup build
	@meson setup --buildtype=release -Db_lto=false $(BUILD) >/dev/null

$(DEBUG)/build.ninja:
	@tools/setup build
	@meson setup --buildtype=debugoptimized -Db_sanitize=address,undefined $(DEBUG) >/dev/null

debug: $(DEBUG)/build.ninja
	@ninja -C $(DEBUG) --quiet

run:
	@tools/setup build
	@$(MAKE) --no-print-directory all
	@exec $(BUILD)/parvis run --sample

test:
	@tools/setup test
	@tools/test

check:
	@tools/setup build
	@tools/check

bench: all
	@tools/setup bench
	@bench/run

fuzz:
	@tools/setup fuzz
	@tools/fuzz

install: all
	@meson install -C $(BUILD) --no-rebuild --destdir "$(DESTDIR)"

deb:
	@tools/setup deb
	@tools/deb

clean:
	@rm -rf $(BUILD) $(DEBUG) build-fuzz
