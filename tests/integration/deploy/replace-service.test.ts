import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../../.ci/replace-service.mjs', import.meta.url));
const before = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/api:7';
const after = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/api:8';
const described = {
  taskDefinitionArn: before,
  family: 'api',
  revision: 7,
  status: 'ACTIVE',
  compatibilities: ['FARGATE'],
  registeredAt: '2026-01-01T00:00:00Z',
  containerDefinitions: [{ name: 'api', image: 'old', readonlyRootFilesystem: true }],
};

/** Stands in for the command line of AWS: a service of one task definition, and a note of what was asked. */
const aws = `#!${process.execPath}
const fs = require('node:fs');
const [, verb, ...rest] = process.argv.slice(2);
fs.appendFileSync(process.env.NOTES, JSON.stringify([verb, ...rest]) + '\\n');
const changed = fs.readFileSync(process.env.NOTES, 'utf8').includes('"update-service"');
const definition = (taskDefinition) => JSON.stringify({ services: [{ taskDefinition }] });
const answers = {
  'describe-services': definition(changed ? process.env.IN_THE_END : '${before}'),
  'describe-task-definition': ${JSON.stringify(JSON.stringify({ taskDefinition: described }))},
  'register-task-definition': ${JSON.stringify(JSON.stringify({ taskDefinition: { taskDefinitionArn: after } }))},
  'update-service': '{}',
  wait: '',
};
if (!(verb in answers)) process.exit(252);
console.log(answers[verb]);
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookedbarber-replace-'));
  await writeFile(join(folder, 'aws'), aws, { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function replace(inTheEnd: string): Promise<{ code: number; stderr: string }> {
  const env = {
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    NOTES: join(folder, 'notes'),
    IN_THE_END: inTheEnd,
  };
  return new Promise((resolve) => {
    execFile(script, ['shops', 'api', 'registry/image@sha256:1'], { env }, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

async function asked(verb: string): Promise<string[]> {
  const lines = (await readFile(join(folder, 'notes'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as string[]).find(([first]) => first === verb) ?? [];
}

test('only the image changes, and the circuit breaker is on', async () => {
  expect(await replace(after)).toEqual({ code: 0, stderr: '' });
  const registered = JSON.parse((await asked('register-task-definition'))[2] ?? '');
  expect(registered).toEqual({
    family: 'api',
    containerDefinitions: [{ name: 'api', image: 'registry/image@sha256:1', readonlyRootFilesystem: true }],
  });
  const update = (await asked('update-service')).join(' ');
  expect(update).toContain(`--cluster shops --service api --task-definition ${after}`);
  expect(update).toContain('deploymentCircuitBreaker={enable=true,rollback=true}');
});

test('a service that has gone back to its old tasks is a failure, although it is stable', async () => {
  const { code, stderr } = await replace(before);
  expect(code).toBe(1);
  expect(stderr).toContain(`ECS has gone back to ${before}`);
});
