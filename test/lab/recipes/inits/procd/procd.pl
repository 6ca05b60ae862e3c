# Stands for OpenWrt's procd as PID 1, for its contract as read in procd 2c1834a and as seen when that was run:
# - early.c: /dev is a small tmpfs, noexec; /tmp is nosuid, nodev; there is no /run; the watchdog was opened before, on a
#   /dev that is gone, so that its descriptor reads /watchdog.
# - rcS.c: the scripts /etc/rc.d/S* are called with boot, in the order of their names.
# - service.c: services are listed, ubus and its kin among them; one that is deleted is told TERM, and KILL after 5 s.
# - system.c:sysupgrade: prefix and path are required; the validator runs synchronously and must print all of valid,
#   forceable and allow_backup; each service is told TERM, and the sleep after that ends with the first that ends; no
#   KILL, and none of the scripts of rc.d. Whoever began without procd lives on.
# - sysupgrade.c: chroot(prefix); the watchdog's descriptor goes over in WDTFD; execvp("/sbin/upgraded", path, command),
#   with the working directory left outside and SIGPIPE ignored. If that fails, it leaves the chroot and answers an error.
use strict;
use warnings;
use Fcntl qw(O_RDWR O_WRONLY O_NONBLOCK F_SETFD FD_CLOEXEC);
use IO::Handle;
use POSIX qw(WNOHANG mkfifo);

$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
sub must { system($_) == 0 or print "procd: $_: status $?\n" for @_ }

my $watchdog;
$^F = 2;    # descriptors above are closed on exec, as procd's are
sysopen($watchdog, '/dev/watchdog', O_WRONLY) and $watchdog->autoflush(1) if -c '/dev/watchdog';
must(
  'mount -t proc proc /proc', 'mount -t sysfs sysfs /sys', 'mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup',
  'mount -t tmpfs -o mode=1777,nosuid,nodev,noatime tmpfs /tmp', 'mkdir /tmp/run /tmp/lock /tmp/shm /tmp/.dev',
  'mount -t tmpfs -o mode=0755,size=512K,nosuid,noexec tmpfs /tmp/.dev', 'cp -a /dev/. /tmp/.dev/', 'umount -l /dev',
  'mount -n --move /tmp/.dev /dev', 'rmdir /tmp/.dev', 'mkdir -p /dev/pts', 'mount -t devpts devpts /dev/pts',
  'ln -s /tmp/shm /dev/shm', 'mount -o remount,rw /', 'cat /etc/hostname >/proc/sys/kernel/hostname',
  'ip link set lo up', 'ip addr add 10.0.2.15/24 brd + dev eth0', 'ip link set eth0 up', 'ip route add default via 10.0.2.2',
);
open(STDIN, '<', '/dev/console');
open(STDOUT, '>', '/dev/console');
open(STDERR, '>', '/dev/console');
$| = 1;
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = sub { };    # so that it interrupts a sleep

my (%services, %deleted);
sub service {
  my ($name, @command) = @_;
  my $pid = fork;
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(PIPE CHLD);
    my $group = "/sys/fs/cgroup/services/$name/instance1";
    must("mkdir -p $group && echo $$ >$group/cgroup.procs");
    setpgrp;
    exec @command;
    exit 127;
  }
  $services{$name} = $pid;
}
service('ubus', '/bin/sh', '-c', 'echo $$ >/tmp/run/ubus; trap "rm /tmp/run/ubus; exit" TERM; while :; do sleep 1; done');
service('network', '/bin/sh', '-c', 'trap "ip link set eth0 down; exit" TERM; while :; do sleep 1; done');
service('witness', '/usr/libexec/witness');
# Two sshds: a service of procd's, and one that somebody started by hand.
service('dropbear', 'dropbear', '-F', '-s', '-j', '-k', '-p', '2222', '-P', '/tmp/run/dropbear.2222');
must('dropbear -s -j -k');

must('for script in /etc/rc.d/S*; do [ ! -x "$script" ] || "$script" boot; done');

mkfifo('/tmp/procd.fifo', 0600);
sysopen(my $fifo, '/tmp/procd.fifo', O_RDWR | O_NONBLOCK) or die "procd: no fifo: $!";
my $buffer = '';
while (1) {
  print $watchdog '.' if $watchdog;
  my $ready = '';
  vec($ready, fileno($fifo), 1) = 1;
  select($ready, undef, undef, 1);
  reap();
  for my $pid (keys %deleted) { kill KILL => $pid if time > $deleted{$pid} }
  my $chunk = '';
  $buffer .= $chunk if sysread($fifo, $chunk, 4096);
  while ($buffer =~ s/^(.*)\n//) { request($1) }
}

sub reap {
  while ((my $pid = waitpid(-1, WNOHANG)) > 0) {
    delete $deleted{$pid};
    for my $name (keys %services) { delete $services{$name} if $services{$name} == $pid }
  }
}

sub answer {
  my ($id, $status, $text) = @_;
  open(my $file, '>', "/tmp/run/answer.$id.new") or return;
  print $file "$status\n", $text // '';
  close $file;
  rename "/tmp/run/answer.$id.new", "/tmp/run/answer.$id";
}

sub shut_down {
  my ($how) = @_;
  must('for script in /etc/rc.d/K*; do "$script" shutdown; done; sync');
  kill TERM => values %services;
  sleep 1;
  must("umount -a -r; busybox $how -f");
}

sub request {
  my ($line) = @_;
  return shut_down($line) if $line =~ /^(poweroff|reboot|halt)$/;
  my ($id, $what, $json) = $line =~ /^(\d+) (\w+ \w+) ?(.*)$/ or return;
  return list($id) if $what eq 'service list';
  return remove($id, $json) if $what eq 'service delete';
  return sysupgrade($id, $json) if $what eq 'system sysupgrade';
  answer($id, 4);
}

sub list {
  my @all = map {
    qq(\t"$_": {\n\t\t"instances": {\n\t\t\t"instance1": {\n\t\t\t\t"running": true,\n\t\t\t\t"pid": $services{$_},\n)
      . qq(\t\t\t\t"command": [\n\t\t\t\t\t"$_"\n\t\t\t\t],\n\t\t\t\t"term_timeout": 5\n\t\t\t}\n\t\t}\n\t})
  } sort keys %services;
  # A service that has run and ended, as most scripts of rc.d leave one.
  push @all, qq(\t"sysctl": {\n\t\t\n\t});
  answer($_[0], 0, "{\n" . join(",\n", @all) . "\n}\n");
}

sub remove {
  my ($id, $json) = @_;
  my ($name) = $json =~ /"name"\s*:\s*"([^"]*)"/;
  return answer($id, 0) if defined $name && $name eq 'sysctl';
  return answer($id, 4) unless defined $name && $services{$name};
  my $pid = delete $services{$name};
  $deleted{$pid} = time + 5;
  kill TERM => $pid;
  answer($id, 0);
}

sub sysupgrade {
  my ($id, $json) = @_;
  my %given = $json =~ /"(prefix|path|command)"\s*:\s*"([^"]*)"/g;
  return answer($id, 2) unless defined $given{prefix} && defined $given{path};
  my $said = qx(/usr/libexec/validate_firmware_image "$given{path}");
  return answer($id, 9, "Failed to parse JSON: $said") unless $said =~ /^\s*\{.*\}\s*$/s;
  my %valid = $said =~ /"(valid|forceable|allow_backup)"\s*:\s*(true|false)/g;
  return answer($id, 2, 'Validation script provided invalid input') unless keys %valid == 3;
  my $force = $json =~ /"force"\s*:\s*true/ && $valid{forceable} eq 'true';
  return answer($id, 8, 'Firmware image is invalid') unless $valid{valid} eq 'true' || $force;
  kill TERM => values %services;
  sleep 5;
  chroot $given{prefix} or return answer($id, 9);
  if ($watchdog) {
    fcntl($watchdog, F_SETFD, 0);
    $ENV{WDTFD} = fileno $watchdog;
  }
  { no warnings 'exec'; exec { '/sbin/upgraded' } '/sbin/upgraded', $given{path}, $given{command} // '' }
  print "Failed to exec upgraded.\n";
  fcntl($watchdog, F_SETFD, FD_CLOEXEC) if $watchdog;
  delete $ENV{WDTFD};
  chroot '.' or exit 1;
  reap();
  answer($id, 9);
}
