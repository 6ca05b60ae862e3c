import { Type } from '@sinclair/typebox';
import { fact, yes } from './fact.js';

/** What `levitate probe` asks for beside the facts. */
export const ToldProbeFacts = Type.Object({
  'cpu-features': fact('features of the processor, with blanks between'),
  'init-version': fact('the version of the init system'),
  'mtd-type': fact('of an MTD: DEVICE TYPE'),
  'mtd-read-only': fact('an MTD that the kernel lets nobody write to'),
  'mtd-shared': fact('MTDs that share flash: DEVICE NUMBER…'),
  ubi: fact('an attached UBI: DEVICE MTD'),
  block2mtd: yes('an MTD may stand on a disk'),
  disk: fact('a disk or partition: DEVICE PARENT|- READONLY LABEL'),
  interface: fact('a network interface: NAME KIND STATE MASTER|-'),
  'hardware-address': fact('the address that the maker gave a network interface: NAME MAC'),
  'emmc-cid': fact('the CID of an eMMC, in hex'),
  address: fact('an address: INTERFACE ADDRESS/PREFIX [dynamic]'),
  'dhcp-client': fact('the command line of a program that keeps a lease'),
  'login-server': fact('the SSH server of the login'),
  'host-key': fact('the path of a host key'),
  console: fact('a terminal that the kernel writes to'),
  'build-file': fact('the file that names the build of the system'),
  'probe-end': fact('nothing is missing behind: yes', /^yes$/),
});
