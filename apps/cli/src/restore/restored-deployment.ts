import type { Plan } from '@bookedbarber/elasticache';
import type { DeploymentForm } from '../provision/deployment-file.ts';
import { stackOutputs } from '../provision/stacks/stack-outputs.ts';
import { openCloudFormation } from '../shared/aws/clients.ts';
import { Failure } from '../shared/user-error.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The deployment of a restored group: in the network of the old one, so that the same processes reach it, and without what
 * there is once: the trail of the account, the service, the other group. Throws Failure.
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
      remediation: 'infra/README.md shows a deployment that is whole.',
    });
  const { kind, availabilityZones } = network as Fields;
  // The stacks of the old deployment log the traffic already.
  if (kind === 'existing') return { ...network, hasFlowLogs: true };
  const stack = `${plan.name}-network`;
  const outputs = await stackOutputs(await openCloudFormation(plan.region), stack);
  const [vpcId, group, subnets] = ['VpcId', 'ApiSecurityGroupId', 'CacheSubnetIds'].map((name) =>
    outputs?.get(name),
  );
  if (vpcId === undefined || group === undefined || subnets === undefined)
    throw new Failure(
      'network_unknown',
      `${stack} ${outputs === null ? 'is not there' : 'does not say'} where the restored group is to go.`,
      {
        remediation:
          outputs === null
            ? 'Provision the old deployment first, or write a network of the kind existing into it.'
            : 'Provision the old deployment once more: its network then gives out the ids.',
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
