import { createHash } from 'node:crypto';
import { nameOf, onAws } from '../../shared/aws/aws-failure.ts';
import { openStore } from '../../shared/aws/clients.ts';
import { Failure } from '../../shared/user-error.ts';
import type { PlannedStack } from './assembly.ts';

/** Bytes of a template that CloudFormation takes inside of a request (its quotas). What is larger comes from S3. */
const maxBytesInRequest = 51_200;

/** How a request names a template. A large one is put into the bucket of the CDK's bootstrap first. Throws Failure. */
export async function templateFor(
  stack: PlannedStack,
): Promise<{ TemplateBody: string } | { TemplateURL: string }> {
  if (Buffer.byteLength(stack.body) <= maxBytesInRequest) return { TemplateBody: stack.body };
  const { account, region } = stack;
  const bucket = `cdk-hnb659fds-assets-${account}-${region}`;
  const key = `${createHash('sha256').update(stack.body).digest('hex')}.json`;
  await onAws(`Putting the template of ${stack.name} into ${bucket} (s3:PutObject)`, async () => {
    const store = await openStore(region);
    try {
      await store.putObject({
        Bucket: bucket,
        Key: key,
        Body: stack.body,
        ContentType: 'application/json',
        ExpectedBucketOwner: account,
      });
    } catch (error) {
      if (nameOf(error) !== 'NoSuchBucket') throw error;
      throw new Failure('bootstrap_missing', `There is no bucket ${bucket} for large templates.`, {
        remediation: `Make it once: \`npx cdk bootstrap aws://${account}/${region}\`.`,
        cause: error,
      });
    }
  });
  return { TemplateURL: `https://${bucket}.s3.${region}.${suffixOf(region)}/${key}` };
}

function suffixOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
