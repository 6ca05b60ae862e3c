#!/usr/bin/env node
import { exitStatus } from '../errors.js';
import { finish, tellLoss } from './finish.js';
import { createProgram } from './program.js';

process.on('exit', tellLoss);
process.on('uncaughtException', (error) => {
  finish(error);
  process.exit(exitStatus.internal);
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  finish(error);
}
