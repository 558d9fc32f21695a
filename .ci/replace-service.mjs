#!/usr/bin/env node
/**
 * Deploys another image to an ECS service with the AWS CLI: `.ci/replace-service.mjs CLUSTER SERVICE IMAGE`.
 *
 * The deployment circuit breaker of ECS rolls back if the new tasks do not become healthy. The service is then
 * "stable" too, so the script compares the running task definition with the requested one.
 */
import { execFileSync } from 'node:child_process';

const [cluster, service, image] = process.argv.slice(2);
if (cluster === undefined || service === undefined || image === undefined) {
  process.stderr.write('Usage: .ci/replace-service.mjs CLUSTER SERVICE IMAGE\n');
  process.exit(2);
}
const target = ['--cluster', cluster, '--service', service];

const before = runningDefinition();
const { taskDefinition } = ecs('describe-task-definition', '--task-definition', before);
const registered = ecs(
  'register-task-definition',
  '--cli-input-json',
  JSON.stringify(withImage(taskDefinition)),
);
const after = registered.taskDefinition.taskDefinitionArn;
ecs(
  'update-service',
  ...target,
  '--task-definition',
  after,
  '--deployment-configuration',
  'deploymentCircuitBreaker={enable=true,rollback=true},minimumHealthyPercent=100,maximumPercent=200',
);
ecs('wait', 'services-stable', '--cluster', cluster, '--services', service);

const running = runningDefinition();
if (running !== after) {
  process.stderr.write(
    `${service} did not become healthy with ${after}: ECS rolled back to ${running}.\n` +
      'Fix: find the cause in the events of the service and the logs of its stopped tasks.\n',
  );
  process.exitCode = 1;
}

function runningDefinition() {
  return ecs('describe-services', '--cluster', cluster, '--services', service).services[0].taskDefinition;
}

/** Removes the fields that describe-task-definition adds and register-task-definition rejects, and sets the image. */
function withImage({ containerDefinitions: [container], ...rest }) {
  const readOnly = ['taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities'];
  readOnly.push('registeredAt', 'registeredBy', 'deregisteredAt');
  const writable = Object.fromEntries(Object.entries(rest).filter(([name]) => !readOnly.includes(name)));
  return { ...writable, containerDefinitions: [{ ...container, image }] };
}

function ecs(...args) {
  const output = execFileSync('aws', ['ecs', ...args, '--output', 'json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16 * 1024 * 1024,
  });
  return output.trim() === '' ? undefined : JSON.parse(output);
}
