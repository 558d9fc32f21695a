import type { Plan } from '../elasticache.ts';
import type { DeploymentError, Network, Service } from './deployment.ts';
import { Reader } from './form.ts';

const image = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[a-z0-9._/-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/;
const secretArn = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;
const certificateArn = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/;
const subnet = /^subnet-[0-9a-f]{8,17}$/;
const needed = ['image', 'publicUrl', 'certificateArn', 'databaseSecretArn', 'smtpSecretArn', 'mailFrom'];
const secretMend = 'Make one in Secrets Manager whose JSON has the field url, and write its ARN.';

/** The service of a deployment, if there is to be one, and what is wrong with it. */
export function readService(
  deployment: Reader,
  { plan, network }: { plan: Plan | null; network: Network },
): { service: Service | null; errors: DeploymentError[] } {
  if (!deployment.has('service')) return { service: null, errors: [] };
  const isNew = network.kind === 'new';
  const fields = isNew ? needed : [...needed, 'publicSubnetIds', 'processSubnetIds'];
  const reader = new Reader(deployment.value('service'), 'service', fields);
  const secret = (name: string): string =>
    reader.text(name, secretArn, 'the ARN of a secret', { mend: secretMend });
  const subnets = (name: string, which: string): string[] =>
    isNew ? [] : reader.texts(name, subnet, `ids of ${which} subnets in different zones`, [2, 6]);
  const service = {
    image: reader.text(
      'image',
      image,
      'an image in ECR, such as 123456789012.dkr.ecr.us-east-1.amazonaws.com/bookedbarber@sha256:...',
    ),
    publicUrl: reader.text(
      'publicUrl',
      /^https:\/\/[a-z0-9.-]+$/,
      'an origin such as https://booking.example.com',
    ),
    certificateArn: reader.text(
      'certificateArn',
      certificateArn,
      'the ARN of a certificate of ACM in this region',
    ),
    databaseSecretArn: secret('databaseSecretArn'),
    smtpSecretArn: secret('smtpSecretArn'),
    mailFrom: reader.text('mailFrom', /^[^\r\n]{3,120}$/, 'the address that mails come from'),
    publicSubnetIds: subnets('publicSubnetIds', 'public'),
    processSubnetIds: subnets('processSubnetIds', 'private'),
  };
  if (isNew && plan !== null && plan.network.natGateways === 0)
    reader.errors.push({
      code: 'service_without_way_out',
      path: 'plan.network.natGateways',
      message: 'The processes could reach neither ECR nor the mail server: the network has no way out.',
      mend: 'Write one NAT gateway for each zone, or 1: bookedbarber plan --nat-gateways 2 counts what they cost.',
    });
  if (!isNew && network.vpcCidr === null)
    reader.errors.push({
      code: 'service_proxies_unknown',
      path: 'network.vpcCidr',
      message: 'The api has to know from which addresses its load balancer speaks.',
      mend: 'Write the network of the VPC: aws ec2 describe-vpcs shows its CidrBlock.',
    });
  return { service, errors: reader.errors };
}
