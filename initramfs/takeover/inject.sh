# shellcheck shell=sh
# Makes a PID 1 execute a program although it has no request for that. While PID 1 sleeps in a system call, the
# instructions that it returns to are replaced, in its own memory only, by an execve(2) (proc(5): /proc/PID/syscall,
# /proc/PID/mem). An init that never executes anything can be moved off the flash in no other way, because its program
# file keeps the old root busy.

# inject_code MACHINE: prints execve(PATH, {PATH}, {}), then pause(2) for ever, as octal for printf; PATH follows it.
inject_code() {
	case $1 in
	# lea path(%rip),%rdi; xor %eax,%eax; push %rax; mov %rsp,%rdx; push %rdi; mov %rsp,%rsi; mov $59,%al; syscall;
	# hang: mov $34,%eax; syscall; jmp hang
	x86_64) printf '%s\n' '\110\215\075\027\000\000\000\061\300\120\110\211\342\127\110\211\346\260\073\017\005\270\042\000\000\000\017\005\353\367' ;;
	# adr x0,path; sub sp,sp,#32; str x0,[sp]; str xzr,[sp,#8]; mov x1,sp; add x2,sp,#8; mov x8,#221; svc #0;
	# hang: mov x0..x3,#0; mov x8,#73; svc #0; b hang (arm64 has no pause: ppoll waits for nothing)
	aarch64) printf '%s\n' '\340\001\000\020\377\203\000\321\340\003\000\371\377\007\000\371\341\003\000\221\342\043\000\221\250\033\200\322\001\000\000\324\000\000\200\322\001\000\200\322\002\000\200\322\003\000\200\322\050\011\200\322\001\000\000\324\372\377\377\027' ;;
	*) return 1 ;;
	esac
}

# inject_refusal: prints why it cannot be done here, or nothing.
inject_refusal() {
	inject_code "$(uname -m)" >/dev/null || echo "PID 1 can be made to execute the takeover on x86_64 and aarch64 only, not on $(uname -m)"
	[ -r /proc/1/syscall ] || echo "this kernel does not tell where PID 1 sleeps (/proc/1/syscall)"
	if [ -r /proc/sys/kernel/yama/ptrace_scope ] && [ "$(cat /proc/sys/kernel/yama/ptrace_scope)" = 3 ]; then
		echo "this kernel lets nobody into another process's memory (kernel.yama.ptrace_scope is 3)"
	fi
}

# sleeping_at ROOT: prints the address that PID 1 returns to from its system call; fails while PID 1 is running.
sleeping_at() {
	"$1/usr/bin/busybox" awk '$1 ~ /^[0-9]+$/ && NF == 9 { print $9; found = 1 } END { exit !found }' /proc/1/syscall
}

# inject ROOT PATH: PID 1 executes the program as soon as it wakes; a signal from a child wakes it.
inject() {
	_code=$(inject_code "$(uname -m)") || return 1
	_tries=0
	until _at=$(sleeping_at "$1"); do
		_tries=$((_tries + 1))
		[ "$_tries" -lt 100 ] || return 1
		"$1/usr/bin/busybox" usleep 50000
	done
	# It is one write, so that PID 1 cannot wake in the middle of it.
	# shellcheck disable=SC2059
	printf "$_code%s\\000" "$2" >"$2.code" || return 1
	"$1/usr/bin/busybox" dd if="$2.code" of=/proc/1/mem bs=4096 count=1 oflag=seek_bytes seek=$((_at)) conv=notrunc 2>/dev/kmsg || return 1
	kill -CHLD 1
}
