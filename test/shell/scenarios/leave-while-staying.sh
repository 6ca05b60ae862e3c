# shellcheck shell=sh
# A flasher in a chroot of the running system never resets the device: services go on there.

# shellcheck source=test/shell/harness.sh
. /harness.sh
umount /run/levitate/spool /run/levitate
/usr/lib/levitate/begin-stay
grep -qx staying /run/levitate/phase || die "$(cat /run/levitate/phase)"
for words in '' --force; do
	# shellcheck disable=SC2086 # a word, or none
	refused LEAVE_REFUSED command flasher leave $words
done
hold_lease
image
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
pass
