#!/usr/bin/env node
/**
 * Lets an ECS service run another image: `.ci/replace-service.mjs CLUSTER SERVICE IMAGE`, with the command line of AWS.
 *
 * The circuit breaker of ECS takes the old tasks back when the new ones do not become healthy. The service is "stable" then
 * too, so what runs in the end is compared with what was asked for.
 */
import { execFileSync } from 'node:child_process';

const [cluster, service, image] = process.argv.slice(2);
if (cluster === undefined || service === undefined || image === undefined) {
  process.stderr.write('Call it so: .ci/replace-service.mjs CLUSTER SERVICE IMAGE\n');
  process.exit(2);
}
const named = ['--cluster', cluster, '--service', service];

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
  ...named,
  '--task-definition',
  after,
  '--deployment-configuration',
  'deploymentCircuitBreaker={enable=true,rollback=true},minimumHealthyPercent=100,maximumPercent=200',
);
ecs('wait', 'services-stable', '--cluster', cluster, '--services', service);

const running = runningDefinition();
if (running !== after) {
  process.stderr.write(
    `${service} did not become healthy with ${after}: ECS has gone back to ${running}.\n` +
      'The events of the service and the logs of its stopped tasks say why.\n',
  );
  process.exitCode = 1;
}

function runningDefinition() {
  return ecs('describe-services', '--cluster', cluster, '--services', service).services[0].taskDefinition;
}

/** What describing adds is not taken back by registering. */
function withImage({ containerDefinitions: [container], ...rest }) {
  const added = ['taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities'];
  added.push('registeredAt', 'registeredBy', 'deregisteredAt');
  const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => !added.includes(name)));
  return { ...kept, containerDefinitions: [{ ...container, image }] };
}

function ecs(...args) {
  const answer = execFileSync('aws', ['ecs', ...args, '--output', 'json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16 * 1024 * 1024,
  });
  return answer.trim() === '' ? undefined : JSON.parse(answer);
}
