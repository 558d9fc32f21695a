import { type Plan, speaksCluster } from '../elasticache.ts';
import type { DeploymentError, Network, Service } from './deployment.ts';

export type ServiceContext = { plan: Plan | null; jobsPlan: Plan | null; network: Network };

type Input = { service: Service; plan: Plan; jobsPlan: Plan | null; network: Network };

/** Maximum length of a load balancer name, which is the name of the plan. */
const maxNameLength = 32;

/**
 * Problems of a service that AWS would reject, or whose processes would not work with these groups and this network.
 */
export function serviceErrors(
  service: Service,
  { plan, jobsPlan, network }: ServiceContext,
): DeploymentError[] {
  if (plan === null) return [];
  const input = { service, plan, jobsPlan, network };
  return [...networkErrors(input), ...sizeErrors(input), ...loginErrors(input)];
}

function* networkErrors({ service, plan, network }: Input): Generator<DeploymentError> {
  if (network.kind === 'new' && plan.network.natGateways === 0)
    yield {
      code: 'service_without_egress',
      path: 'plan.network.natGateways',
      message: 'The processes cannot reach ECR or the mail server: the network has no NAT gateway.',
      remediation:
        'Set natGateways to the number of zones, or to 1. bookedbarber plan --nat 2 includes their cost.',
    };
  if (network.kind === 'existing' && network.vpcCidr === null)
    yield {
      code: 'service_proxies_unknown',
      path: 'network.vpcCidr',
      message: 'The api needs the address range of its load balancer to trust its headers.',
      remediation: 'Set vpcCidr to the CIDR block of the VPC: aws ec2 describe-vpcs shows CidrBlock.',
    };
  const region = service.certificateArn.split(':')[3] ?? '';
  if (region !== '' && region !== plan.region)
    yield {
      code: 'service_certificate_region',
      path: 'service.certificateArn',
      message: `The certificate is in ${region}, but a load balancer in ${plan.region} requires one in its own region.`,
      remediation: `Request a certificate from ACM in ${plan.region}.`,
    };
}

function* sizeErrors({ plan, jobsPlan }: Input): Generator<DeploymentError> {
  if (plan.name.length > maxNameLength || plan.name.startsWith('internal-'))
    yield {
      code: 'service_name',
      path: 'plan.name',
      message: `The load balancer has the name of the plan, which can have at most ${maxNameLength} characters and must not start with "internal-".`,
      remediation:
        'Choose another name before the first deployment: a later change of the name replaces the group.',
    };
  for (const processes of ['apiProcesses', 'workerProcesses'] as const)
    if (plan.clients[processes] === 0)
      yield {
        code: 'service_without_processes',
        path: `plan.clients.${processes}`,
        message: 'The service would have no running process.',
        remediation: 'Set it to 1 or more; with 2, the service survives the loss of a zone.',
      };
  if (jobsPlan !== null && speaksCluster(jobsPlan) !== speaksCluster(plan))
    yield {
      code: 'service_cluster_modes',
      path: 'jobsPlan.clusterMode',
      message: 'Both groups must use the same protocol, because REDIS_CLUSTER applies to both.',
      remediation: 'Change both to the same mode: bookedbarber scale, with and without --jobs.',
    };
}

function* loginErrors({ service, plan, jobsPlan }: Input): Generator<DeploymentError> {
  const groups = [['plan', plan] as const, ...(jobsPlan === null ? [] : [['jobsPlan', jobsPlan] as const])];
  const groupsWithUsers = groups.filter(([, { security }]) => security.userGroups.length > 0);
  for (const [field, { security }] of groupsWithUsers)
    if (!security.iam)
      yield {
        code: 'service_login_unknown',
        path: `${field}.security.iam`,
        message: 'The users of the group log in with passwords, which the processes do not have.',
        remediation:
          'Set iam to true and service.redisIamUser to the user, or use authToken instead of userGroups.',
      };
    else if (service.redisIamUser === null)
      yield {
        code: 'service_login_unknown',
        path: 'service.redisIamUser',
        message: `The processes need a user to log in, because ${field} has user groups.`,
        remediation: 'Set it to the id of a user with IAM authentication in these groups.',
      };
  if (service.redisIamUser !== null && groupsWithUsers.length === 0)
    yield {
      code: 'service_login_unused',
      path: 'service.redisIamUser',
      message: 'No plan has user groups.',
      remediation: 'Remove it, or add user groups to the plan.',
    };
}
