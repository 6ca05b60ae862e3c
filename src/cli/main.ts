#!/usr/bin/env node
import { exitStatus } from '../errors.js';
import { firstPage } from './first-page.js';
import { finish, tellLoss } from './finish.js';
import { completeWord } from './completion/model.js';
import { err, out } from './output.js';
import { groupToLeave, runInOwnGroup } from './process-group.js';
import { forPeople } from './views/for-people.js';
import { programOf } from './views/pasteable.js';

process.on('exit', tellLoss);
process.on('uncaughtException', (error) => {
  finish(error);
  process.exit(exitStatus.internal);
});

const group = groupToLeave(process.env);
try {
  if (process.argv.length === 2) {
    const program = programOf(process.env);
    forPeople(err, { program }).text(firstPage(program, err.isTerminal ? err.columns : Infinity));
    process.exitCode = exitStatus.badInput;
  } else if (process.argv[2] === completeWord) {
    const { completionWords } = await import('./completion/words.js');
    (await completionWords(process.argv.slice(3))).forEach(out.line);
  } else if (group === undefined && process.argv[2] === 'fleet') {
    const { runFleet } = await import('./fleet.js');
    await runFleet(process.argv.slice(3));
  } else if (group === undefined) {
    const { createProgram } = await import('./program.js');
    const { optionsBehindCommand } = await import('./word-order.js');
    const program = createProgram();
    const words = optionsBehindCommand(process.argv.slice(2), program);
    await program.parseAsync(words, { from: 'user' });
  } else process.exitCode = await runInOwnGroup(group);
} catch (error) {
  finish(error);
}
