# shellcheck shell=sh
# An armed device that is powered off still unmounts: only our own trigger skips it.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
mkdir -p /tmp/r/run/hook
sh /usr/lib/levitate/hook/unless-triggered /tmp/r touch /tmp/unmounted
[ -e /tmp/unmounted ] || die "the shutdown action did not run"
rm /tmp/unmounted
: >/tmp/r/run/hook/triggered
sh /usr/lib/levitate/hook/unless-triggered /tmp/r touch /tmp/unmounted
[ ! -e /tmp/unmounted ] || die "the shutdown action ran on the way into maintenance"
pass
