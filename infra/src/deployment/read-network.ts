import type { DeploymentError, Network } from './deployment.ts';
import { Reader } from './field-reader.ts';

const zone = /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/;
const vpcCidr = /^(10|172|192)\.\d{1,3}\.\d{1,3}\.0\/(1[6-9]|20)$/;
const anyCidr = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\/(8|9|[12]\d)$/;
const zonesRemediation =
  'List the zones of your account: aws ec2 describe-availability-zones --region REGION.';
const idRemediation =
  'Find the ids in the VPC console, or with aws ec2 describe-vpcs, describe-subnets and describe-security-groups.';

/** Reads the network of a deployment in a region, and returns its errors. */
export function readNetwork(value: unknown, region: string): { network: Network; errors: DeploymentError[] } {
  const kind = (value as { kind?: unknown } | null | undefined)?.kind;
  if (kind === 'existing') return readExisting(value, region);
  if (kind === 'new') return readNew(value, region);
  const reader = new Reader(value, 'network', ['kind', 'cidr', 'availabilityZones']);
  reader.invalid('kind', 'network.kind must be "new", to create a VPC, or "existing", to use one.');
  return { network: { kind: 'new', cidr: '', availabilityZones: [] }, errors: reader.errors };
}

function readNew(value: unknown, region: string): { network: Network; errors: DeploymentError[] } {
  const reader = new Reader(value, 'network', ['kind', 'cidr', 'availabilityZones']);
  const cidr = reader.text('cidr', vpcCidr, 'a private network of /16 to /20, such as 10.40.0.0/16', {
    fallback: '10.40.0.0/16',
    remediation: 'Choose a range that does not overlap with any network that may be connected to this one.',
  });
  return { network: { kind: 'new', cidr, availabilityZones: zones(reader, region) }, errors: reader.errors };
}

function readExisting(value: unknown, region: string): { network: Network; errors: DeploymentError[] } {
  const fields = [
    'kind',
    'vpcId',
    'subnetIds',
    'availabilityZones',
    'apiSecurityGroupId',
    'vpcCidr',
    'hasFlowLogs',
  ];
  const reader = new Reader(value, 'network', fields);
  const network = {
    kind: 'existing' as const,
    vpcId: reader.text('vpcId', /^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC, such as vpc-0a1b2c3d4e5f60718', {
      remediation: idRemediation,
    }),
    subnetIds: reader.texts(
      'subnetIds',
      /^subnet-[0-9a-f]{8,17}$/,
      'ids of private subnets, one per zone',
      [2, 6],
      idRemediation,
    ),
    availabilityZones: zones(reader, region),
    apiSecurityGroupId: reader.text(
      'apiSecurityGroupId',
      /^sg-[0-9a-f]{8,17}$/,
      'the id of the security group of the api, such as sg-0a1b2c3d4e5f60718',
      { remediation: idRemediation },
    ),
    vpcCidr: reader.has('vpcCidr')
      ? reader.text('vpcCidr', anyCidr, 'the CIDR block of the VPC, such as 10.0.0.0/16')
      : null,
    hasFlowLogs: reader.boolean('hasFlowLogs', false),
  };
  if (network.subnetIds.length > 0 && network.subnetIds.length !== network.availabilityZones.length)
    reader.invalid(
      'availabilityZones',
      `network.availabilityZones has ${network.availabilityZones.length} zones for ${network.subnetIds.length} subnets.`,
      'List the zone of each subnet, in the order of network.subnetIds.',
    );
  return { network, errors: reader.errors };
}

function zones(reader: Reader, region: string): string[] {
  const names = reader.texts(
    'availabilityZones',
    zone,
    `zones, such as ${region || 'us-east-1'}a`,
    [2, 6],
    zonesRemediation,
  );
  for (const name of names)
    if (region !== '' && !name.startsWith(region))
      reader.invalid(
        'availabilityZones',
        `${name} is not a zone of ${region}, the region of the plan.`,
        zonesRemediation,
      );
  return names;
}
