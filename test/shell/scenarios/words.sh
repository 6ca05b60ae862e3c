# shellcheck shell=sh
# Words that the scenarios share.

# The settings of the archive count minutes; nothing here waits for them.
mkdir -p /run/levitate
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

# hold_lease [OWNER]: takes the lease in the background and sets lease to its token.
hold_lease() {
	mkfifo /tmp/lease-open
	command flasher lease "${1-tester}" </tmp/lease-open >/tmp/lease-out &
	exec 7>/tmp/lease-open
	until grep -q '"lease"' /tmp/lease-out; do sleep 1; done
	lease=$(sed 's/.*"token":\([0-9]*\).*/\1/' /tmp/lease-out)
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

pass() {
	echo "all is as it should be"
}
