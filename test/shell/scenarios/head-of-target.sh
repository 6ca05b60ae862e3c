# shellcheck shell=sh
# The host is told how what lies on a target begins, and nothing where that cannot be read.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/flasher/bytes.sh
. /usr/lib/levitate/flasher/read-back.sh
node=/tmp/medium
echo 'a ramdisk' | gzip -c >"$node"
case $(head_hex) in
1f8b08*) ;;
*) die "$(head_hex)" ;;
esac
head -c 100000 /dev/zero >"$node"
[ "$(head_hex)" = "$(printf '%064d' 0)" ] || die "$(head_hex)"
printf abc >"$node"
[ "$(head_hex)" = 616263 ] || die "$(head_hex)"
: >"$node"
[ -z "$(head_hex)" ] || die "$(head_hex)"
rm "$node"
[ -z "$(head_hex)" ] || die "$(head_hex)"
pass
