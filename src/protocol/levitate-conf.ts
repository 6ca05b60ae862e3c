import { Type, type Static } from '@sinclair/typebox';
import { count, text } from './values.js';

/** `levitate.conf` of an archive: what its scripts read of the profile, as shell assignments. Empty is as good as not set. */
export const LevitateConf = Type.Object({
  LEVITATE_PROTOCOL: count('the number of the protocol that the flasher speaks'),
  LEVITATE_CHUNK_BYTES: count('bytes of a chunk'),
  LEVITATE_VERSION: text('of the levitate that made the archive'),
  LEVITATE_NAME: text('of the profile'),
  LEVITATE_CONTACT_TIMEOUT: count('seconds without any login until the device goes back'),
  LEVITATE_IDLE_TIMEOUT: count('seconds without contact with anybody until the device goes back'),
  LEVITATE_NETWORK: text('`keep`, `dhcp` or `static`'),
  LEVITATE_ADDRESS: text('with its prefix length, where static'),
  LEVITATE_GATEWAY: text('where static'),
  LEVITATE_INTERFACE: text('the one that static and dhcp set up'),
  LEVITATE_WIFI: text(
    '`keep` or `own` where the profile lists Wi-Fi: where its configuration is from',
  ),
  LEVITATE_WIFI_INTERFACE: text('where the profile names one'),
  LEVITATE_SSHD_PORT: text('where the profile names one'),
  LEVITATE_HOST_KEYS: text('`keep`, `new`, or `own` where the archive holds one'),
  LEVITATE_AUTHORIZED_KEYS_KEEP: text('`1` to carry the keys of the running system over'),
  LEVITATE_WATCHDOG_DEVICE: text('where the profile names one'),
  LEVITATE_WATCHDOG_FEED: text('seconds between two feedings of it'),
  LEVITATE_WATCHDOG_TIMEOUT: text('seconds that it waits for one'),
  LEVITATE_AFTER_FLASH: text(
    '`1` where commands have to succeed after a flash, before the device leaves',
  ),
  LEVITATE_KEEP_INTO: text(
    'the target that files of the old system have to be put into, before the device leaves; empty where none are kept',
  ),
  LEVITATE_TARGETS: text(
    "a target a line: its name, the flasher's name of its kind and arguments, with tabs between",
  ),
  LEVITATE_SPARED_RANGES: text(
    'a target a line of which something is never written: its name, and what that is (`OFFSET+LENGTH` in bytes, `partition-table`, `label:NAME`), with tabs between',
  ),
  LEVITATE_MODULES: text(
    "kernel modules that the old system's modprobe loads, with blanks between",
  ),
});
/** The settings of a maintenance root. */
export type LevitateConf = Static<typeof LevitateConf>;
