# shellcheck shell=sh
# Nobody reboots a device under the hands of a writer.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease carol@desk
fails flasher leave
says 'carol@desk is writing'
pass
