import { type ServiceContext, serviceErrors } from './check-service.ts';
import type { Database, DeploymentError, Service } from './deployment.ts';
import { Reader } from './field-reader.ts';

const image = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[a-z0-9._/-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/;
const secretArn = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;
const certificateArn = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/;
const subnet = /^subnet-[0-9a-f]{8,17}$/;
const requiredFields = ['image', 'publicUrl', 'certificateArn', 'smtpSecretArn', 'mailFrom'];
const iamUser = /^(?=.{1,40}$)[a-z](-?[a-z0-9])*$/;
/** As the server requires it. */
const sender = /^(?=.{3,120}$)[^@\r\n]+@[^@\r\n]+$/;
const secretRemediation =
  'Create a secret in Secrets Manager whose JSON has the field url, and use its complete ARN, with the six characters at the end.';

/** Reads the service of a deployment, which is optional, and returns its errors. */
export function readService(
  deployment: Reader,
  { database, ...context }: ServiceContext & { database: Database | null },
): { service: Service | null; errors: DeploymentError[] } {
  if (!deployment.has('service')) return { service: null, errors: [] };
  const isNew = context.network.kind === 'new';
  const hasDatabase = database !== null;
  const fields = [
    ...requiredFields,
    ...(hasDatabase ? [] : ['databaseSecretArn']),
    'redisIamUser',
    ...(isNew ? [] : ['publicSubnetIds', 'processSubnetIds']),
  ];
  const reader = new Reader(deployment.value('service'), 'service', fields);
  const secret = (name: string): string =>
    reader.text(name, secretArn, 'the complete ARN of a secret', { remediation: secretRemediation });
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
      'the ARN of an ACM certificate in this region',
    ),
    // A deployment that creates a database does not accept another one.
    databaseSecretArn: hasDatabase ? null : secret('databaseSecretArn'),
    smtpSecretArn: secret('smtpSecretArn'),
    mailFrom: reader.text(
      'mailFrom',
      sender,
      'the sender address of emails, such as Shop <shop@example.com>',
    ),
    redisIamUser: reader.has('redisIamUser')
      ? reader.text('redisIamUser', iamUser, 'the id of an ElastiCache user, which must also be its name')
      : null,
    publicSubnetIds: subnets('publicSubnetIds', 'public'),
    processSubnetIds: subnets('processSubnetIds', 'private'),
  };
  return { service, errors: [...reader.errors, ...serviceErrors(service, context)] };
}
