import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readDeployment } from './deployment/read-deployment.ts';
import { synthesize } from './synthesize.ts';

const usage = `Synthesizes the CloudFormation templates of a deployment, without any request to AWS.

  node infra/bin/synth.mjs --deployment FILE --out DIR [--json]

  --deployment FILE   the deployment file; infra/README.md shows an example
  --out DIR           output directory for the templates and their manifest
  --json              print one JSON document
  --help              show this help

Exit code: 0 success; 1 a validator reported findings; 2 invalid file or usage.
`;

const maxBytes = 256 * 1024;

class UsageError extends Error {}

/** Runs the command and returns its exit code. */
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
      throw new UsageError('--deployment FILE and --out DIR are required. See --help.');
    return synthesizeFile(values.deployment, values.out, values.json === true, { write, warn });
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

function synthesizeFile(file: string, folder: string, asJson: boolean, { write, warn }: Output): number {
  const { deployment, errors } = readDeployment(readJson(file));
  if (deployment === null) {
    if (asJson) write(`${JSON.stringify({ ok: false, errors })}\n`);
    for (const { code, path, message, remediation } of errors)
      warn(`${path} (${code}): ${message} ${remediation}\n`);
    return 2;
  }
  const startMs = performance.now();
  const { assembly, findings } = synthesize(deployment, folder);
  const seconds = (performance.now() - startMs) / 1000;
  const stacks = assembly.stacks.map(({ stackName }) => stackName);
  if (asJson) write(`${JSON.stringify({ ok: findings.length === 0, stacks, findings, seconds })}\n`);
  for (const { validator, rule, where, message } of findings)
    warn(`${validator}: ${rule} at ${where.join(', ')}: ${message}\n`);
  if (findings.length > 0) return 1;
  if (!asJson)
    write(`${stacks.length} stacks in ${folder} (${seconds.toFixed(1)} s): ${stacks.join(', ')}\n`);
  return 0;
}

function readJson(file: string): unknown {
  try {
    if (statSync(file).size > maxBytes) throw new RangeError('the file is too large');
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
}
