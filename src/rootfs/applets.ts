/**
 * The busybox applets that the maintenance root has: what levitate's scripts call, and what a person at its shell
 * expects. The list is fixed, because a busybox for another architecture cannot be run to ask it; resolving a root
 * checks that the busybox has every applet that levitate itself calls.
 */
export const applets: Readonly<Record<string, string[]>> = {
  '/usr/bin': `
    [ ash awk basename bunzip2 bzcat cat chgrp chmod chown clear cmp cp cpio cut date dd df diff dirname dmesg du echo
    egrep env expr fallocate false fgrep find free grep groups gunzip gzip head hexdump hostname id kill killall less
    ln logger ls lzcat md5sum mkdir mkfifo mknod mktemp more mount mv nc nproc nslookup od paste pidof ping printf ps
    pwd readlink realpath renice reset rev rm rmdir sed seq setsid sh sha1sum sha256sum sha512sum sleep sort stat strings
    stty sync tac tail tar tee test time timeout top touch tr true truncate tty umount uname uniq unlink unxz unzip uptime
    usleep vi watch wc wget which who whoami xargs xxd xz xzcat yes zcat`
    .trim()
    .split(/\s+/),
  '/usr/sbin': `
    arp blkdiscard blockdev brctl chroot depmod fdisk fsfreeze fstrim getty halt hwclock ifconfig init insmod ip
    losetup lsmod mkswap modinfo modprobe nologin partprobe pivot_root poweroff reboot rmmod route swapoff swapon
    switch_root sysctl tunctl udhcpc vconfig watchdog`
    .trim()
    .split(/\s+/),
};

/** The applets that no script of levitate calls; the busybox of a sysroot or a device may lack them. */
export const optionalApplets: ReadonlySet<string> = new Set(
  `bunzip2 bzcat chgrp chown clear diff dmesg du egrep expr fallocate fgrep free groups gunzip killall less
    logger lzcat md5sum mktemp more nproc nslookup od paste pidof ping ps pwd realpath rev seq sha1sum sha512sum
    strings stty tar time top touch truncate tty uniq unlink unxz unzip uptime vi watch wget which who whoami
    xxd xz xzcat yes zcat arp brctl depmod fdisk fsfreeze fstrim hwclock ifconfig lsmod mkswap modinfo nologin
    partprobe rmmod swapon switch_root tunctl vconfig`
    .trim()
    .split(/\s+/),
);

/** The applets that levitate's scripts call. */
export const neededApplets: readonly string[] = Object.values(applets)
  .flat()
  .filter((name) => !optionalApplets.has(name));
