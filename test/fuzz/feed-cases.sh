#!/bin/sh
# In the maintenance root, under its busybox ash: each line of standard input names a file in /cases that is fed to the
# flasher. What it answered, how it ended and what is on the medium goes to standard output, and "over" behind it.
set -eu
# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
length=$((2 * 1048576 + 5000))
# No case may take more memory than a small device has.
# shellcheck disable=SC3045 # ash has it
ulimit -v 262144
while read -r case; do
	rm -f /tmp/medium
	command flasher open "$lease" "$length" "$(printf %064d 0)" file chunks >/tmp/opened 7>&- || cat /tmp/opened
	status=0
	command flasher feed "$lease" file chunks <"/cases/$case" >/tmp/out 2>/tmp/err 7>&- || status=$?
	sed 's/^/said /' /tmp/out
	echo "status $status"
	for index in 0 1 2; do
		echo "medium $index $(dd if=/tmp/medium bs=1048576 skip=$index count=1 status=none | sha256sum | cut -c 1-64)"
	done
	echo over
done
