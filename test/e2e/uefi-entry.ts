/** An emulated PC with UEFI as an installer leaves it. */
import type { LabDevice } from '../lab/index.js';

const global = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
const loader = '\\EFI\\systemd\\systemd-bootx64.efi';

/**
 * Has the firmware start the system by an entry of its own, as an installer leaves it: the partition by its GUID, and a file that no
 * removable medium has.
 */
export async function startByEntry(device: LabDevice): Promise<void> {
  const entry = await device.readDisk(1024, 128);
  const name = Buffer.from(`${loader}\0`, 'utf16le');
  const node = Buffer.from('04012a0001000000', 'hex');
  const place = Buffer.alloc(16);
  const [first, last] = [entry.readBigUInt64LE(32), entry.readBigUInt64LE(40)];
  place.writeBigUInt64LE(first, 0);
  place.writeBigUInt64LE(last - first + 1n, 8);
  const path = Buffer.concat([
    ...[node, place, entry.subarray(16, 32), Buffer.from([2, 2])],
    ...[Buffer.from([4, 4, name.length + 4, 0]), name, Buffer.from('7fff0400', 'hex')],
  ]);
  const head = Buffer.alloc(6);
  head.writeUInt32LE(1);
  head.writeUInt16LE(path.length, 4);
  const option = Buffer.concat([head, Buffer.from('Installed\0', 'utf16le'), path]);
  const variables: [string, Buffer][] = [
    ['Boot0077', option],
    ['BootOrder', Buffer.from([0x77, 0])],
  ];
  for (const [variable, bytes] of variables) {
    const whole = Buffer.concat([Buffer.from([7, 0, 0, 0]), bytes]).toString('base64');
    await device.sh(
      `echo ${whole} | base64 -d | dd of=/sys/firmware/efi/efivars/${variable}-${global} bs=4096 status=none`,
    );
  }
  await device.sh('rm -f /boot/efi/EFI/BOOT/BOOTX64.EFI; sync');
  await device.cut();
  await device.start();
  if (!(await device.console()).includes('"Installed"'))
    throw new Error('the firmware does not start the entry that was made');
}
