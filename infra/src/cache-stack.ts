import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { authSecret } from './cache/auth-secret.ts';
import { ReplicationGroup } from './cache/replication-group.ts';
import type { Deployment } from './deployment/deployment.ts';
import { DeploymentStack } from './deployment-stack.ts';
import type { Plan } from './elasticache.ts';
import type { NetworkStack } from './network-stack.ts';

/** The replication groups, the key that encrypts them, and their passwords. */
export class CacheStack extends DeploymentStack {
  readonly key: Key;
  readonly groups: readonly ReplicationGroup[];
  /** The password secrets of the groups with an AUTH token. */
  readonly passwords: readonly { plan: Plan; secret: ISecret }[];

  constructor(scope: Construct, deployment: Deployment, network: NetworkStack) {
    super(scope, 'cache', deployment, 'Cache of a BookedBarber deployment');
    const { plan, jobsPlan } = deployment;
    this.key = new Key(this, 'Key', {
      alias: `bookedbarber/${plan.name}`,
      description: `Encrypts the cache of ${plan.name}, its backups and its passwords`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const plans = [{ id: 'Cache', plan }, ...(jobsPlan === null ? [] : [{ id: 'Jobs', plan: jobsPlan }])];
    const passwords: { plan: Plan; secret: ISecret }[] = [];
    this.groups = plans.map(({ id, plan: groupPlan }) => {
      const secret = groupPlan.security.authToken
        ? authSecret(this, `${id}Password`, groupPlan, this.key)
        : null;
      const group = new ReplicationGroup(this, id, {
        plan: groupPlan,
        secret,
        key: this.key,
        subnetIds: network.cacheSubnetIds,
        securityGroupId: network.cacheSecurityGroup.securityGroupId,
      });
      new CfnOutput(this, `${id}Endpoint`, {
        value: group.endpoint,
        description: 'For bookedbarber env --redis',
      });
      if (secret !== null) {
        new CfnOutput(this, `${id}PasswordSecret`, {
          value: secret.secretArn,
          description: 'For REDIS_PASSWORD_SECRET and bookedbarber rotate',
        });
        passwords.push({ plan: groupPlan, secret });
      }
      return group;
    });
    this.passwords = passwords;
  }
}
