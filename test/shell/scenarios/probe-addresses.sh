# shellcheck shell=sh
# probe: the addresses by which a device is known, as busybox's ip and iproute2 print them; IPv6 has no broadcast address.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck disable=SC2034
device='ip() { cat /tmp/addresses; }'
cat >/tmp/addresses <<'LIST'
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host
2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master br0 qlen 1000
    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff
    inet 10.0.0.5/24 brd 10.0.0.255 scope global dynamic eth0
    inet 10.0.0.6/24 scope global dynamic noprefixroute eth0
    inet 10.0.0.9/24 scope global eth0
    inet6 2001:db8::5/64 scope global
       valid_lft forever preferred_lft forever
    inet6 2001:db8::6/64 scope global dynamic mngtmpaddr noprefixroute
    inet6 fd00::7/60 scope global noprefixroute
    inet6 2001:db8::99/64 scope global temporary dynamic
    inet6 2001:db8::98/64 scope global secondary dynamic
    inet6 2001:db8::97/64 scope global tentative dadfailed
    inet6 fe80::5054:ff:fe12:3456/64 scope link
3: ppp0: <POINTOPOINT,UP> mtu 1492
    inet 203.0.113.7 peer 203.0.113.1/32 scope global ppp0
    inet6 2001:db8:1::1 peer 2001:db8:1::2/128 scope global
LIST
sent remote/facts.sh remote/probe.sh
grep '^address=' /tmp/out >/tmp/got
cat >/tmp/expected <<'LIST'
address=eth0 10.0.0.5/24 dynamic
address=eth0 10.0.0.6/24 dynamic
address=eth0 10.0.0.9/24
address=eth0 2001:db8::5/64
address=eth0 2001:db8::6/64
address=eth0 fd00::7/60
address=ppp0 203.0.113.7
address=ppp0 2001:db8:1::1
LIST
cmp /tmp/expected /tmp/got || die "$(cat /tmp/got)"

# A device without flash chips and disks has no line with the pattern that would name them.
mount -t tmpfs sys /sys
sent remote/facts.sh remote/probe.sh
! grep '\*' /tmp/out || die "a pattern that matched nothing was told as a fact"
pass
