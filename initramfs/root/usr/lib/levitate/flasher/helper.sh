# shellcheck shell=sh
# The helper is a small program that moves and hashes bytes (initramfs/helper). A root without it does the same in the
# shell, where each chunk costs the start of several programs.

# by_helper VERB ARGS...: lets the helper do it; ends the process, as the helper has failed.
by_helper() {
	_status=0
	LEVITATE_STATE=$state LEVITATE_SPARED=$spared "$lib/helper" "$@" || _status=$?
	case $_status in
	0) return ;;
	1)
		# It has said why.
		# shellcheck disable=SC2034
		error_said=yes
		exit 1
		;;
	4) lease_need "$writing" ;;
	5) fail WRITE_FAILED "the writing program ended early: $(writer_log_tail)" ;;
	esac
	fail FLASHER_FAILED "the helper ended with status $_status"
}
