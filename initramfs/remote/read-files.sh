# shellcheck shell=sh
# Hands files of the running system to the host; read-only, for any POSIX sh. LEVITATE_VERB says what is wanted of
# each line of LEVITATE_PATHS. Ends with status 0 only if everything that is there was sent.
set -eu

# digest_of FILE: its SHA-256, or its MD5 where the device has no program for that.
digest_of() {
	if command -v sha256sum >/dev/null; then
		sha256sum
	else
		md5sum
	fi <"$1"
}

# Where its links end, or an empty line: only regular files are of use.
locate() {
	if [ -f "$1" ]; then
		readlink -f "$1"
	else
		echo
	fi
}

# A line with length and digest, then the bytes.
read_file() {
	_length=$(wc -c <"$1")
	_digest=$(digest_of "$1")
	echo $((_length)) "${_digest%% *}"
	cat "$1"
}

# Names in a folder, then an empty line.
list() {
	for _entry in "$1"/*; do
		[ ! -e "$_entry" ] || echo "${_entry##*/}"
	done
	echo
}

# Paths of the files below a folder, and of links that are named like kernel modules.
files() {
	[ ! -d "$1" ] || find "$1" -type f -o -type l -name '*.ko*'
}

while IFS= read -r _path; do
	"$LEVITATE_VERB" "$_path"
done <<PATHS
$LEVITATE_PATHS
PATHS
