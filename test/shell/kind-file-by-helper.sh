# shellcheck shell=sh
# Goes on with kind-file.sh in a root that has the helper.

feed_by_helper() { # LEASE LENGTH
	case $mode in
	chunks) by_helper feed-block "$node" "$1" "$2" "$chunk" ;;
	*) by_helper feed-stream "$name" "$1" "$2" "$chunk" ;;
	esac
}
