/** With keys in the profile, a device gets what one of them has signed; with anything else nobody even asks it. */
import { appendFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { signers, type Signer } from '../../unit/image/signature/signers.js';
import { deviceArtifacts } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const { v1, v2 } = await deviceArtifacts('router-ubi');

// The device of each test has the build that the one before has put there.
const test = deviceTest('router-ubi', { scope: 'file' });

describe.each([
  ['minisign', v2.rootfs, 'router-ubi 2'],
  ['ssh', v1.rootfs, 'router-ubi 1'],
])('signed with %s', { timeout: minutes(10) }, (program, rootfs, build) => {
  const testSigned = test.extend('signed', async ({ levitate }) => {
    const dir = await levitate.folder();
    const signer = signers[program]!(dir);
    const image = join(dir, 'new.ubifs');
    await copyFile(rootfs, image);
    const profile = await levitate.profile({ 'flash.trust': [signer.publicKey] });
    return { dir, signer, image, profile };
  });

  testSigned('what nobody, or somebody else, has signed', async ({ levitate, signed }) => {
    const { image, profile, signer } = signed;
    const { proxy, sshConfig } = await levitate.link();
    const deploy = (words: string[] = []) =>
      levitate.run('deploy', [profile, `system=${image}`, ...words], sshConfig);
    expect(await deploy()).toMatchObject({ exit: 2, last: { code: 'IMAGE_UNSIGNED' } });
    const other: Signer = signers[program]!(await levitate.folder());
    other.sign(image);
    expect(await deploy()).toMatchObject({ exit: 2, last: { code: 'IMAGE_SIGNATURE' } });
    signer.sign(image);
    await appendFile(image, 'x');
    expect(await deploy()).toMatchObject({ exit: 2, last: { code: 'IMAGE_SIGNATURE' } });
    // A digest that fits is no signature.
    expect(await deploy(['--dry-run'])).toMatchObject({
      exit: 2,
      last: { code: 'IMAGE_SIGNATURE' },
    });
    expect(proxy.bytes).toMatchObject({ up: 0, down: 0 });
  });

  testSigned('what one of the keys has signed', async ({ levitate, signed }) => {
    const { image, profile, signer } = signed;
    await levitate.enter(profile);
    // In maintenance the keys of the archive count.
    const unsigned = await levitate.run('flash', [`system=${image}`]);
    expect(unsigned).toMatchObject({ exit: 2, last: { code: 'IMAGE_UNSIGNED' } });
    expect(await levitate.status()).toMatchObject({ maintenance: { touched: false } });
    signer.sign(image);
    const words = [profile, `system=${image}`, '--expect-build', build];
    const deployed = await levitate.run('deploy', words);
    expect(deployed.last, deployed.last.message).toMatchObject({
      type: 'result',
      leave: { isNew: true, build },
    });
    expect(deployed.exit).toBe(0);
  });
});
