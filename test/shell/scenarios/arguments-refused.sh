# shellcheck shell=sh
# Every number and hash that a verb takes is looked at first; and whatever a verb is called with, it says why it ends.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
sha=$(echo x | sha256sum | cut -c 1-64)

# Each verb looks at each of its numbers, and all of them look in the same way.
for number in '' -1 1k 18446744073709551617; do
	refused USAGE flasher hash 4096 from "$number" file chunks
	refused USAGE flasher counters from "$number" file chunks
	refused USAGE flasher remains "$number" file chunks
	refused USAGE flasher clear "$lease" "$number" 0 file chunks
	refused USAGE flasher clear "$lease" 4096 "$number" file chunks
	refused USAGE flasher clear "$number" 4096 0 file chunks
	refused USAGE flasher open "$lease" "$number" "$sha" file chunks
	refused USAGE flasher open "$number" 4096 "$sha" file chunks
	refused USAGE flasher feed "$number" file chunks
	refused USAGE flasher finish "$number" file chunks
	refused USAGE flasher verified "$number" "$sha" file chunks
	[ -z "$number" ] || refused USAGE flasher leave "$number"
done
for number in '' -1 +1 01 0x10 1e3 1.5 ' 1' '1 ' 1k '1 2' x '*' '$((1))' ٣ 9999999999999999 18446744073709551617 '1
2' "$(head -c 5000 /dev/zero | tr '\000' 9)"; do
	refused USAGE flasher hash "$number" file chunks
done
refused USAGE flasher open "$lease" 0 "$sha" file chunks
refused IMAGE_TOO_LARGE flasher open "$lease" 8388609 "$sha" file chunks
refused IMAGE_TOO_LARGE flasher hash 999999999999999 file chunks
for other in 0 2 999999999999999; do
	refused LEASE_LOST flasher open "$other" 4096 "$sha" file chunks
	says "never gave lease $other"
done

for hash in '' x "${sha%?}" "${sha}0" "$(echo "$sha" | tr a-f A-F)" "${sha%?}g" "${sha%?} " "$sha
$sha"; do
	refused USAGE flasher open "$lease" 4096 "$hash" file chunks
	refused USAGE flasher verified "$lease" "$hash" file chunks
done

# Too few words, and kinds and keys that there are none of.
for verb in authorize-key clear counters feed finish hash lease open remains target verified; do
	refused '[A-Z_]*' flasher "$verb" </dev/null
done
refused USAGE flasher open "$lease"
refused USAGE flasher open "$lease" 4096 "$sha"
refused USAGE flasher open "$lease" 4096 "$sha" file
refused USAGE flasher counters file chunks
refused TARGET_UNSUPPORTED flasher open "$lease" 4096 "$sha" ../verbs/status x
for verb in '' fly ../flasher lease.sh HELP 'help x' "$(printf 'le\nave')"; do
	refused USAGE flasher "$verb"
done

[ ! -e /run/levitate/touched ] || die "touched"
[ ! -e /run/levitate/writer ] || die "a write was begun"

# Help alone is no mistake, and is the verbs and nothing else.
flasher help 2>/tmp/help >/tmp/out || die "help failed"
[ ! -s /tmp/out ] || die "$(cat /tmp/out)"
[ "$(grep -c '^  [a-z]*[^:]*: ' /tmp/help)" = "$(($(wc -l </tmp/help) - 1))" ] || die "$(cat /tmp/help)"
[ "$(wc -l </tmp/help)" = $(($(find /usr/lib/levitate/flasher/verbs -name '*.sh' | wc -l) + 1)) ] || die "$(cat /tmp/help)"
! grep -q shellcheck /tmp/help || die "$(cat /tmp/help)"

# What nobody foresaw is said as well.
rm /run/levitate/phase
refused FLASHER_FAILED flasher status
says 'flasher status ended with status 1'
pass
