import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Failure, UsageError } from '../../shared/user-error.ts';
import { parseTemplate, type Template } from './template.ts';

/** A synthesized stack. */
export type PlannedStack = {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Text of the template, as sent to CloudFormation. */
  readonly body: string;
  readonly template: Template;
};

const synthesisTimeoutMs = 120_000;

/** Synthesizes a deployment with infra/, passes its stacks to `use`, and deletes the files. Throws Failure. */
export async function withSynthesis<T>(
  deploymentPath: string,
  projectFolder: string,
  use: (stacks: PlannedStack[]) => Promise<T>,
): Promise<T> {
  const program = join(projectFolder, 'infra/bin/synth.mjs');
  if (!existsSync(program))
    throw new Failure('infra_missing', 'This installation does not include the folder infra/.', {
      remediation:
        'Run the command in a full checkout of the project, or pass synthesized templates with --assembly DIR.',
    });
  const out = mkdtempSync(join(tmpdir(), 'bookedbarber-'));
  try {
    await synthesize(program, deploymentPath, out);
    return await use(readAssembly(out));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function synthesize(program: string, deployment: string, out: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = [program, '--deployment', deployment, '--out', out];
    execFile(process.execPath, args, { timeout: synthesisTimeoutMs }, (error, _stdout, stderr) => {
      if (error === null) return resolve();
      const details = stderr.trim().split('\n').slice(-40);
      reject(
        error.code === 2
          ? new UsageError(`${deployment} is not a deployment.`, { details })
          : new Failure('synthesis_failed', 'The templates could not be synthesized.', {
              details,
              remediation: 'Run `npm ci --prefix infra` and `npm test --prefix infra`.',
              cause: error,
            }),
      );
    });
  });
}

/** The fields of manifest.json (cloud assembly) that this module reads. */
type Artifact = {
  type: string;
  environment?: string;
  properties?: { templateFile?: string; stackName?: string };
  dependencies?: string[];
};

/** Reads the stacks of a cloud assembly, each after its dependencies. Throws Failure. */
export function readAssembly(folder: string): PlannedStack[] {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      artifacts?: Record<string, Artifact>;
    };
    const artifacts = manifest.artifacts ?? {};
    const stacks = inOrder(artifacts).map((id) => stackOf(folder, id, artifacts[id]));
    if (stacks.length === 0) throw new TypeError('it contains no stack');
    return stacks;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('assembly_unreadable', `${folder} is not a synthesized deployment: ${reason}.`, {
      remediation: 'Create one with `node infra/bin/synth.mjs --deployment FILE --out DIR`.',
      cause: error,
    });
  }
}

function inOrder(artifacts: Readonly<Record<string, Artifact>>): string[] {
  const ordered = new Set<string>();
  const visit = (id: string, above: readonly string[]): void => {
    const artifact = artifacts[id];
    if (artifact?.type !== 'aws:cloudformation:stack' || ordered.has(id)) return;
    if (above.includes(id)) throw new TypeError(`${id} depends on itself`);
    for (const other of artifact.dependencies ?? []) visit(other, [...above, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id, []);
  return [...ordered];
}

function stackOf(folder: string, id: string, artifact: Artifact | undefined): PlannedStack {
  const file = artifact?.properties?.templateFile ?? '';
  if (file === '' || file !== basename(file)) throw new TypeError(`${id} names no template in the folder`);
  const place = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(artifact?.environment ?? '');
  const [, account, region] = place ?? [];
  if (account === undefined || region === undefined) throw new TypeError(`${id} names no account and region`);
  const body = readFileSync(join(folder, file), 'utf8');
  const name = artifact?.properties?.stackName ?? id;
  return { name, account, region, body, template: parseTemplate(body) };
}
