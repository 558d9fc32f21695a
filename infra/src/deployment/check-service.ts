import { type Plan, speaksCluster } from '../elasticache.ts';
import type { DeploymentError, Network, Service } from './deployment.ts';

export type Around = { plan: Plan | null; jobsPlan: Plan | null; network: Network };

type Checked = { service: Service; plan: Plan; jobsPlan: Plan | null; network: Network };

/** Length of the name of a load balancer, which is the plan's. */
const maxName = 32;

/** Services that AWS would not take, or whose processes would not work beside these groups and in this network. */
export function serviceErrors(service: Service, { plan, jobsPlan, network }: Around): DeploymentError[] {
  if (plan === null) return [];
  const checked = { service, plan, jobsPlan, network };
  return [...networkErrors(checked), ...sizeErrors(checked), ...loginErrors(checked)];
}

function* networkErrors({ service, plan, network }: Checked): Generator<DeploymentError> {
  if (network.kind === 'new' && plan.network.natGateways === 0)
    yield {
      code: 'service_without_egress',
      path: 'plan.network.natGateways',
      message: 'The processes could reach neither ECR nor the mail server: the network has no way out.',
      remediation:
        'Write one NAT gateway for each zone, or 1: bookedbarber plan --nat 2 counts what they cost.',
    };
  if (network.kind === 'existing' && network.vpcCidr === null)
    yield {
      code: 'service_proxies_unknown',
      path: 'network.vpcCidr',
      message: 'The api has to know from which addresses its load balancer speaks.',
      remediation: 'Write the network of the VPC: aws ec2 describe-vpcs shows its CidrBlock.',
    };
  const region = service.certificateArn.split(':')[3] ?? '';
  if (region !== '' && region !== plan.region)
    yield {
      code: 'service_certificate_region',
      path: 'service.certificateArn',
      message: `The certificate is in ${region}, and a load balancer in ${plan.region} takes none from there.`,
      remediation: `Ask ACM for one in ${plan.region}.`,
    };
}

function* sizeErrors({ plan, jobsPlan }: Checked): Generator<DeploymentError> {
  if (plan.name.length > maxName || plan.name.startsWith('internal-'))
    yield {
      code: 'service_name',
      path: 'plan.name',
      message: `The load balancer is called as the plan is, in ${maxName} characters at the most that do not begin with "internal-".`,
      remediation:
        'Choose such a name, before anything is built: to rename the plan later replaces the group.',
    };
  for (const processes of ['apiProcesses', 'workerProcesses'] as const)
    if (plan.clients[processes] === 0)
      yield {
        code: 'service_without_processes',
        path: `plan.clients.${processes}`,
        message: 'There would be a service in which nothing runs.',
        remediation: 'Write 1 or more; 2 go on when a zone does not.',
      };
  if (jobsPlan !== null && speaksCluster(jobsPlan) !== speaksCluster(plan))
    yield {
      code: 'service_cluster_modes',
      path: 'jobsPlan.clusterMode',
      message: 'Processes speak to both groups in the same way: REDIS_CLUSTER holds for both.',
      remediation: 'Bring both to the same mode: bookedbarber scale, with and without --jobs.',
    };
}

function* loginErrors({ service, plan, jobsPlan }: Checked): Generator<DeploymentError> {
  const groups = [['plan', plan] as const, ...(jobsPlan === null ? [] : [['jobsPlan', jobsPlan] as const])];
  const byUsers = groups.filter(([, { security }]) => security.userGroups.length > 0);
  for (const [field, { security }] of byUsers)
    if (!security.iam)
      yield {
        code: 'service_login_unknown',
        path: `${field}.security.iam`,
        message: 'Users of the group log in with passwords, and the processes would know none.',
        remediation:
          'Set iam to true and name the user in service.redisIamUser, or take authToken in place of userGroups.',
      };
    else if (service.redisIamUser === null)
      yield {
        code: 'service_login_unknown',
        path: 'service.redisIamUser',
        message: `The processes would not know as whom to log in: ${field} has user groups.`,
        remediation: 'Write the id of a user of the mode iam that is in these groups.',
      };
  if (service.redisIamUser !== null && byUsers.length === 0)
    yield {
      code: 'service_login_unused',
      path: 'service.redisIamUser',
      message: 'No group here has users.',
      remediation: 'Leave it out, or name user groups in the plan.',
    };
}
