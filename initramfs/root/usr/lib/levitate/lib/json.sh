# shellcheck shell=sh
# JSON (RFC 8259) for the flasher's standard output: one object a line.

# quote_json TEXT: sets quoted to the text as a JSON string. Most texts are plain, and need no program for that: on a slow
# processor the programs would be most of what an answer costs.
quote_json() {
	quoted=$1
	case $1 in
	*[!A-Za-z0-9" "._:/,@+=-]*) quoted=$(printf '%s' "$1" | tr '\n\t\r' '   ' | tr -d '\000-\037' | sed 's/[\\"]/\\&/g') ;;
	esac
	quoted=\"$quoted\"
}

# json_string TEXT: prints the text as a JSON string, with quotes.
json_string() {
	quote_json "$1"
	printf '%s' "$quoted"
}

# json_strings: prints the lines of standard input as JSON strings with commas between.
json_strings() {
	_first=yes
	while IFS= read -r _line || [ -n "$_line" ]; do
		[ "$_first" = yes ] || printf ,
		_first=no
		json_string "$_line"
	done
}

# list_json LINES: sets listed to the lines, each of them JSON, as a list.
list_json() {
	listed=
	set -f
	IFS='
'
	for _line in $1; do
		listed=$listed${listed:+,}$_line
	done
	unset IFS
	set +f
	listed=[$listed]
}

# say TYPE [KEY VALUE]...: prints one object. The value of a key that ends in # is a number, true, false, null or JSON.
say() {
	_object="{\"type\":\"$1\""
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		*\#) _object="$_object,\"${1%#}\":$2" ;;
		*)
			quote_json "$2"
			_object="$_object,\"$1\":$quoted"
			;;
		esac
		shift 2
	done
	printf '%s}\n' "$_object"
}

# refuse CODE MESSAGE [KEY VALUE]...: says why nothing is done, and ends the process with the status of a refusal.
refuse() {
	error_said=yes
	_code=$1
	_message=$2
	shift 2
	say error code "$_code" message "$_message" "$@"
	exit 3
}

# fail CODE MESSAGE: says what went wrong after work began, and ends the process with the status of a failure.
fail() {
	# shellcheck disable=SC2034
	error_said=yes
	say error code "$1" message "$2"
	exit 1
}
