import { createHash } from 'node:crypto';
import { nameOf, onAws } from '../../shared/aws/aws-failure.ts';
import { openStore } from '../../shared/aws/clients.ts';
import { Failure } from '../../shared/user-error.ts';
import type { PlannedStack } from './assembly.ts';

/** Maximum bytes of a template in a request (CloudFormation quotas). Larger templates are read from S3. */
const maxBytesInRequest = 51_200;

/** The template parameter of a request. Uploads a large template to the CDK bootstrap bucket first. Throws Failure. */
export async function templateFor(
  stack: PlannedStack,
): Promise<{ TemplateBody: string } | { TemplateURL: string }> {
  if (Buffer.byteLength(stack.body) <= maxBytesInRequest) return { TemplateBody: stack.body };
  const { account, region } = stack;
  const bucket = `cdk-hnb659fds-assets-${account}-${region}`;
  const key = `${createHash('sha256').update(stack.body).digest('hex')}.json`;
  await onAws(`Uploading the template of ${stack.name} to ${bucket} (s3:PutObject)`, async () => {
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
      throw new Failure('bootstrap_missing', `The bucket ${bucket} for large templates does not exist.`, {
        remediation: `Create it once with \`npx cdk bootstrap aws://${account}/${region}\`.`,
        cause: error,
      });
    }
  });
  return { TemplateURL: `https://${bucket}.s3.${region}.${suffixOf(region)}/${key}` };
}

function suffixOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
