import { Type } from '@sinclair/typebox';
import { fact } from './fact.js';

/** What a device tells of its slots, and of the places by which its boot loader chooses. */
export const ToldSlotFacts = Type.Object({
  slot: fact(
    'a slot of the profile: NAME NODE BYTES RUNS, the last `yes` or `no`; of one that is not there NAME alone',
    /^[^ ]+( [^ ]+ [0-9]+ (yes|no))?$/,
  ),
  'slot-started': fact('the slot that the boot loader says it has started', /^[^ ]+$/),
  'slot-refusal': fact('why nothing was done: CODE MESSAGE', /^[A-Z_]+ ./),
  'slot-file': fact('whether a slot that was written has a file: `yes` or `no`', /^(yes|no)$/),
  'slot-copied': fact(
    'whether a file of a slot lies on the partition of the boot loader as well: `yes`, `failed`, or `missing` in the slot',
    /^(yes|failed|missing)$/,
  ),
  'loader-bytes': fact(
    'a place of the boot loader: NAME HEX, the next 4096 bytes of what lies there, or less',
    /^[^ ]+ ([0-9a-f]{2})+$/,
  ),
  'loader-missing': fact('the name of a place where nothing is', /^[^ ]+$/),
  'loader-replaced': fact(
    'what became of it: `yes`, `already` as it should be, `other` than what was read, or `failed`',
    /^(yes|already|other|failed)$/,
  ),
});
