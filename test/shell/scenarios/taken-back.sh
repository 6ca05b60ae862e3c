# shellcheck shell=sh
# What was written and taken back again is forgotten: the device leaves into the system that it came from, unless something else was written.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
flasher open "$lease" "$length" "$sha" file stream >/dev/null
flasher status | grep -q '"touched":true' || die "nothing is touched"
refused LEASE_LOST flasher forget 99 file chunks
echo '{"type":"holder","kind":"process","pid":1,"name":"x","via":[]}' >/tmp/holders
refused TARGET_IN_USE flasher forget "$lease" file chunks
rm /tmp/holders
flasher forget "$lease" file chunks | grep -q '"forgotten"' || die "nothing was forgotten"
flasher status | grep -q '"touched":true,"targets":{"file-stream":"touched"}' || die "not the other one alone is touched"
flasher forget "$lease" file stream >/dev/null
flasher status | grep -q '"touched":false,"targets":{}' || die "something is touched still"

# Only a disk or a partition takes bytes at a place.
zeros=$(head -c 512 /dev/zero | sha256sum)
refused USAGE flasher range "$lease" 0 512 "${zeros%% *}" file chunks
refused USAGE flasher range "$lease" 0 x "${zeros%% *}" file chunks
pass
