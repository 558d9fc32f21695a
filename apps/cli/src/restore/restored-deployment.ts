import type { Plan } from '@bookedbarber/elasticache';
import type { DeploymentForm } from '../provision/deployment-file.ts';
import { stackOutputs } from '../provision/stacks/stack-outputs.ts';
import { openCloudFormation } from '../shared/aws/clients.ts';
import { Failure } from '../shared/user-error.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The deployment of a restored group. It uses the network of the old deployment, so that the same processes can reach
 * it, and omits everything that exists once: the audit trail, the service and the other group. Throws Failure.
 */
export async function restoredDeployment(old: DeploymentForm, plan: Plan): Promise<Fields> {
  const { account, alarms } = old.fields;
  return {
    deployment: 1,
    account,
    plan,
    network: await networkOf(old),
    ...(alarms === undefined ? {} : { alarms }),
    audit: false,
  };
}

async function networkOf({ fields, plan }: DeploymentForm): Promise<Fields> {
  const network = fields['network'];
  if (typeof network !== 'object' || network === null)
    throw new Failure('deployment_malformed', 'The deployment has no network.', {
      remediation: 'infra/README.md shows a complete deployment.',
    });
  const { kind, availabilityZones } = network as Fields;
  // The stacks of the old deployment already create flow logs.
  if (kind === 'existing') return { ...network, hasFlowLogs: true };
  const stack = `${plan.name}-network`;
  const outputs = await stackOutputs(await openCloudFormation(plan.region), stack);
  const [vpcId, group, subnets] = ['VpcId', 'ApiSecurityGroupId', 'CacheSubnetIds'].map((name) =>
    outputs?.get(name),
  );
  if (vpcId === undefined || group === undefined || subnets === undefined)
    throw new Failure(
      'network_unknown',
      outputs === null
        ? `The network stack ${stack} of the old deployment does not exist.`
        : `The network stack ${stack} lacks the outputs that the restored group needs.`,
      {
        remediation:
          outputs === null
            ? 'Provision the old deployment first, or set its network to the kind `existing`.'
            : 'Provision the old deployment again to add these outputs.',
      },
    );
  return {
    kind: 'existing',
    vpcId,
    subnetIds: subnets.split(','),
    availabilityZones,
    apiSecurityGroupId: group,
    hasFlowLogs: true,
  };
}
