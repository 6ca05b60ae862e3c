import { Type } from '@sinclair/typebox';
import { fact, number, yes } from './fact.js';

const sector = /^([0-9a-f]{2}){512}$/;

/** What a device tells that is to get another system beside its own (remote/migrate.sh). */
export const ToldMigrateFacts = Type.Object({
  'migrate-refusal': fact('why nothing is told or was written: CODE MESSAGE', /^[A-Z_]+ ./),
  'migrate-firmware': fact('what starts it: `bios` or `uefi`', /^(bios|uefi)$/),
  'migrate-disk': fact(
    'the disk: NODE SECTORS SECTORSIZE, sectors of 512 bytes',
    /^[^ ]+ [0-9]+ [0-9]+$/,
  ),
  'migrate-partition': fact(
    'a partition of it: NUMBER START SECTORS NODE',
    /^[0-9]+ [0-9]+ [0-9]+ [^ ]+$/,
  ),
  'migrate-gpt': yes('it has a GPT'),
  'migrate-boot': fact('its first sector, as hexadecimal digits', sector),
  'migrate-core': fact('the sector that a boot.img of GRUB there starts', sector),
  'migrate-number': number('of the partition that is freed'),
  'migrate-front': fact('a sector of its first eight, in their order', sector),
  'migrate-root': fact('the node of the root file system', /^[^ ]+$/),
  'migrate-card': fact('a wired network card: NAME ADDRESS', /^[^ ]+ [0-9a-f:]+$/),
  'migrate-free': fact('what is free: KIB PATH', /^[0-9]+ \//),
  'migrate-end': fact('nothing is missing behind: yes', /^yes$/),
});
