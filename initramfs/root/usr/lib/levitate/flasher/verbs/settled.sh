# shellcheck shell=sh
# settled LEASE after-flash: the host has seen that what the profile wants done before the device leaves is done

lease_enter "$1"
case ${2-} in
after-flash) ;;
*) refuse USAGE "nothing is called '$(printf '%.40s' "${2-}")' that could be settled" ;;
esac
settle "$2"
say settled
