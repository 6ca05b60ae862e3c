import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import { LevitateError } from '../../../errors.js';

const link = Type.Object({ href: Type.String() });
const actionId = Type.String({ pattern: '^[0-9]{1,19}$' });

/** What a controller polls: DdiControllerBase of the Direct Device Integration API of Eclipse hawkBit, version 1. */
export const ControllerBase = Type.Object({
  config: Type.Optional(
    Type.Object({ polling: Type.Optional(Type.Object({ sleep: Type.Optional(Type.String()) })) }),
  ),
  _links: Type.Optional(
    Type.Object({
      deploymentBase: Type.Optional(link),
      cancelAction: Type.Optional(link),
      configData: Type.Optional(link),
      confirmationBase: Type.Optional(link),
    }),
  ),
});

/** A file of a deployment: DdiArtifact of the same API. The hash is left out of it where the server has none. */
export const DeploymentArtifact = Type.Object({
  filename: Type.String(),
  size: Type.Optional(Type.Integer({ minimum: 0 })),
  hashes: Type.Optional(Type.Object({ sha256: Type.Optional(Type.String()) })),
  _links: Type.Optional(
    Type.Object({ download: Type.Optional(link), 'download-http': Type.Optional(link) }),
  ),
});
/** A file of a deployment, as a value. */
export type DeploymentArtifact = Static<typeof DeploymentArtifact>;

/** What is to be deployed: DdiDeploymentBase of the same API. */
export const DeploymentBase = Type.Object({
  id: actionId,
  deployment: Type.Object({
    update: Type.Optional(Type.String()),
    chunks: Type.Array(
      Type.Object({
        version: Type.String(),
        artifacts: Type.Optional(Type.Array(DeploymentArtifact)),
      }),
    ),
  }),
});
/** What is to be deployed, as a value. */
export type DeploymentBase = Static<typeof DeploymentBase>;

/**
 * What a server has answered, as what it was asked for.
 * @throws LevitateError UPDATE_SERVER_FAILED where it is something else
 */
export function resource<T extends TSchema>(schema: T, value: unknown, from: string): Static<T> {
  if (Check(schema, value)) return value;
  throw new LevitateError('UPDATE_SERVER_FAILED', `${from} does not answer as hawkBit does`, {
    hint: 'Check the URL and the tenant: the URL is that of the server, without /TENANT/controller.',
  });
}

/** The number of the action that a link of a controller leads to; undefined without a link. */
export function actionOf(
  name: 'deploymentBase' | 'cancelAction',
  { _links }: Static<typeof ControllerBase>,
): string | undefined {
  const href = _links?.[name]?.href;
  if (href === undefined) return undefined;
  const [, id] = new RegExp(`/${name}/([0-9]{1,19})(?:[?#]|$)`).exec(href) ?? [];
  if (id !== undefined) return id;
  throw new LevitateError('UPDATE_SERVER_FAILED', `the link ${name} of the server names no action`);
}

/** The seconds until the next poll, of HH:MM:SS as the server asks for; at least five, and five minutes where it asks for none. */
export function pollSeconds({ config }: Static<typeof ControllerBase>): number {
  const found = /^(\d{1,3}):(\d\d):(\d\d)$/.exec(config?.polling?.sleep ?? '');
  if (!found) return 300;
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map(Number);
  return Math.min(Math.max(hours * 3600 + minutes * 60 + seconds, 5), 86_400);
}
