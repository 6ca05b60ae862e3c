# shellcheck shell=sh
# What a killed feed leaves behind is no holder of its target: the helper ends with the shell that called it, and a program that
# still writes is known to the flasher, whose next lease waits for it.

# shellcheck source=test/shell/harness.sh
. /harness.sh
for part in lib/json lib/usage-scan flasher/validate flasher/writer flasher/holders; do
	# shellcheck source=/dev/null
	. "$lib/$part.sh"
done

# find_child NAME: sets child to the process of this name that has the device open which stands for the target. A dd that writes has the
# lease; others take what comes.
find_child() {
	# shellcheck disable=SC2013 # words
	for child in $(grep -slx "$1" /proc/[0-9]*/comm | cut -d / -f 3); do
		# shellcheck disable=SC3013
		if [ "/proc/$child/fd/5" -ef /dev/zero ]; then
			[ "$1" = dd ] && [ ! "/proc/$child/fd/8" -ef /run/levitate/lease/writing ] || return 0
		fi
	done
	return 1
}

device_seed() {
	printf 'T\tc1:5\n'
}

hold_lease
image
name="dd"
frame_bytes=2000000
if has_helper; then
	name=helper
	# The rest of the chunk never comes.
	frame_bytes=100000
else
	# Nobody reads it: who writes there waits.
	mkfifo /tmp/medium
fi
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
mkfifo /tmp/frames
command flasher feed "$lease" file chunks </tmp/frames >/tmp/fed 5</dev/zero 7>&- &
feeding=$!
exec 4>/tmp/frames
chunk_frame 0 /tmp/c0 | head -c "$frame_bytes" >&4
eventually find_child "$name"
kill -KILL "$feeding"
eventually test ! -e "/proc/$feeding/fd/5"
if has_helper; then
	eventually test ! -d "/proc/$child"
else
	[ -d "/proc/$child" ] || die "nothing is left behind"
fi
holders_of_seeds device_seed >/tmp/held
[ ! -s /tmp/held ] || die "$(cat /tmp/held)"
sleep 100 5</dev/zero 4>&- 7>&- &
eventually grep -qsx sleep "/proc/$!/comm"
holders_of_seeds device_seed >/tmp/held
grep -q '"name":"sleep"' /tmp/held || die "somebody else is none either: $(cat /tmp/held)"
pass
