# shellcheck shell=sh
# Carries the Wi-Fi of the running system over, as far as the profile lists it. $b is the staged busybox.

# supplicant_configuration INTERFACE: prints the file that the running wpa_supplicant was given for the interface, and the
# usual ones behind it.
supplicant_configuration() {
	# Looking at each process would start two programs for each.
	for _arguments in $($b grep -ls wpa_supplicant /proc/[0-9]*/cmdline); do
		# A process may end while it is looked at.
		$b tr '\0' '\n' <"$_arguments" 2>/dev/null | $b awk -v of="$1" '
			NR == 1 && !/(^|\/)wpa_supplicant$/ { exit }
			next_is == "c" { file = $0; next_is = ""; next }
			next_is == "i" { link = $0; next_is = ""; next }
			/^-N$/ { if (link == of) exit; file = link = "" }
			/^-[A-Za-z]*c$/ { next_is = "c"; next }
			/^-[A-Za-z]*i$/ { next_is = "i"; next }
			/^-c/ { file = substr($0, 3) }
			/^-i/ { link = substr($0, 3) }
			END { if (link == of && file != "") print file }'
	done
	for _file in "/etc/wpa_supplicant/wpa_supplicant-$1.conf" "/var/run/wpa_supplicant-$1.conf" \
		/etc/wpa_supplicant/wpa_supplicant.conf /etc/wpa_supplicant.conf; do
		[ ! -r "$_file" ] || printf '%s\n' "$_file"
	done
}

# carry_wifi ROOT keep|file INTERFACE: prints the line for services/network. With keep it copies the configuration, with
# the keys and certificates that it names; nothing of these may be printed.
carry_wifi() {
	if [ -z "$3" ] || [ ! -e "/sys/class/net/$3" ]; then
		echo "the profile lists Wi-Fi, and this device has no ${3:-wireless interface}" >&2
		return 1
	fi
	echo "wifi $3"
	[ "$2" = keep ] || return 0
	_file=$(supplicant_configuration "$3" | $b head -n 1)
	if [ ! -r "$_file" ]; then
		echo "no wpa_supplicant.conf for $3 was found here: name one in services.wifi.configuration" >&2
		return 1
	fi
	_folder=$1/etc/wpa_supplicant
	$b mkdir -p "$_folder"
	$b chmod 700 "$_folder"
	$b cat "$_file" >"$_folder/wpa_supplicant.conf"
	$b sed -n 's/^[[:space:]]*[a-z_]*\(cert\|key\|file\|path\)[a-z0-9_]*="\(\/[^"]*\)".*/\2/p' "$_file" | while read -r _named; do
		[ -f "$_named" ] || continue
		$b mkdir -p "$1$($b dirname "$_named")"
		$b cat "$_named" >"$1$_named"
	done
}
