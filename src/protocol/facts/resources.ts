import { Type } from '@sinclair/typebox';
import { fact, number, yes } from './fact.js';

/** What the kernel can do, as far as the maintenance root asks for it. */
export const ToldKernelFacts = Type.Object({
  filesystems: fact('types of file systems, with blanks between'),
  'module-support': yes('the kernel has loadable modules'),
  modules: fact('modules that are loaded, with blanks between'),
  'modules-disabled': fact('`1` where no more may be loaded'),
  'modules-signed': fact('`Y` or `1` where they must be signed'),
  modprobe: yes('the device can find and load modules'),
  'packet-sockets': yes('the kernel has packet sockets'),
  'ubi-support': yes('the kernel has UBI'),
  'mtd-nodes': yes('MTDs have character devices'),
});

/** Flash, disks, mounts and watchdogs. */
export const ToldDeviceFacts = Type.Object({
  mount: fact('a mount: SOURCE POINT TYPE'),
  swap: fact('a file or device of swap'),
  mtd: fact(
    'an MTD: DEVICE SIZE ERASESIZE NAME, sizes in hexadecimal bytes',
    /^[^ ]+ [0-9a-f]+ [0-9a-f]+( |$)/,
  ),
  'ubi-volume': fact('a UBI volume: DEVICE LEBS LEBSIZE NAME', /^[^ ]+ [0-9]+ [0-9]+( |$)/),
  block: fact('a block device: DEVICE SECTORS, of 512 bytes', /^[^ ]+ [0-9]+$/),
  watchdog: fact('a watchdog: DEVICE STATE TIMEOUT NOWAYOUT IDENTITY'),
  'watchdog-feeder': fact('who has it open: DEVICE PID NAME'),
});

/** What a rescue of the device would be made of (remote/rescue.sh). */
export const ToldRescueFacts = Type.Object({
  'rescue-refusal': fact('why it can have none: a sentence without a stop'),
  'rescue-firmware': fact('what it starts by: `bios` or `uefi`', /^(bios|uefi)$/),
  'rescue-disk': fact('the disk that it starts from, as sysfs names it'),
  'rescue-kernel': fact(
    'the kernel that runs: BYTES PATH, a blank alone where there is no file of it',
    /^[0-9]* /,
  ),
  'rescue-bytes': number('of the modules and the firmware that go with it'),
});

/** What block devices are made of, and what stands on them. */
export const ToldStackFacts = Type.Object({
  stands: fact('a device and one that it is made of: DEVICE DEVICE', /^[^ ]+ [^ ]+$/),
  mapped: fact(
    'of the device mapper: DEVICE OWNER|- NAME, the owner such as `LVM`',
    /^[^ ]+ [^ ]+ /,
  ),
  array: fact('of md: DEVICE LEVEL|- METADATA|-', /^[^ ]+ [^ ]+ [^ ]+$/),
  loop: fact('a device in a file: DEVICE FILE', /^[^ ]+ /),
  'network-disk': fact('a disk that is somewhere else: DEVICE PROTOCOL', /^[^ ]+ /),
  mounted: fact('what stands on flash or a disk: DEVICE ro|rw TYPE POINT'),
  'root-layers': fact('the options of an overlay that is the root'),
});

/** What an installation and a kernel before this one left. */
export const ToldLeftFacts = Type.Object({
  installed: fact('the SHA-256 of the installed archive'),
  'installed-size': fact('the bytes of RAM that it takes'),
  'installed-profile': fact('its profile, as JSON'),
  'installed-module': fact('a line of its list of kernel modules'),
  'reboot-reason': fact('what levitate said last: AGE ENTRY TEXT, the age in seconds or `-`'),
});
