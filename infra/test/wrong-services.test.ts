import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDeployment } from '../src/deployment/read-deployment.ts';
import { fileOf } from './deployments.ts';
import { existing, plan, service, small, twoGroups } from './services.ts';

const errors = (file: unknown): string[] =>
  readDeployment(file).errors.map(({ code, path }) => `${code} ${path}`);
const withService = (change: object): unknown => fileOf(plan, 'new', { service: { ...service, ...change } });
const { network: _, ...withoutCidr } = existing;
const { plan: cachePlan, ...others } = twoGroups;
const planWithUsers = {
  ...plan,
  security: { ...plan.security, authToken: false, userGroups: ['lantern-users'] },
};
const processes = (clients: object): typeof plan => ({ ...plan, clients: { ...plan.clients, ...clients } });

const invalid: [title: string, file: unknown, expected: string][] = [
  [
    'if its network has no NAT gateway',
    fileOf(small, 'new', { service }),
    'service_without_egress plan.network.natGateways',
  ],
  [
    'if the addresses of its load balancer are unknown',
    fileOf(small, 'existing', withoutCidr),
    'service_proxies_unknown network.vpcCidr',
  ],
  ['if its image is not in ECR', withService({ image: 'latest' }), 'field_malformed service.image'],
  [
    'if the ARN of a secret is incomplete',
    withService({ smtpSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:smtp' }),
    'field_malformed service.smtpSecretArn',
  ],
  [
    'if its URL has a path',
    withService({ publicUrl: 'https://a.example/b' }),
    'field_malformed service.publicUrl',
  ],
  [
    'if its URL is not https',
    withService({ publicUrl: 'http://a.example' }),
    'field_malformed service.publicUrl',
  ],
  ['if its sender has no address', withService({ mailFrom: 'Lantern' }), 'field_malformed service.mailFrom'],
  [
    'if the id of its user is longer than the server accepts',
    fileOf(cachePlan, 'new', { ...others, service: { ...service, redisIamUser: `l${'-a'.repeat(20)}` } }),
    'field_malformed service.redisIamUser',
  ],
  [
    'if its certificate is in another region',
    withService({ certificateArn: service.certificateArn.replace('us-east-1', 'eu-west-1') }),
    'service_certificate_region service.certificateArn',
  ],
  [
    'if the name is too long for a load balancer',
    fileOf({ ...plan, name: `l${'antern'.repeat(6)}` }, 'new', { service }),
    'service_name plan.name',
  ],
  [
    'if the name is reserved for internal load balancers',
    fileOf({ ...plan, name: 'internal-lantern' }, 'new', { service }),
    'service_name plan.name',
  ],
  [
    'if the plan has no api process',
    fileOf(processes({ apiProcesses: 0 }), 'new', { service }),
    'service_without_processes plan.clients.apiProcesses',
  ],
  [
    'if the plan has no worker process',
    fileOf(processes({ workerProcesses: 0 }), 'new', { service }),
    'service_without_processes plan.clients.workerProcesses',
  ],
  [
    'if only one of the groups is in cluster mode',
    fileOf(cachePlan, 'new', { ...others, jobsPlan: { ...others.jobsPlan, clusterMode: false, shards: 1 } }),
    'service_cluster_modes jobsPlan.clusterMode',
  ],
  [
    'if the users of a group have passwords instead of IAM authentication',
    fileOf(planWithUsers, 'new', { service }),
    'service_login_unknown plan.security.iam',
  ],
  [
    'if it has no user for IAM authentication',
    fileOf(cachePlan, 'new', { ...others, service }),
    'service_login_unknown service.redisIamUser',
  ],
  [
    'if it has a user, but no group has user groups',
    withService({ redisIamUser: 'lantern-app' }),
    'service_login_unused service.redisIamUser',
  ],
];

describe('readDeployment rejects a service and names the field', () => {
  for (const [title, file, expected] of invalid)
    test(title, () => {
      assert.deepEqual(errors(file), [expected]);
      for (const { message, remediation } of readDeployment(file).errors)
        assert.ok(message.length > 0 && remediation.length > 0);
    });
});
