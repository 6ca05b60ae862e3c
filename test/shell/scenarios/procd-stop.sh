# shellcheck shell=sh
# procd: the scripts of rc.d and then the services end before the step, and are waited for; what the way in and the bus
# stand on is left alone. ubus stands for the device's: it prints and does what OpenWrt's does.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/takeover/stop-services.sh
. /usr/lib/levitate/takeover/inits/20-procd.sh
stop_seconds=10
mkdir -p /run/bin /run/pids /etc/rc.d
for script in K10ledger K50dropbear K85odhcpd K89log K90network K90umount K98boot K99umount-more; do
	printf '#!/bin/sh\necho "%s $1" >>/tmp/order\n' "$script" >"/etc/rc.d/$script"
	chmod 755 "/etc/rc.d/$script"
done
echo 'exit 1' >/etc/rc.d/K20not-executable
for service in dropbear network slow sshd stubborn 'quick' ubus; do
	(
		trap 'sleep 1; echo "$service ended" >>/tmp/order; exit' TERM
		[ "$service" != stubborn ] || trap '' TERM
		while :; do sleep 1; done
	) &
	echo $! >"/run/pids/$service"
done
cat >/run/bin/ubus <<'UBUS'
#!/bin/sh
case $* in
'call service list')
	echo '{'
	for file in /run/pids/*; do
		printf '\t"%s": {\n\t\t"instances": {\n\t\t\t"instance1": {\n\t\t\t\t"running": true,\n\t\t\t\t"pid": %s,\n' "${file##*/}" "$(cat "$file")"
		# What a service notes down for itself looks the same, a level above.
		printf '\t\t\t\t"command": [\n\t\t\t\t\t"x"\n\t\t\t\t]\n\t\t\t}\n\t\t},\n\t\t"data": {\n\t\t\t"pid": 1\n\t\t}\n\t},\n'
	done
	printf '\t"sysctl": {\n\t\t\n\t}\n}\n'
	;;
'call service delete '*)
	name=${4#*:\"}
	name=${name%\"\}}
	echo "$name deleted" >>/tmp/order
	[ -e "/run/pids/$name" ] || exit 4
	pid=$(cat "/run/pids/$name")
	rm "/run/pids/$name"
	kill -TERM "$pid"
	# As procd: those that do not listen get KILL.
	(sleep 3 && kill -KILL "$pid") >/dev/null 2>&1 &
	;;
*) exit 2 ;;
esac
UBUS
chmod 755 /run/bin/ubus
PATH=/run/bin:$PATH procd_stop ''
rm -r /etc/rc.d
sort /tmp/order >/tmp/sorted
cat >/tmp/expected <<'LIST'
K10ledger shutdown
K85odhcpd shutdown
K89log shutdown
quick deleted
quick ended
slow deleted
slow ended
stubborn deleted
sysctl deleted
LIST
cmp /tmp/expected /tmp/sorted || die "$(cat /tmp/order)"
[ "$(grep -n shutdown /tmp/order | tail -n 1 | cut -d : -f 1)" = 3 ] || die "a service ended before the scripts: $(cat /tmp/order)"
for kept in dropbear network sshd ubus; do
	kill -0 "$(cat "/run/pids/$kept")" || die "$kept was ended"
	kill -KILL "$(cat "/run/pids/$kept")"
done

# Without a bus there is nothing to ask: that is found by the step.
mkdir -p /etc/rc.d
printf '#!/bin/sh\necho "Failed to connect to ubus" >&2\nexit 255\n' >/run/bin/ubus
PATH=/run/bin:$PATH procd_stop '' || die "stopped at a bus that is gone"
rmdir /etc/rc.d
pass
