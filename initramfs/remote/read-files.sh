# shellcheck shell=sh
# Sends files of the running system to the host. It only reads, and runs in any POSIX sh. LEVITATE_VERB is the function that
# is called with each line of LEVITATE_PATHS. It ends with status 0 only if everything that is there was sent.
set -eu

# digest_of FILE: prints the SHA-256, or the MD5 where the device has no program for SHA-256.
digest_of() {
	if command -v sha256sum >/dev/null; then
		sha256sum
	else
		md5sum
	fi <"$1"
}

# locate PATH: prints where the links of the path end, or an empty line for what is no regular file.
locate() {
	if [ -f "$1" ]; then
		readlink -f "$1"
	else
		echo
	fi
}

# read_file PATH: prints a line with length and digest, then the bytes.
read_file() {
	_length=$(wc -c <"$1")
	_digest=$(digest_of "$1")
	echo $((_length)) "${_digest%% *}"
	cat "$1"
}

# list FOLDER: prints the names in the folder, then an empty line.
list() {
	for _entry in "$1"/*; do
		[ ! -e "$_entry" ] || echo "${_entry##*/}"
	done
	echo
}

# files FOLDER: prints the paths of the files below the folder, and of links that are named like kernel modules.
files() {
	[ ! -d "$1" ] || find "$1" -type f -o -type l -name '*.ko*'
}

while IFS= read -r _path; do
	"$LEVITATE_VERB" "$_path"
done <<PATHS
$LEVITATE_PATHS
PATHS
