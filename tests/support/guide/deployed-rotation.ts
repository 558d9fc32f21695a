/** Runs the rotation function of the deployed template like Lambda does, each step in a separate process. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Contains the SDK, which Lambda provides. */
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const call =
  'require(process.argv[1]).handler(JSON.parse(process.argv[2])).catch((error) => { console.error(error.message); process.exit(1); })';
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

type Function = {
  Type: string;
  Properties: { Code: { ZipFile: string }; Environment: { Variables: Record<string, unknown> } };
};

export type Rotation = {
  template: string;
  folder: string;
  secretArn: string;
  environment: Readonly<Record<string, string | undefined>>;
};

/** Runs all steps of one rotation. Rejects with the function's error when a step fails. */
export async function rotateAsDeployed(
  { template, folder, secretArn, environment }: Rotation,
  version: string,
): Promise<void> {
  const { Resources: resources } = JSON.parse(template) as { Resources: Record<string, Function> };
  const made = Object.values(resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' && 'GROUP_ID' in (Properties.Environment?.Variables ?? {}),
  );
  if (made === undefined) throw new Error('The template has no rotation function');
  const code = join(folder, 'rotation.cjs');
  writeFileSync(code, made.Properties.Code.ZipFile);
  const { GROUP_ID, GRACE_SECONDS } = made.Properties.Environment.Variables;
  for (const Step of steps)
    await promisify(execFile)(
      process.execPath,
      ['-e', call, code, JSON.stringify({ Step, SecretId: secretArn, ClientRequestToken: version })],
      {
        env: {
          ...environment,
          NODE_PATH: modules,
          AWS_REGION: 'us-east-1',
          // A reference in the template, which CloudFormation replaces with the ARN.
          SECRET_ARN: secretArn,
          GROUP_ID: String(GROUP_ID),
          GRACE_SECONDS: String(GRACE_SECONDS),
        },
        timeout: 300_000,
      },
    );
}
