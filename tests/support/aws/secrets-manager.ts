/**
 * The operations of AWS Secrets Manager that logins and rotations use, in JSON 1.1. Staging labels of versions move
 * as in the service, with the same errors.
 */
import { randomUUID } from 'node:crypto';
import { type FakeServer, type Reply, startFakeHttpServer } from './fake-http-server.ts';

type Version = { text: string | null; labels: Set<string> };
type Secret = { arn: string; versions: Map<string, Version>; rotates: boolean; changedAtMs: number };
type Input = Readonly<Record<string, string | undefined>> & { VersionStages?: string[] };
type Refusal = { code: string; message: string; times?: number };

export type FakeSecretsManager = FakeServer & {
  /** Operations in order of arrival. */
  operations: string[];
  /** Operations that return an error, always or `times` times. */
  refuses: Map<string, Refusal>;
  /** Called with the ARN and the new version's id when a rotation starts. */
  onRotate: ((arn: string, version: string) => void) | null;
  arnOf(name: string): string;
  /** Sets the value of a secret, as PutSecretValue does without labels. */
  put(name: string, text: string): void;
  /** The value of the version with a label. */
  value(name: string, label?: string): string | null;
  /** Removes a label from all versions. */
  unlabel(name: string, label: string): void;
};

const current = 'AWSCURRENT';

export async function startSecretsManager(): Promise<FakeSecretsManager> {
  const secrets = new Map<string, Secret>();
  const operations: string[] = [];
  const refuses = new Map<string, Refusal>();
  const state = { onRotate: null as FakeSecretsManager['onRotate'] };
  const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`;
  const find = (id = ''): Secret => {
    const secret = secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id);
    if (secret === undefined)
      throw new Refused('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  };
  const holderOf = (secret: Secret, label: string) =>
    [...secret.versions].find(([, { labels }]) => labels.has(label))?.[0];

  function label(secret: Secret, version: string, name: string): void {
    const before = holderOf(secret, name);
    secret.changedAtMs = Date.now();
    if (before === version) return;
    if (before !== undefined) secret.versions.get(before)?.labels.delete(name);
    secret.versions.get(version)?.labels.add(name);
    // The former AWSCURRENT version becomes AWSPREVIOUS.
    if (name === current && before !== undefined) label(secret, before, 'AWSPREVIOUS');
  }
  function put(secret: Secret, version: string, text: string, labels: readonly string[]): void {
    const existing = secret.versions.get(version);
    if (existing !== undefined && existing.text !== null && existing.text !== text)
      throw new Refused('ResourceExistsException', 'You cannot modify an existing version.');
    secret.versions.set(version, { text, labels: existing?.labels ?? new Set() });
    for (const name of labels) label(secret, version, name);
  }

  const answers: Record<string, (input: Input) => unknown> = {
    GetSecretValue(input) {
      const secret = find(input['SecretId']);
      const id = input['VersionId'] ?? holderOf(secret, input['VersionStage'] ?? current);
      const version = id === undefined ? undefined : secret.versions.get(id);
      const isLabelled = input['VersionStage'] === undefined || version?.labels.has(input['VersionStage']);
      if (version?.text == null || !isLabelled)
        throw new Refused(
          'ResourceNotFoundException',
          "Secrets Manager can't find the specified secret value.",
        );
      return {
        ARN: secret.arn,
        VersionId: id,
        SecretString: version.text,
        VersionStages: [...version.labels],
      };
    },
    DescribeSecret(input) {
      const secret = find(input['SecretId']);
      const labelled = [...secret.versions].filter(([, { labels }]) => labels.size > 0);
      return {
        ARN: secret.arn,
        RotationEnabled: secret.rotates,
        LastChangedDate: secret.changedAtMs / 1000,
        VersionIdsToStages: Object.fromEntries(labelled.map(([id, { labels }]) => [id, [...labels]])),
      };
    },
    PutSecretValue(input) {
      const secret = find(input['SecretId']);
      const version = input['ClientRequestToken'] ?? randomUUID();
      put(secret, version, input['SecretString'] ?? '', input.VersionStages ?? [current]);
      return { ARN: secret.arn, VersionId: version };
    },
    UpdateSecretVersionStage(input) {
      const secret = find(input['SecretId']);
      const name = input['VersionStage'] ?? '';
      const holder = holderOf(secret, name);
      const { MoveToVersionId: to, RemoveFromVersionId: from } = input;
      if (holder !== undefined && holder !== to && holder !== from)
        throw new Refused(
          'InvalidParameterException',
          `The parameter RemoveFromVersionId can't be empty. Staging label ${name} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
        );
      if (to === undefined) secret.versions.get(from ?? '')?.labels.delete(name);
      else if (!secret.versions.has(to))
        throw new Refused('ResourceNotFoundException', "Secrets Manager can't find the version.");
      else label(secret, to, name);
      return { ARN: secret.arn };
    },
    RotateSecret(input) {
      const secret = find(input['SecretId']);
      if (!secret.rotates)
        throw new Refused('InvalidRequestException', 'You must specify a rotation Lambda function ARN.');
      const pending = holderOf(secret, 'AWSPENDING');
      if (pending !== undefined && pending !== holderOf(secret, current)) {
        state.onRotate?.(secret.arn, pending);
        throw new Refused(
          'InvalidRequestException',
          "A previous rotation isn't complete. That rotation will be reattempted.",
        );
      }
      const version = input['ClientRequestToken'] ?? randomUUID();
      secret.versions.set(version, { text: null, labels: new Set() });
      label(secret, version, 'AWSPENDING');
      state.onRotate?.(secret.arn, version);
      return { ARN: secret.arn, VersionId: version };
    },
  };

  const server = await startFakeHttpServer((request, body) => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    operations.push(operation);
    const refusal = refuses.get(operation);
    if (refusal !== undefined) {
      if (refusal.times !== undefined && --refusal.times <= 0) refuses.delete(operation);
      return json({ __type: refusal.code, message: refusal.message }, 400);
    }
    try {
      return json(answers[operation]?.(JSON.parse(body) as Input) ?? {});
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return json({ __type: error.code, message: error.message }, 400);
    }
  });
  const secretOf = (name: string): Secret => {
    const secret = secrets.get(name) ?? {
      arn: arnOf(name),
      versions: new Map(),
      rotates: true,
      changedAtMs: Date.now(),
    };
    secrets.set(name, secret);
    return secret;
  };
  return Object.assign(state, server, {
    operations,
    refuses,
    arnOf,
    put: (name: string, text: string) => put(secretOf(name), randomUUID(), text, [current]),
    value: (name: string, of = current) =>
      secretOf(name).versions.get(holderOf(secretOf(name), of) ?? '')?.text ?? null,
    unlabel: (name: string, of: string) => {
      for (const { labels } of secretOf(name).versions.values()) labels.delete(of);
    },
  });
}

class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function json(value: unknown, status = 200): Reply {
  return { status, type: 'application/x-amz-json-1.1', body: JSON.stringify(value) };
}
