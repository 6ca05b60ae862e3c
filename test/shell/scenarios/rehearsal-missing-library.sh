# shellcheck shell=sh
# A program that lacks a library does not pass the rehearsal.

# shellcheck source=test/shell/harness.sh
. /harness.sh
export LEVITATE_MARK=mark
lib=$(find /usr/lib -name 'libtomcrypt.so.1')
mv "$lib" /tmp/lib
sed -i.kept "/libtomcrypt/d" /etc/levitate/files.sha256
fails /init --self-test
mv /tmp/lib "$lib"
mv /etc/levitate/files.sha256.kept /etc/levitate/files.sha256
says 'does not start'
pass
