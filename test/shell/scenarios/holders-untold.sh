# shellcheck shell=sh
# A program that ends before it has told what is in use, as where memory has run out, has proven nothing.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/usage-scan.sh
script=/usr/lib/levitate/lib/holders.awk
mv "$script" "$script.away"
trap 'mv "$script.away" "$script"' EXIT
echo 'BEGIN { exit 1 }' >"$script"

scan_usage | old_system_holders text >/tmp/left
grep -q '^unknown: ' /tmp/left || die "an awk that failed was taken for proof"

flasher status >/tmp/status
grep -qF '"held":[{"type":"holder","kind":"unknown"}]' /tmp/status || die "$(cat /tmp/status)"

# shellcheck source=initramfs/root/usr/lib/levitate/lib/json.sh
. /usr/lib/levitate/lib/json.sh
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/target.sh
. /usr/lib/levitate/flasher/target.sh
# shellcheck disable=SC2317 # find_held_targets calls it
holders_of_words() { return "$1"; }
LEVITATE_TARGETS="absent${tab}3
untold${tab}1
free${tab}0"
find_held_targets
[ "$held_targets" = '{"absent":null,"untold":[{"type":"holder","kind":"unknown"}],"free":[]}' ] || die "$held_targets"
pass
