import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readDeployment } from './deployment/read-deployment.ts';
import { synthesize } from './synthesize.ts';

const usage = `Makes the CloudFormation templates of a deployment. Asks AWS for nothing.

  node infra/bin/synth.mjs --deployment FILE --out DIR [--json]

  --deployment FILE   what is to be built; infra/README.md shows one
  --out DIR           where the templates go, with their manifest
  --json              one JSON document instead of lines
  --help              this text

Exit code: 0 made; 1 a validator refused the templates; 2 the file or the command is wrong.
`;

const maxBytes = 256 * 1024;

class UsageError extends Error {}

/** Carries the command out and gives its exit code. */
export function run(
  args: readonly string[],
  write: (text: string) => void,
  warn: (text: string) => void,
): number {
  try {
    const { values } = parse(args);
    if (values.help === true) {
      write(usage);
      return 0;
    }
    if (values.deployment === undefined || values.out === undefined)
      throw new UsageError('--deployment FILE and --out DIR are needed. See --help.');
    return make(values.deployment, values.out, values.json === true, { write, warn });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    warn(`${error.message}\n`);
    return 2;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        deployment: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error} See --help.`);
  }
}

type Output = { write: (text: string) => void; warn: (text: string) => void };

function make(file: string, folder: string, asJson: boolean, { write, warn }: Output): number {
  const { deployment, errors } = readDeployment(parsed(file));
  if (deployment === null) {
    if (asJson) write(`${JSON.stringify({ ok: false, errors })}\n`);
    for (const { code, path, message, remediation } of errors)
      warn(`${path} (${code}): ${message} ${remediation}\n`);
    return 2;
  }
  const begunMs = performance.now();
  const { assembly, findings } = synthesize(deployment, folder);
  const seconds = (performance.now() - begunMs) / 1000;
  const stacks = assembly.stacks.map(({ stackName }) => stackName);
  if (asJson) write(`${JSON.stringify({ ok: findings.length === 0, stacks, findings, seconds })}\n`);
  for (const { validator, rule, where, message } of findings)
    warn(`${validator}: ${rule} at ${where.join(', ')}: ${message}\n`);
  if (findings.length > 0) return 1;
  if (!asJson)
    write(`${stacks.length} stacks in ${folder} (${seconds.toFixed(1)} s): ${stacks.join(', ')}\n`);
  return 0;
}

function parsed(file: string): unknown {
  try {
    if (statSync(file).size > maxBytes) throw new RangeError('it is too large');
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
}
