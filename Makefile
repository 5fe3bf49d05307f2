# Yinxin 印信. Two commands: `make run` and `make test`.
#
#   make run      install what is missing, build, start everything under var/, print where to go
#   make browser  Chromium with a throw-away profile, the extension and the host (needs a display)
#   make reset    throw the private instance away; the next `make run` starts anew
#   make test     the same set-up, then all tests (sanitizer build)
#   make check    what a machine can hold us to: the house, the compilers, the texts
#   make install  DESTDIR=… PREFIX=…: programs, pages, SQL, manual pages, units; make uninstall
#   make build    the programs only: build/yinxind, yinxin-worker, yinxinctl, yinxin-signer
#   make package  SITE=https://host KEY=FILE: .deb, extension, policies for an agency, in build/package
#   make bench    figures; make fuzz: coverage-guided fuzzing; make clean
#   make coverage lines that the unit programs run, by folder; and how much test there is for the code
#
# build/ holds the optimised programs, build/san/ the same with ASan and UBSan.

SHELL    := /bin/bash
CC       := gcc
PKGS     := openssl yajl libsodium liboath libqrencode libutf8proc libqpdf libcurl libmariadb libpcsclite zlib \
            p11-kit-1 libpng cairo-pdf pangocairo harfbuzz-subset libseccomp libarchive
WARN     := -Wall -Wextra -Werror -Wshadow -Wwrite-strings -Wmissing-prototypes -Wstrict-prototypes \
            -Wvla -Wundef -Wpointer-arith -Wformat=2 -Wconversion -Wsign-conversion -Wcast-qual -fno-common
BASE     := -std=c11 -D_GNU_SOURCE -I. $(WARN) -g -fno-omit-frame-pointer -fstack-protector-strong
OPT      := -O2 -D_FORTIFY_SOURCE=2 -fPIE
SAN      := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -DYX_SANITIZE

# Asked for only when something is built: a fresh machine has no pkg-config yet.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lfcgi -lm -lpthread

COMMON_SRC  := $(wildcard common/*.c)
BACKEND_SRC := $(wildcard backend/conf.c backend/db/*.c backend/http/*.c backend/store/*.c backend/pki/*.c \
                 backend/pades/*.c backend/domain/*/*.c backend/api/*.c backend/jobs/*.c)
CTL_SRC     := $(wildcard backend/ctl/*.c)
HOST_SRC    := $(filter-out native-host/main.c,$(wildcard native-host/*.c))
CARD_SRC    := $(wildcard tests/card/*.c)
TEST_SRC    := $(wildcard tests/unit/test_*.c tests/pades/test_*.c tests/pki/test_*.c tests/host/test_*.c \
                 tests/card/test/test_*.c)
FUZZ_SRC    := $(wildcard tests/fuzz/fuzz_*.c)
# Other test and bench programs: one file, one program.
TOOL_SRC    := $(wildcard tests/pades/make_*.c tests/bench/bench_*.c tests/crash/crash_*.c)

PROGRAMS := yinxind yinxin-worker yinxinctl yinxin-signer

VENDOR   := $(if $(wildcard node_modules/.yinxin),web/vendor/.yinxin)

.PHONY: all build san run browser reset stop test check bench fuzz clean setup package
all: build

build: $(PROGRAMS:%=build/%) build/test-card build/example-client $(VENDOR)
san: $(PROGRAMS:%=build/san/%) build/san/example-client build/san/test-card $(VENDOR) \
     build/san/test-module.so build/san/test-pad.so \
     $(TEST_SRC:%.c=build/san/%) $(FUZZ_SRC:%.c=build/san/%) $(TOOL_SRC:%.c=build/san/%)

# What pages load of the npm packages, where those are installed.
web/vendor/.yinxin: package-lock.json conf/dev/setup.sh conf/dev/viewer-css.mjs conf/dev/preact.d.ts
	@conf/dev/setup.sh --vendor

# The texts of errors, for C, pages and extension.
TEXTS := build/gen/error_texts.h
$(TEXTS): texts/make.mjs $(wildcard texts/*.json) common/error.h
	node texts/make.mjs
	@touch $@

# $(1) = directory of the variant, $(2) = its flags
define VARIANT
$(1)/obj/%.o: %.c | $(1)/.pkgs $(TEXTS)
	@mkdir -p $$(@D)
	$(CC) $(BASE) $(2) $$(PKG_CFLAGS) -MMD -MP -c $$< -o $$@
$(1)/libcommon.a:  $(COMMON_SRC:%.c=$(1)/obj/%.o)
$(1)/libbackend.a: $(BACKEND_SRC:%.c=$(1)/obj/%.o)
$(1)/libhost.a:    $(HOST_SRC:%.c=$(1)/obj/%.o)
$(1)/%.a:
	@rm -f $$@ && ar rcs $$@ $$^
LIBS_$(1) := $(1)/libhost.a $(1)/libbackend.a $(1)/libcommon.a
$(1)/yinxind:       $(1)/obj/backend/yinxind.o $$(LIBS_$(1))
$(1)/yinxin-worker: $(1)/obj/backend/yinxin-worker.o $$(LIBS_$(1))
$(1)/yinxinctl:     $(CTL_SRC:%.c=$(1)/obj/%.o) $$(LIBS_$(1))
$(1)/yinxin-signer: $(1)/obj/native-host/main.o $(1)/libhost.a $(1)/libcommon.a
$(1)/test-card:     $(CARD_SRC:%.c=$(1)/obj/%.o) $(1)/libcommon.a
$(PROGRAMS:%=$(1)/%) $(1)/test-card:
	$(CC) $(BASE) $(2) $(3) -Wl,-z,relro,-z,now -Wl,--as-needed $$^ -o $$@ $$(PKG_LIBS)
$(1)/.pkgs:
	@mkdir -p $(1) && pkg-config --exists $(PKGS) || { echo "libraries are missing: run 'make setup'" >&2; exit 1; }
	@touch $$@
endef
$(eval $(call VARIANT,build,$(OPT),-pie))
$(eval $(call VARIANT,build/san,$(SAN),))
COV      := -O0 --coverage
$(eval $(call VARIANT,build/cov,$(COV),))

# What few commands of yinxinctl need it opens when they need it (backend/ctl/late/late.c); elsewhere than on x86-64,
# and in the sanitizer build, it is linked like the others.
ifeq ($(shell uname -m),x86_64)
LATE_LIBS := cairo pangocairo-1.0 pango-1.0 gobject-2.0 harfbuzz harfbuzz-subset archive curl mariadb
build/gen/late.S: conf/late.sh $(CTL_SRC:%.c=build/obj/%.o) build/libbackend.a build/libcommon.a
	@mkdir -p $(@D)
	conf/late.sh "$(LATE_LIBS)" $(filter %.o %.a,$^) >$@.new && mv $@.new $@
build/obj/late.o: build/gen/late.S
	@mkdir -p $(@D)
	$(CC) -c $< -o $@
build/yinxinctl: build/obj/late.o build/obj/backend/ctl/late/late.o
build/yinxinctl: PKG_LIBS = $(filter-out $(LATE_LIBS:%=-l%),$(shell pkg-config --libs $(PKGS))) -lfcgi -lm -lpthread
endif

# A PKCS #11 module and a reader's driver for tests; not instrumented, like those of makers.
build/san/test-%.so: tests/host/%.c | build/san/.pkgs
	$(CC) $(BASE) -fPIC -shared $(PKG_CFLAGS) $< -o $@

build/san/tests/fuzz/%: build/san/obj/tests/fuzz/%.o build/san/obj/tests/fuzz/replay.o $(LIBS_build/san)
	@mkdir -p $(@D)
	$(CC) $(BASE) $(SAN) $^ -o $@ $(PKG_LIBS)
# Its service is the test card itself, and our own allocations can fail.
build/san/tests/host/test_faults: $(filter-out %/main.o %/vpcd.o %/control.o,$(CARD_SRC:%.c=build/san/obj/%.o))
build/san/tests/host/test_faults: PKG_LIBS += build/san/libcommon.a -lcrypto \
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
build/cov/tests/%: build/cov/obj/tests/%.o $(LIBS_build/cov)
	@mkdir -p $(@D)
	$(CC) $(BASE) $(COV) $^ -o $@ $(PKG_LIBS) $(shell pkg-config --libs cmocka 2>/dev/null) -lm
build/san/tests/%: build/san/obj/tests/%.o $(LIBS_build/san)
	@mkdir -p $(@D)
	$(CC) $(BASE) $(SAN) $^ -o $@ $(PKG_LIBS) $(shell pkg-config --libs cmocka 2>/dev/null) -lm

# The example of a client of the public API: others' code, so nothing of ours is linked.
build/example-client: docs/examples/client.c | build/.pkgs
	$(CC) $(BASE) $(OPT) -pie $(PKG_CFLAGS) $< -o $@ $(shell pkg-config --libs libcurl yajl 2>/dev/null)
build/san/example-client: docs/examples/client.c | build/san/.pkgs
	$(CC) $(BASE) $(SAN) $(PKG_CFLAGS) $< -o $@ $(shell pkg-config --libs libcurl yajl 2>/dev/null)

build/tests/bench/%: build/obj/tests/bench/%.o $(LIBS_build)
	@mkdir -p $(@D)
	$(CC) $(BASE) $(OPT) -pie $^ -o $@ $(PKG_LIBS)

# What a second compiler and gcc's analyzer say of each file, kept beside it: make check reads it.
LINT_SRC   := $(filter-out tests/pades/cairo_pdf.c,$(sort $(COMMON_SRC) $(BACKEND_SRC) $(CTL_SRC) $(CARD_SRC) \
                $(wildcard backend/*.c backend/ctl/late/*.c native-host/*.c tests/*/*.c tests/card/test/*.c \
                conf/dev/*.c)))
LINT_BASE  := -std=c11 -I. -D_GNU_SOURCE -MMD -MP
LINT_FLAGS := $(LINT_BASE) -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wcast-qual
ANALYZED   := $(filter-out tests/% conf/%,$(LINT_SRC))
.PHONY: lint
lint: $(LINT_SRC:%.c=build/lint/%.clang) $(ANALYZED:%.c=build/lint/%.analyzed)
build/lint/%.clang: %.c | $(TEXTS)
	@mkdir -p $(@D)
	@clang-14 $(LINT_FLAGS) $(PKG_CFLAGS) -MF $@.d -MT $@ -c $< -o $(@:.clang=.o) 2>$@.new || true
	@mv $@.new $@
build/lint/%.analyzed: %.c | $(TEXTS)
	@mkdir -p $(@D)
	@$(CC) $(LINT_BASE) -O1 -fanalyzer $(PKG_CFLAGS) -MF $@.d -MT $@ -c $< -o $@.o 2>$@.new || true
	@mv $@.new $@

# Manual pages: the text of man/*.in, the tables of the programs.
PAGES := yinxind.8 yinxin-worker.8 yinxinctl.1 yinxin-signer.1 yinxin.conf.5 signer.conf.5
.PHONY: man install uninstall dist
man: $(PAGES:%=build/man/%) build/man/yinxin.conf.example
build/man/yinxin.conf.5 build/man/yinxin.conf.example: build/yinxind
build/man/signer.conf.5: build/yinxin-signer
build/man/yinxind.8: build/yinxind
build/man/yinxin-worker.8: build/yinxin-worker
build/man/yinxinctl.1: build/yinxinctl
build/man/yinxin-signer.1: build/yinxin-signer
$(PAGES:%=build/man/%): build/man/%: man/%.in man/render.sh
	@mkdir -p $(@D)
	man/render.sh $< $(firstword $(filter build/yinxin%,$^)) >$@.new && mv $@.new $@
build/man/yinxin.conf.example: man/render.sh
	@mkdir -p $(@D)
	man/render.sh --example $(firstword $(filter build/yinxin%,$^)) >$@.new && mv $@.new $@

# Settings are examples only: what stands in /etc is the administrator's.
PREFIX    ?= /usr/local
DESTDIR   ?=
install: build man
	@PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) conf/install.sh
uninstall:
	@PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) conf/install.sh --uninstall
# The source as a tar file: what git has committed.
NAME := yinxin-$(shell cat VERSION)
dist:
	@mkdir -p build && git archive --format=tar.gz --prefix=$(NAME)/ -o build/$(NAME).tar.gz HEAD
	@echo build/$(NAME).tar.gz

setup:
	@conf/dev/setup.sh
run: ; @conf/dev/run.sh
browser: ; @conf/dev/browser.sh
reset: ; @conf/dev/reset.sh
test: ; @tests/run.sh
check: ; @tests/check.sh
bench: ; @tests/bench/run.sh
fuzz: ; @tests/fuzz/run.sh
.PHONY: coverage cov
# Not the program that lets every allocation fail: it is linked in a way of its own.
cov: $(patsubst %.c,build/cov/%,$(filter-out tests/host/test_faults.c tests/card/%,$(TEST_SRC)))
coverage: ; @tests/coverage.sh
# For an agency: make package SITE=https://host KEY=FILE (the RSA key that signs the extension).
export SITE KEY
package: build man ; @conf/package/package.sh

clean:
	rm -rf build web/gen extension/gen

-include $(shell find build -name '*.d' 2>/dev/null)
