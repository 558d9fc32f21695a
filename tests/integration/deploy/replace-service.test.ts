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

/** A fake AWS CLI: one service with one task definition. It records its calls. */
const aws = `#!${process.execPath}
const fs = require('node:fs');
const [, verb, ...rest] = process.argv.slice(2);
fs.appendFileSync(process.env.CALLS_FILE, JSON.stringify([verb, ...rest]) + '\\n');
const changed = fs.readFileSync(process.env.CALLS_FILE, 'utf8').includes('"update-service"');
const definition = (taskDefinition) => JSON.stringify({ services: [{ taskDefinition }] });
const responses = {
  'describe-services': definition(changed ? process.env.FINAL_DEFINITION : '${before}'),
  'describe-task-definition': ${JSON.stringify(JSON.stringify({ taskDefinition: described }))},
  'register-task-definition': ${JSON.stringify(JSON.stringify({ taskDefinition: { taskDefinitionArn: after } }))},
  'update-service': '{}',
  wait: '',
};
if (!(verb in responses)) process.exit(252);
console.log(responses[verb]);
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bookedbarber-replace-'));
  await writeFile(join(folder, 'aws'), aws, { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function replace(finalDefinition: string): Promise<{ code: number; stderr: string }> {
  const env = {
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    CALLS_FILE: join(folder, 'calls'),
    FINAL_DEFINITION: finalDefinition,
  };
  return new Promise((resolve) => {
    execFile(script, ['shops', 'api', 'registry/image@sha256:1'], { env }, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

async function callOf(verb: string): Promise<string[]> {
  const lines = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as string[]).find(([first]) => first === verb) ?? [];
}

test('changes only the image, and enables the circuit breaker', async () => {
  expect(await replace(after)).toEqual({ code: 0, stderr: '' });
  const registered = JSON.parse((await callOf('register-task-definition'))[2] ?? '');
  expect(registered).toEqual({
    family: 'api',
    containerDefinitions: [{ name: 'api', image: 'registry/image@sha256:1', readonlyRootFilesystem: true }],
  });
  const update = (await callOf('update-service')).join(' ');
  expect(update).toContain(`--cluster shops --service api --task-definition ${after}`);
  expect(update).toContain('deploymentCircuitBreaker={enable=true,rollback=true}');
});

test('fails if ECS rolled back, although the service is stable', async () => {
  const { code, stderr } = await replace(before);
  expect(code).toBe(1);
  expect(stderr).toContain(`ECS rolled back to ${before}`);
});
