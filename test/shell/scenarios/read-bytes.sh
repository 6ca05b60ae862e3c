# shellcheck shell=sh
# A target is read as bytes from any of them on; what is said goes to the other channel.

# shellcheck source=test/shell/harness.sh
. /harness.sh
image
cp /tmp/image /tmp/medium
echo "$length" >/tmp/size
flasher read 0 "$length" file chunks >/tmp/read 2>/tmp/err || die "$(cat /tmp/err)"
cmp /tmp/image /tmp/read || die "what was read differs"
flasher read 1000001 1050000 file chunks >/tmp/read
tail -c +1000002 /tmp/image | head -c 1050000 | cmp - /tmp/read || die "what was read from there on differs"
# failed CODE: it said so on standard error, and no byte came.
failed() {
	_code=$1
	shift
	! "$@" >/tmp/read 2>/tmp/err || die "succeeded: $*"
	[ ! -s /tmp/read ] || die "bytes of nothing: $(cat /tmp/read)"
	grep -q "^{\"type\":\"error\",\"code\":\"$_code\"," /tmp/err || die "$(cat /tmp/err)"
}
failed IMAGE_TOO_LARGE flasher read 1 "$length" file chunks
failed USAGE flasher read x 1 file chunks
failed USAGE flasher read 0 -1 file chunks
failed TARGET_MISSING flasher read 0 1 ubi-volume data nowhere
rm /tmp/medium
mkdir /tmp/medium
failed VERIFY_FAILED flasher read 0 1 file chunks
pass
