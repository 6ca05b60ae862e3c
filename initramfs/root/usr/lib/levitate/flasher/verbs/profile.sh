# shellcheck shell=sh
# profile: the profile that this root was built from

say profile profile# "$(tr -d '\n' </etc/levitate/profile.json)"
