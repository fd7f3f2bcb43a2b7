# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# How a guest is started; the second half of run, which sets the variables.

# A KVM that hangs or aborts is worse than none: believe it only after it has
# booted this very kernel once, and remember that until the next reboot.
kvm_works()
{
	local memo rc=0

	[ -r /dev/kvm ] && [ -w /dev/kvm ] || return 1
	memo=$CACHE/kvm/$(</proc/sys/kernel/random/boot_id)-$kernel
	if [ ! -f "$memo" ]; then
		mkdir -p "$CACHE/kvm"
		timeout -k 1 15 qemu-system-x86_64 -accel kvm -cpu host -m 512 \
			-nodefaults -display none -no-reboot -serial stdio \
			-kernel "$kdir/vmlinuz" -initrd "$kdir/initramfs" \
			-append "console=ttyS0 quiet panic=-1 ikemon_probe" \
			</dev/null 2>/dev/null | grep -q ikemon-probe-ok || rc=1
		echo "$rc" >"$memo"
	fi
	[ "$(<"$memo")" = 0 ]
}

start_stock()
{
	local accel boot=''

	# QEMU 7.2 loses the flags around cmpxchg16b when an interrupt comes
	# right behind it; the slab allocator then dies of a double fault.
	if [ "$icount" = 1 ]; then
		accel="-accel tcg -cpu max,-cx16,-erms -icount shift=0,sleep=off"
	elif kvm_works; then
		accel="-accel kvm -cpu host"
	else
		accel="-accel tcg,thread=multi -cpu max,-cx16,-erms"
		# A program at the same place every time is translated once;
		# else each start costs three times as much.
		boot=norandmaps
	fi
	# shellcheck disable=SC2086 # $accel is several words
	exec timeout -k 5 "$seconds" qemu-system-x86_64 \
		$accel -smp "$cpus" -m "$memory" -nodefaults -display none \
		-no-reboot -kernel "$kdir/vmlinuz" -initrd "$kdir/initramfs" \
		-append "console=ttyS0 loglevel=5 panic=-1 oops=panic no_timer_check \
log_buf_len=8M net.ifnames=0 mitigations=off rcupdate.rcu_cpu_stall_timeout=60 $boot" \
		-chardev "file,id=console,path=$run/console" \
		-serial chardev:console \
		-device virtio-serial-pci \
		-chardev "file,id=output,path=$run/output" \
		-device virtserialport,chardev=output,name=output \
		-device virtio-rng-pci \
		-fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap" \
		-device virtio-9p-pci,fsdev=root,mount_tag=root \
		-fsdev "local,id=vm,path=$run/vm,security_model=none,multidevs=remap" \
		-device virtio-9p-pci,fsdev=vm,mount_tag=vm \
		-fsdev "local,id=out,path=$out,security_model=none,multidevs=remap" \
		-device virtio-9p-pci,fsdev=out,mount_tag=out \
		>"$run/qemu.log" 2>&1
}

# The processor this shell is on: one that it may use, whatever its name.
this_cpu()
{
	local stat

	read -r stat </proc/self/stat
	# behind the name, which may have spaces, the 37th
	read -ra stat <<<"${stat##*) }"
	echo "${stat[36]}"
}

# Its kernel and the program that runs there take turns, and waking each other
# is dear between processors: a third of the time.
# VM_RUN is no parameter of the kernel's, so init finds it in its environment.
start_uml()
{
	exec taskset -c "$(this_cpu)" timeout -k 5 "$seconds" "$kdir/linux" mem="${memory}M" \
		umid=uml uml_dir="$run/" rootfstype=hostfs rootflags=/ ro \
		init="$VM_DIR/init-uml" VM_RUN="$run/vm" \
		loglevel=5 panic=-1 oops=panic kmemleak=on \
		console=tty0 con=null con0=null,fd:1 ssl=null ssl0=null,fd:3 \
		>"$run/console" 3>"$run/output" 2>&1
}
