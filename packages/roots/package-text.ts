/** What the npm package of a ready root says of itself. */
import { readPackageFiles } from '../../src/shared/package-files.js';
import type { Architecture } from '../../src/profile/schema.js';

export const packageName = (arch: Architecture): string => `@levitate/root-${arch}`;

export async function packageText(arch: Architecture): Promise<{ json: string; readme: string }> {
  const { version } = await readPackageFiles();
  const about = {
    name: packageName(arch),
    version,
    description: `Programs for levitate's maintenance system on ${arch}`,
    license: 'SEE LICENSE IN licences',
    files: ['root', 'licences', 'recipe', 'manifest.json'],
  };
  const readme = `# ${packageName(arch)}

The programs of a maintenance system on ${arch}, for levitate, which finds them here: static, with musl. A profile without
\`root.from\` takes them, and so does \`root.from: ready\`.

\`manifest.json\` has the SHA-256 of each file below \`root/\`, its source, and what it was compiled with; \`licences/\` has the
licences. The sources are Debian's, which \`recipe/sources.lock.json\` names with the SHA-256 of each file, and \`recipe/\`
is how they were compiled: with \`settings\` of the manifest in the environment and \`JOBS=2\`,

    sh recipe/build.sh SOURCES WORK OUT

makes the same bytes again. SOURCES has the unpacked sources, each in a folder of its name, and WORK is empty.
`;
  return { json: `${JSON.stringify(about, null, 2)}\n`, readme };
}
