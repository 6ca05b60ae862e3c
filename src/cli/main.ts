#!/usr/bin/env node
import { createProgram } from './program.js';
import { finish } from './finish.js';

// A reader that goes away (`levitate … | head`) must not look like a failure of the device.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  finish(error);
}
