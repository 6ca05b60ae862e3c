# shellcheck shell=sh
# The kind partition: a partition by its GPT name or its PARTUUID.

part kinds/block

resolve() { # label|uuid VALUE
	name="partition $1 $2"
	case $1 in
	label | uuid) resolve_partition "$1" "$2" ;;
	*) refuse TARGET_UNSUPPORTED "a partition is found by label or uuid, not by $1" ;;
	esac
}
