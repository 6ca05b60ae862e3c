import { expect, it } from 'vitest';
import { thisUser } from '../../../src/operations/local-machine.js';

const userInfo = () => {
  throw Object.assign(new Error('uv_os_get_passwd returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
};

it.each<[string, NodeJS.ProcessEnv, string, RegExp]>([
  ['the number', {}, 'box', /^uid-\d+@box$/],
  ['what the environment says', { LOGNAME: 'ann' }, 'box', /^ann@box$/],
  ['one word', { USER: 'ann b\n"c"' }, 'odd name;$x', /^ann-b-c-@odd-name-x$/],
  ['something', { USER: '' }, '', /^unknown@unknown$/],
])('a user who is not in the password database is called %s', (_what, env, machine, name) => {
  expect(thisUser(env, { userInfo, hostname: () => machine })).toMatch(name);
});
