# shellcheck shell=sh
# settled LEASE after-flash|keep: what the profile wants done before the device leaves was done, or a person does without it

lease_enter "$1"
case ${2-} in
after-flash | keep) ;;
*) refuse USAGE "nothing is called '$(printf '%.40s' "${2-}")' that could be settled" ;;
esac
settle "$2"
say settled
