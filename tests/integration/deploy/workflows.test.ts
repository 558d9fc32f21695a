import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../../apps/cli/src/program.ts';
import { processContext } from '../../../apps/cli/src/shared/io.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(project, '.github/workflows');

type Step = { uses?: string; run?: string; with?: Record<string, unknown> };
type Job = {
  'runs-on'?: string;
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
  environment?: string;
  needs?: string;
  outputs?: Record<string, string>;
  steps: Step[];
};
type Workflow = {
  name: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency: { group: string; 'cancel-in-progress': unknown };
  jobs: Record<string, Job>;
};

const files = readdirSync(folder);
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');
const workflow = (file: string): Workflow => parse(textOf(file), { strict: true, uniqueKeys: true });
const jobsOf = (file: string): Job[] => Object.values(workflow(file).jobs);
const stepsOf = (file: string): Step[] => jobsOf(file).flatMap(({ steps }) => steps);
const commandsOf = (file: string): string[] => stepsOf(file).flatMap((step) => step.run?.split('\n') ?? []);

test('there are two workflows', () => {
  expect(files.sort()).toEqual(['ci.yml', 'deploy.yml']);
});

describe.each(files)('%s', (file) => {
  test('has triggers, a concurrency group and minimal permissions', () => {
    const { name, on, permissions, concurrency } = workflow(file);
    expect(file).toBe(`${name}.yml`);
    expect(Object.keys(on)).not.toHaveLength(0);
    expect(concurrency.group).toMatch(/\S/);
    for (const rights of [permissions, ...jobsOf(file).map((job) => job.permissions ?? {})])
      expect(
        Object.entries(rights).every(
          ([what, right]) => right === 'read' || (what === 'id-token' && right === 'write'),
        ),
      ).toBe(true);
  });

  test('has jobs with a runner, a timeout, and steps that either use an action or run a command', () => {
    for (const job of jobsOf(file)) {
      expect(job['runs-on']).toMatch(/^ubuntu-\d/);
      expect(job['timeout-minutes']).toBeGreaterThan(0);
      for (const step of job.steps) expect([step.uses, step.run].filter(Boolean)).toHaveLength(1);
    }
  });

  test('pins each action to a commit, with its version in a comment', () => {
    const lines = textOf(file)
      .split('\n')
      .filter((line) => /\buses:/.test(line));
    expect(lines).toHaveLength(stepsOf(file).filter(({ uses }) => uses).length);
    for (const line of lines) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('uses no secrets, and no expressions in commands', () => {
    expect(textOf(file)).not.toMatch(/secrets\.|aws-access-key-id|aws-secret-access-key/i);
    for (const { run: command = '' } of stepsOf(file)) expect(command).not.toContain('${' + '{');
  });

  test('reads outputs only of existing steps and jobs', () => {
    for (const job of jobsOf(file)) {
      const ids = job.steps.map((step) => (step as { id?: string }).id);
      for (const [, id] of JSON.stringify(job).matchAll(/steps\.(\w+)\.outputs/g)) expect(ids).toContain(id);
      for (const [, other = '', output = ''] of JSON.stringify(job).matchAll(
        /needs\.(\w+)\.outputs\.(\w+)/g,
      )) {
        expect(job.needs).toBe(other);
        expect(workflow(file).jobs[other]?.outputs).toHaveProperty(output);
      }
    }
  });

  test('runs only existing npm scripts, executable files and bookedbarber commands', async () => {
    const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    for (const command of commandsOf(file)) {
      const script = /^npm run (\S+)/.exec(command)?.[1];
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
      const path = /^(\.ci\/\S+)/.exec(command)?.[1];
      if (path !== undefined) {
        expect(existsSync(join(project, path))).toBe(true);
        expect(statSync(join(project, path)).mode & 0o111).not.toBe(0);
      }
      const verb = /^npx bookedbarber (.+)$/.exec(command)?.[1];
      if (verb !== undefined) await expectCommand(verb.split(' '));
    }
  });

  test('has valid shell commands', () => {
    for (const { run: command } of stepsOf(file))
      if (command !== undefined) execFileSync('bash', ['-n'], { input: command });
  });
});

/** Checks that a command and its options exist. */
async function expectCommand([verb = '', ...rest]: string[]): Promise<void> {
  let help = '';
  const stdout = { write: (text: string) => (help += text) };
  expect(await run([verb, '--help'], { ...processContext(), stdout })).toBe(0);
  expect(help).toContain(`bookedbarber ${verb}`);
  for (const option of rest.filter((word) => word.startsWith('--'))) expect(help).toContain(option);
}

describe('a deployment', () => {
  const { jobs } = workflow('deploy.yml');

  test('is never cancelled, and requires the approval of the production environment', () => {
    expect(workflow('deploy.yml').concurrency['cancel-in-progress']).toBe(false);
    expect(jobs['deploy']?.environment).toBe('production');
  });

  test('uses the image by digest, replaces the api before the worker, and then verifies the deployment', () => {
    const commands = commandsOf('deploy.yml').filter((line) => /^(\.ci|npx)/.test(line));
    expect(commands.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      '.ci/replace-service.mjs "$CLUSTER" "$API_SERVICE"',
      '.ci/replace-service.mjs "$CLUSTER" "$WORKER_SERVICE"',
      'npx bookedbarber verify',
    ]);
    expect(JSON.stringify(jobs['deploy'])).toContain('}}@${' + '{ needs.image.outputs.digest }}');
  });
});
