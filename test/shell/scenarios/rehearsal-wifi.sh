# shellcheck shell=sh
# A Wi-Fi configuration that this root's wpa_supplicant does not understand is found by the rehearsal, and what it says of the
# configuration, which may be a secret, stays on the device.

# shellcheck source=test/shell/harness.sh
. /harness.sh
export LEVITATE_MARK=mark
mkdir -p /etc/wpa_supplicant
echo 'key_mgmt=ROT13' >/etc/wpa_supplicant/wpa_supplicant.conf
cat >/usr/sbin/wpa_supplicant <<'SCRIPT'
#!/bin/sh
[ "$*" = '-i none -D rehearsal -c /etc/wpa_supplicant/wpa_supplicant.conf' ] || exit 0
echo "Line 7: Invalid PSK 'secret'."
echo "Line 8: failed to parse network block."
echo "Failed to read or parse configuration '/etc/wpa_supplicant/wpa_supplicant.conf'."
exit 255
SCRIPT
chmod 755 /usr/sbin/wpa_supplicant
fails /init --self-test
says '@mark rehearsal-failed=wpa_supplicant of this root does not understand line 7 of the Wi-Fi configuration mark@'
! grep secret /tmp/out || die "it is told"
echo '#!/bin/sh' >/usr/sbin/wpa_supplicant
/init --self-test | grep -q '^@mark rehearsed=yes mark@$' || die "a good configuration fails"
rm /usr/sbin/wpa_supplicant /etc/wpa_supplicant/wpa_supplicant.conf
pass
