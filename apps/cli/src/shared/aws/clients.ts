import { silenceSdkWarnings } from '../../environment.ts';

/**
 * AWS clients, loaded on first use so that commands without AWS start fast. The SDK takes credentials and endpoints
 * from AWS_PROFILE, AWS_ENDPOINT_URL and its other standard variables.
 */
const attempts = { maxAttempts: 5 } as const;

export type { CloudFormation } from '@aws-sdk/client-cloudformation';

export async function openCloudFormation(region: string) {
  silenceSdkWarnings();
  const { CloudFormation } = await import('@aws-sdk/client-cloudformation');
  return new CloudFormation({ region, ...attempts });
}

export async function openStore(region: string) {
  silenceSdkWarnings();
  const { S3 } = await import('@aws-sdk/client-s3');
  return new S3({ region, ...attempts });
}

/** The id of the account that the credentials belong to. */
export async function accountOf(region: string): Promise<string> {
  silenceSdkWarnings();
  const { STS } = await import('@aws-sdk/client-sts');
  return (await new STS({ region, ...attempts }).getCallerIdentity({})).Account ?? '';
}

export async function openElastiCache(region: string) {
  silenceSdkWarnings();
  const { ElastiCache } = await import('@aws-sdk/client-elasticache');
  return new ElastiCache({ region, ...attempts });
}

export async function openSecretsManager(region: string) {
  silenceSdkWarnings();
  const { SecretsManager } = await import('@aws-sdk/client-secrets-manager');
  return new SecretsManager({ region, ...attempts });
}

export async function openCloudWatch(region: string) {
  silenceSdkWarnings();
  const { CloudWatch } = await import('@aws-sdk/client-cloudwatch');
  return new CloudWatch({ region, ...attempts });
}
