# shellcheck shell=sh
# A root whose files are not those that were built does not pass its rehearsal.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
echo '# changed' >>/usr/lib/levitate/release
fails /init --check
says 'failed=files in RAM are not those that were built'
sed -i '$d' /usr/lib/levitate/release
pass
