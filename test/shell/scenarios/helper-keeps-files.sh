# shellcheck shell=sh
# Kept files are put into a file system and compared there, with all that belongs to them; the device leaves only then. In a root
# without the helper nothing is put anywhere.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# In place of a file system on flash: a folder of this root.
mkdir /tmp/new /tmp/old
cat /usr/lib/levitate/flasher/kinds/file.sh - >/tmp/kind <<'KIND'
keep_place() {
	place=/tmp/new
	place_types=$1
}
KIND
mount --bind /tmp/kind /usr/lib/levitate/flasher/kinds/file.sh
sed "s/^LEVITATE_KEEP_INTO=.*/LEVITATE_KEEP_INTO='data'/; s/^LEVITATE_TARGETS=.*/LEVITATE_TARGETS='data	file	chunks/" /etc/levitate/levitate.conf >/tmp/conf
mount --bind /tmp/conf /etc/levitate/levitate.conf
hold_lease
if [ ! -x /usr/lib/levitate/helper ]; then
	refused FLASHER_FAILED flasher keep "$lease" "$(printf '%064d' 0)" '' file chunks </dev/null
	[ ! -e /run/levitate/touched ] || die "the target was touched"
	pass
	exit 0
fi

long=$(printf '%0200d' 0)
cd /tmp/old || die "there is no folder"
mkdir -p "etc/$long" etc/deep
printf 'some' >"etc/$(printf 'two\nlines')"
printf 'far' >"etc/$long/$long"
head -c 200000 /dev/urandom >etc/deep/big
ln etc/deep/big etc/again
ln -s /no/where etc/link
mkfifo etc/fifo
chmod 2750 etc/deep
chmod 4711 etc/again
touch -d '2001-02-03 04:05:06' "etc/$long/$long"
save() {
	/usr/lib/levitate/helper keep-save "$1" /tmp/old /tmp/old/etc /tmp/old/none /tmp/old/etc/again >/tmp/kept 2>/tmp/said
}
save 300000 || die "$(cat /tmp/said)"
grep -qx 'levitate-keep absent 1' /tmp/said || die "$(cat /tmp/said)"
sha=$(sha256sum /tmp/kept | cut -c 1-64)
grep -q "^levitate-keep saved [0-9]* 200007 $(stat -c %s /tmp/kept) $sha$" /tmp/said || die "$(cat /tmp/said)"
! save 200006 || die "more was kept than may be"
grep -q 'does not fit' /tmp/said || die "$(cat /tmp/said)"
save 300000

put() {
	flasher keep "$lease" "$sha" '' file chunks </tmp/kept
}
compare() {
	flasher kept "$lease" "$sha" '' file chunks </tmp/kept
}
# What the new system has already: some of it is in the way, some of it is not kept.
mkdir -p /tmp/new/etc
echo mine >/tmp/new/etc/mine
echo older >/tmp/new/etc/again
ln -s /etc/passwd /tmp/new/etc/fifo
put | grep -q '"type":"put"' || die "not put"
[ "$(cat /run/levitate/targets/file-chunks)" = touched ] || die "it counts as whole before it was compared"
compare | grep -q '"type":"kept"' || die "not kept"
[ "$(cat /run/levitate/targets/file-chunks)" = verified ] || die "it does not count as whole"
[ -e /run/levitate/settled/keep ] || die "it is still owed"
[ "$(cat /tmp/new/etc/mine)" = mine ] || die "what was not kept is gone"
[ "$(stat -c '%a %h' /tmp/new/etc/deep/big)" = '4711 2' ] || die "$(ls -l /tmp/new/etc/deep)"
[ "$(stat -c %a /tmp/new/etc/deep)" = 2750 ] || die "$(ls -ld /tmp/new/etc/deep)"
[ "$(readlink /tmp/new/etc/link)" = /no/where ] || die "$(ls -l /tmp/new/etc)"
[ "$(cat "/tmp/new/etc/$(printf 'two\nlines')")" = some ] || die "$(ls -l /tmp/new/etc)"

# changed NAME: what was put there is not what was kept any more, and the comparison says by what.
changed() {
	refused VERIFY_FAILED compare
	says "$1"
	put >/dev/null
	compare >/dev/null || die "put again, and still different: $1"
}
chmod 600 /tmp/new/etc/deep/big
changed mode
printf 'same' >"/tmp/new/etc/$(printf 'two\nlines')"
touch -r "/tmp/old/etc/$(printf 'two\nlines')" "/tmp/new/etc/$(printf 'two\nlines')"
changed content
printf 'longer' >"/tmp/new/etc/$long/$long"
changed length
ln -sf /else /tmp/new/etc/link
changed link
rm /tmp/new/etc/again && cp -a /tmp/new/etc/deep/big /tmp/new/etc/again
changed 'hard link'
rm /tmp/new/etc/fifo
changed 'is not in the new system'

# An archive that is cut, or another one, is no success.
cp /tmp/kept /tmp/whole
head -c 100000 /tmp/whole >/tmp/kept
refused CONNECTION_LOST put
[ "$(cat /run/levitate/targets/file-chunks)" = touched ] || die "half of it counts as whole"
cp /tmp/whole /tmp/kept
sha=$(printf '%064d' 0)
refused WRITE_FAILED put
refused VERIFY_FAILED compare
pass
