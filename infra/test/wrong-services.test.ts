import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDeployment } from '../src/deployment/read-deployment.ts';
import { fileOf } from './deployments.ts';
import { existing, plan, service, small, twoGroups } from './services.ts';

const errors = (file: unknown): string[] =>
  readDeployment(file).errors.map(({ code, path }) => `${code} ${path}`);
const withService = (change: object): unknown => fileOf(plan, 'new', { service: { ...service, ...change } });
const { network: _, ...withoutCidr } = existing;
const { plan: ofCache, ...beside } = twoGroups;
const ofUsers = { ...plan, security: { ...plan.security, authToken: false, userGroups: ['lantern-users'] } };
const processes = (clients: object): typeof plan => ({ ...plan, clients: { ...plan.clients, ...clients } });

const wrong: [promise: string, file: unknown, told: string][] = [
  [
    'nothing leads out of its network',
    fileOf(small, 'new', { service }),
    'service_without_egress plan.network.natGateways',
  ],
  [
    'its load balancer would not be believed',
    fileOf(small, 'existing', withoutCidr),
    'service_proxies_unknown network.vpcCidr',
  ],
  ['its image is in no repository', withService({ image: 'latest' }), 'field_malformed service.image'],
  [
    'an ARN of a secret lacks its end',
    withService({ smtpSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:smtp' }),
    'field_malformed service.smtpSecretArn',
  ],
  [
    'its certificate is in another region',
    withService({ certificateArn: service.certificateArn.replace('us-east-1', 'eu-west-1') }),
    'service_certificate_region service.certificateArn',
  ],
  [
    'the name is too long for a load balancer',
    fileOf({ ...plan, name: `l${'antern'.repeat(6)}` }, 'new', { service }),
    'service_name plan.name',
  ],
  [
    'no load balancer may be called so',
    fileOf({ ...plan, name: 'internal-lantern' }, 'new', { service }),
    'service_name plan.name',
  ],
  [
    'the plan has no process of the api',
    fileOf(processes({ apiProcesses: 0 }), 'new', { service }),
    'service_without_processes plan.clients.apiProcesses',
  ],
  [
    'the plan has no worker',
    fileOf(processes({ workerProcesses: 0 }), 'new', { service }),
    'service_without_processes plan.clients.workerProcesses',
  ],
  [
    'one group is in cluster mode and the other is not',
    fileOf(ofCache, 'new', { ...beside, jobsPlan: { ...beside.jobsPlan, clusterMode: false, shards: 1 } }),
    'service_cluster_modes jobsPlan.clusterMode',
  ],
  [
    'the users of a group have passwords that nobody tells it',
    fileOf(ofUsers, 'new', { service }),
    'service_login_unknown plan.security.iam',
  ],
  [
    'nobody says as whom it logs in',
    fileOf(ofCache, 'new', { ...beside, service }),
    'service_login_unknown service.redisIamUser',
  ],
  [
    'it has a user and no group has any',
    withService({ redisIamUser: 'lantern-app' }),
    'service_login_unused service.redisIamUser',
  ],
];

describe('a service is refused by the field and with a mend where', () => {
  for (const [promise, file, told] of wrong)
    test(promise, () => {
      assert.deepEqual(errors(file), [told]);
      for (const { message, remediation } of readDeployment(file).errors)
        assert.ok(message.length > 0 && remediation.length > 0);
    });
});
