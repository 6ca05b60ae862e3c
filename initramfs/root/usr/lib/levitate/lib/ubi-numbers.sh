# shellcheck shell=sh
# Finds who names a UBI volume by its number. A new volume that takes the place of another gets its name and never its number:
# whatever starts the device by that number would not find it any more.

# find_ubi_words: sets ubi_words to the words by which the kernel's command line and the mounts of UBIFS speak of UBI, with blanks
# between; a quotation mark becomes a question mark.
find_ubi_words() {
	ubi_words=
	read -r _words </proc/cmdline || :
	set -f
	for _word in ${_words-}; do
		case $_word in *ubi*) ubi_words="$ubi_words${ubi_words:+ }$_word" ;; esac
	done
	set +f
	while read -r _source _ _type _; do
		[ "$_type" != ubifs ] || ubi_words="$ubi_words${ubi_words:+ }$_source"
	done </proc/mounts
	_words=$ubi_words
	ubi_words=
	while :; do
		case $_words in *\'*) ;; *) break ;; esac
		ubi_words="$ubi_words${_words%%\'*}?"
		_words=${_words#*\'}
	done
	ubi_words=$ubi_words$_words
}

# find_number_word VOLUME WORDS: sets number_word to the first of these words that names the volume, such as ubi0_1, by its number;
# to nothing where none does. The names of the volume, of its block device, and what UBIFS (kernel doc filesystems/ubifs) and
# ubi.block (drivers/mtd/ubi/block.c) understand are looked for.
find_number_word() {
	number_word=
	_device=${1%_*}
	_device=${_device#ubi}
	_id=${1#*_}
	set -f
	for _word in $2; do
		case "=$_word=" in
		*[!A-Za-z0-9_]"$1"[!A-Za-z0-9_]* | *[!A-Za-z0-9_]"ubiblock${1#ubi}"[!A-Za-z0-9_]*) number_word=$_word ;;
		"=ubi.block=$_device,$_id=" | "=ubi.block=/dev/ubi$_device,$_id=") number_word=$_word ;;
		"=root=ubi$_id=" | "=ubi$_id=") [ "$_device" != 0 ] || number_word=$_word ;;
		esac
		[ -z "$number_word" ] || break
	done
	set +f
}
