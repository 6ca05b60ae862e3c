# shellcheck shell=sh
# A root whose files are not those that were built does not pass its rehearsal.

# shellcheck source=test/shell/harness.sh
. /harness.sh
echo '# changed' >>/usr/lib/levitate/release-old-root
fails /init --self-test
says 'failed=files in RAM are not those that were built'
sed -i '$d' /usr/lib/levitate/release-old-root
pass
