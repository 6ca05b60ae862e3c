# shellcheck shell=sh
# Words that the scenarios share.

# The settings of the archive count minutes; nothing here waits for them.
# shellcheck source=initramfs/root/usr/lib/levitate/lib/common.sh
. /usr/lib/levitate/lib/common.sh
# shellcheck source=initramfs/root/usr/lib/levitate/lib/state.sh
. /usr/lib/levitate/lib/state.sh
make_state
read -r up _ </proc/uptime
echo "${up%.*}" >/run/levitate/started
echo released >/run/levitate/phase

die() {
	echo "NOT AS IT SHOULD BE: $*"
	exit 1
}

# fails COMMAND...: it must not succeed; its output is kept in /tmp/out.
fails() {
	if "$@" >/tmp/out 2>&1; then
		cat /tmp/out
		die "succeeded: $*"
	fi
}

# says TEXT: the last failing command said so.
says() {
	grep -qF -- "$1" /tmp/out || {
		cat /tmp/out
		die "did not say: $1"
	}
}

# flasher: what outlives it must not keep the lease's pipe open.
flasher() {
	command flasher "$@" 7>&-
}

# refused CODE COMMAND...: it must not succeed, and the last that it says is a line of JSON with this code.
refused() {
	_code=$1
	shift
	if "$@" >/tmp/out 2>/tmp/err; then
		die "succeeded: $* ($(cat /tmp/out))"
	fi
	tail -n 1 /tmp/out | grep -q "^{\"type\":\"error\",\"code\":\"$_code\",\"message\":\"..*}$" ||
		die "not refused with $_code: $* ($(cat /tmp/out /tmp/err))"
	[ "$(grep -c '"type":"error"' /tmp/out)" = 1 ] || die "more than one error: $(cat /tmp/out)"
}

# hold_lease [OWNER [LOST]]: takes the lease in the background and sets lease to its token.
hold_lease() {
	mkfifo /tmp/lease-open
	: >/tmp/lease-out
	command flasher lease "${1-tester}" ${2+"$2"} </tmp/lease-open >/tmp/lease-out &
	holding=$!
	exec 7>/tmp/lease-open
	until grep -q '"lease"' /tmp/lease-out; do sleep 1; done
	lease=$(sed 's/.*"token":\([0-9]*\).*/\1/' /tmp/lease-out)
}

# drop_lease: its channel ends.
drop_lease() {
	exec 7>&-
	wait "$holding" || :
	rm /tmp/lease-open
}

# eventually COMMAND...: waits until it succeeds, within a minute.
eventually() {
	for _look in $(seq 600); do
		! "$@" || return 0
		usleep 100000
	done
	die "never: $*"
}

# chunk_frame INDEX FILE: a frame as the host sends it.
chunk_frame() {
	printf 'chunk %s %s %s\n' "$1" "$(stat -c %s "$2")" "$(sha256sum "$2" | cut -c 1-64)"
	cat "$2"
}

# image: two chunks and a bit in /tmp/image, cut into /tmp/c0 c1 c2.
image() {
	dd if=/dev/urandom of=/tmp/image bs=1048576 count=2 status=none
	head -c 5000 /dev/urandom >>/tmp/image
	for i in 0 1 2; do
		dd if=/tmp/image of="/tmp/c$i" bs=1048576 skip="$i" count=1 status=none
	done
	length=$(stat -c %s /tmp/image)
	sha=$(sha256sum /tmp/image | cut -c 1-64)
}

# sent SCRIPT...: what the host sends to a device's own shell, run as it runs there; the output is kept in /tmp/out. The
# functions in $device stand for programs of the device.
sent() {
	{
		printf '%s\n' "LEVITATE_INITS='' LEVITATE_MARK=mark" "${device-}"
		for _part in takeover/report.sh remote/login.sh root/usr/lib/levitate/lib/memory.sh root/usr/lib/levitate/lib/read-file.sh \
			root/usr/lib/levitate/flasher/bytes.sh root/usr/lib/levitate/lib/rescue-parts.sh takeover/init-system.sh \
			remote/container.sh remote/stack.sh remote/rescue.sh takeover/login-route.sh takeover/login-keys.sh "$@"; do
			cat "/sent/$_part"
		done
	} >/tmp/sent
	sh -s </tmp/sent >/tmp/wire 2>/tmp/err || die "ended with $?: $(cat /tmp/err)"
	sed -n 's/^@mark \(.*\) mark@$/\1/p' /tmp/wire >/tmp/out
}

# char_device PATH: a character device of this name; its number is that of /dev/zero.
char_device() {
	: >"$1"
	mount --bind /dev/zero "$1"
}

pass() {
	echo "all is as it should be"
}
