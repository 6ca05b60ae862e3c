# shellcheck shell=sh
# Where the maintenance root keeps what it must not forget. Words of start.

# make_state: the state and the spool for chunks, each a tmpfs of its own with a bound, so that neither can take the
# room of the other, and nothing that fills /run takes that of both. ram.ts counts them.
make_state() {
	mkdir -p "$state" "$logs"
	mount -t tmpfs -o mode=0700,nosuid,nodev,noexec,size=1m state "$state"
	mkdir "$spool"
	# Two chunks, as one may still be arriving for a writer that was cut off, a piece of one, and what programs say.
	mount -t tmpfs -o mode=0700,nosuid,nodev,noexec,size=4m spool "$spool"
	# A page that contact() writes over.
	echo >"$state/contact"
}
