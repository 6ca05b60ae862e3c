# Stands for OpenWrt's procd as PID 1, for its contract of `ubus call system sysupgrade` as read in procd 2c1834a
# (system.c:sysupgrade, sysupgrade.c:sysupgrade_exec_upgraded, watchdog.c): prefix and path are required; the
# validator runs synchronously and must print JSON; services are stopped; chroot(prefix); the watchdog's descriptor
# is handed over in WDTFD; execvp("/sbin/upgraded", path, command), with the working directory left outside.
use strict;
use warnings;
use Fcntl qw(O_RDWR O_NONBLOCK F_SETFD);
use IO::Handle;
use POSIX qw(WNOHANG mkfifo);

$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
for my $line (
  'mount -t proc proc /proc', 'mount -t sysfs sysfs /sys', 'mount -o remount,rw /', 'mkdir -p /dev/pts',
  'mount -t devpts devpts /dev/pts', 'mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /tmp',
  'mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /run', 'mkdir /run/network', 'ifup -a',
  'hostname "$(cat /etc/hostname)"',
) {
  system($line) == 0 or print "procd: $line: status $?\n";
}
open(STDIN, '<', '/dev/console');
open(STDOUT, '>', '/dev/console');
open(STDERR, '>', '/dev/console');
$| = 1;

# Its own service, and an sshd that somebody started by hand, which service_stop_all does not know.
my %services;
sub service {
  my (@command) = @_;
  my $pid = fork;
  if (!$pid) { setpgrp; exec @command; exit 127 }
  $services{$pid} = 1;
}
service('/bin/sh', '-c', 'trap "echo witness: stopped in order >/dev/kmsg; exit" TERM; while :; do sleep 1; done');
system('dropbear -s -j -k');

my $watchdog;
$^F = 2;    # descriptors above are closed on exec, as procd's are
open($watchdog, '>', '/dev/watchdog') and $watchdog->autoflush(1) if -c '/dev/watchdog';

mkfifo('/tmp/procd.fifo', 0600);
sysopen(my $fifo, '/tmp/procd.fifo', O_RDWR | O_NONBLOCK) or die "procd: no fifo: $!";
my $buffer = '';
while (1) {
  print $watchdog '.' if $watchdog;
  my $ready = '';
  vec($ready, fileno($fifo), 1) = 1;
  select($ready, undef, undef, 1);
  while ((my $pid = waitpid(-1, WNOHANG)) > 0) { delete $services{$pid} }
  my $chunk = '';
  $buffer .= $chunk if sysread($fifo, $chunk, 4096);
  while ($buffer =~ s/^(.*)\n//) { request($1) }
}

sub answer {
  open(my $file, '>', '/tmp/procd.answer.new') or return;
  print $file shift;
  close $file;
  rename '/tmp/procd.answer.new', '/tmp/procd.answer';
}

sub stop_services {
  kill TERM => keys %services;
  for (1 .. 50) {
    while ((my $pid = waitpid(-1, WNOHANG)) > 0) { delete $services{$pid} }
    last unless %services;
    select(undef, undef, undef, 0.1);
  }
  kill KILL => keys %services;
}

sub request {
  my ($line) = @_;
  if ($line =~ /^(poweroff|reboot|halt)$/) {
    stop_services();
    system("sync; umount -a -r; busybox $1 -f");
    return;
  }
  my ($json) = $line =~ /^sysupgrade (.*)$/ or return;
  my %given = $json =~ /"(prefix|path|command)"\s*:\s*"([^"]*)"/g;
  return answer(2) unless defined $given{prefix} && defined $given{path};
  my $said = qx(/usr/libexec/validate_firmware_image "$given{path}");
  return answer(9) unless $said =~ /^\s*\{.*\}\s*$/s;
  my ($valid) = $said =~ /"valid"\s*:\s*(true|false)/;
  my ($forceable) = $said =~ /"forceable"\s*:\s*(true|false)/;
  my $force = $json =~ /"force"\s*:\s*true/;
  return answer(9) unless ($valid // '') eq 'true' || ($force && ($forceable // '') eq 'true');
  stop_services();
  chroot $given{prefix} or return answer(9);
  if ($watchdog) {
    fcntl($watchdog, F_SETFD, 0);
    $ENV{WDTFD} = fileno $watchdog;
  }
  exec { '/sbin/upgraded' } '/sbin/upgraded', $given{path}, $given{command} // '';
  print "procd: failed to exec upgraded: $!\n";
  system('busybox reboot -f');
}
