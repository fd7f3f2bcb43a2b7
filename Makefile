# SPDX-License-Identifier: GPL-2.0-only
#
# nf_ikemon: "make help" lists what there is to do. Nothing is built inside
# the module's sources; Kbuild is what the kernel's build system reads.

VERSION := $(shell sed -n 's/^.define IKEMON_VERSION "\(.*\)"/\1/p' \
	nf_ikemon/version.h)
PREFIX ?= /usr/local
# One kernel's build directory; without it the running kernel, if its headers
# are here, else both of Debian 12's.
KDIR ?= $(wildcard /lib/modules/$(shell uname -r)/build)
DKMS_SOURCE := $(DESTDIR)/usr/src/nf_ikemon-$(VERSION)
KREL = $(shell $(MAKE) -s --no-print-directory -C $(KDIR) kernelrelease)
MODULE_DIR = $(DESTDIR)/lib/modules/$(KREL)/updates

all: modules userspace

help:
	@echo "Build"
	@echo "  modules       nf_ikemon.ko [KDIR=kernel build directory]"
	@echo "  userspace     ikemonctl"
	@echo "  deps          get what building and testing need (as root)"
	@echo "Try and test"
	@echo "  demo          watch real gateways negotiate in a throw-away guest"
	@echo "  check         everything: host, DKMS, Linux 6.1, 6.12, debug guest"
	@echo "  check-fast    what needs no guest, in under a minute"
	@echo "  flood         20 real clients through 200,000 spoofed openers: a table"
	@echo "  bench         instructions per packet, next to nft and conntrack"
	@echo "  bench-check   the same, fails where a budget is exceeded"
	@echo "  bench-scale   time and memory with a million sessions and sources"
	@echo "  race          everything at once on four processors [RACE_SECONDS=180]"
	@echo "  race-kcsan    the same where KCSAN looks for data races [RACE_SECONDS=180]"
	@echo "  coverage      which lines of the module the tests run: a table"
	@echo "  fuzz          all fuzzers, one after the other [FUZZ_SECONDS=1800]"
	@echo "  cross         module for arm64 and s390x, unit tests on s390x"
	@echo "  style         checkpatch, sparse, shellcheck, codespell, shape"
	@echo "Install"
	@echo "  install       module for one kernel, ikemonctl [DESTDIR= PREFIX=]"
	@echo "  dkms-install  module for every kernel, by DKMS, and ikemonctl"
	@echo "  uninstall     undo either"
	@echo "  clean         remove what was built, from here and from the cache"

modules:
ifneq ($(KDIR),)
	@dir=$$(selftests/vm/module.sh $(abspath $(KDIR))) && \
		echo "$$dir/nf_ikemon.ko"
else
	@for k in 6.1 6.12; do \
		dir=$$(selftests/vm/module.sh $$k) || exit; \
		echo "$$dir/nf_ikemon.ko"; \
	done
endif

userspace:
	$(MAKE) -C userspace

deps:
	@selftests/deps.sh

demo: deps
	@[ ! -t 1 ] || export IKEMON_TERMINAL=1; \
		selftests/vm/run -- selftests/demo.sh

check: deps
	@selftests/check.sh

check-fast:
	@selftests/check.sh fast

flood: deps
	@selftests/bench/flood.sh

RACE_SECONDS ?= 180

# What a round takes varies, so the guest has five times as long.
race: deps
	@for k in "6.12 -s 4" uml; do \
		echo "# Linux $${k%% *}"; \
		selftests/vm/run -k $$k -t $$(($(RACE_SECONDS) * 5 + 300)) -- \
			selftests/race.sh $(RACE_SECONDS) || exit; \
	done

# Two programs that do the same at once meet most often. There unloading takes
# seconds, in which the others have nothing to meet at.
race-kcsan: deps
	@for parts in "junk junk honest honest listener" \
		      "same same same dumps settings flush" \
		      "same same sas sas dumps listener" \
		      "junk same settings replacement rules dumps random doomed" \
		      "reload junk sas honest"; do \
		echo "# KCSAN: $$parts"; \
		IKEMON_RACE_PARTS="$$parts" selftests/vm/run -k kcsan \
			-t $$(($(RACE_SECONDS) * 5 + 300)) -- \
			selftests/race.sh $(RACE_SECONDS) || exit; \
	done

coverage: deps
	@selftests/coverage.sh

FUZZ_SECONDS ?= 1800

fuzz: deps
	$(MAKE) -C selftests/fuzz long SECONDS=$(FUZZ_SECONDS)
	IKEMON_FUZZ_SECONDS=$(FUZZ_SECONDS) selftests/vm/run -k uml \
		-t $$(($(FUZZ_SECONDS) + 600)) -- selftests/nlfuzz.sh

cross: deps
	@selftests/deps.sh gcc-aarch64-linux-gnu gcc-s390x-linux-gnu \
		libc6-dev-s390x-cross qemu-user-static
	@selftests/cross.sh

bench: deps
	@selftests/bench/packets.sh

bench-scale: deps
	@selftests/bench/scale.sh

bench-check: deps
	@selftests/bench/packets.sh check

style:
	@selftests/style.sh

install: userspace
	$(if $(KDIR),,$(error no headers of the running kernel; say KDIR=))
	dir=$$(selftests/vm/module.sh $(abspath $(KDIR))) && \
		install -D -m 644 $$dir/nf_ikemon.ko $(MODULE_DIR)/nf_ikemon.ko
	$(if $(DESTDIR),,depmod $(KREL))
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

dkms-source:
	rm -rf $(DKMS_SOURCE)
	mkdir -p $(DKMS_SOURCE)
	cp -R --no-preserve=ownership Kbuild COPYING dkms.conf nf_ikemon \
		$(DKMS_SOURCE)

dkms-install: dkms-source userspace
	$(if $(DESTDIR),,dkms add -m nf_ikemon -v $(VERSION))
	$(if $(DESTDIR),,dkms autoinstall -m nf_ikemon -v $(VERSION))
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

uninstall:
	$(if $(DESTDIR),,-dkms remove -m nf_ikemon -v $(VERSION) --all)
	rm -rf $(DKMS_SOURCE)
	rm -f $(DESTDIR)/lib/modules/*/updates/nf_ikemon.ko
	$(if $(DESTDIR),,-depmod)
	$(MAKE) -C userspace uninstall DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

clean:
	-for d in userspace selftests/unit selftests/fuzz; do \
		[ ! -f $$d/Makefile ] || $(MAKE) -C $$d clean; done
	rm -rf "$$(selftests/vm/module.sh -d)"

.PHONY: all help modules userspace deps demo check check-fast flood bench \
	bench-scale bench-check race race-kcsan coverage fuzz cross style install \
	dkms-source dkms-install uninstall clean
