# shellcheck shell=sh
# A root whose files are not those that were built does not pass its rehearsal.

# shellcheck source=test/shell/harness.sh
. /harness.sh
export LEVITATE_MARK=mark
echo '# changed' >>/usr/lib/levitate/release-old-root
fails /init --self-test
says '@mark rehearsal-failed=files in RAM are not those that were built mark@'
sed -i '$d' /usr/lib/levitate/release-old-root
pass
