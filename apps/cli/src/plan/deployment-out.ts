import { writeFileSync } from 'node:fs';
import type { Plan } from '@bookedbarber/elasticache';
import { InvalidArgumentError } from 'commander';
import { Failure, UsageError } from '../shared/user-error.ts';

/** The fields of a deployment apart from its plan. */
export type DeploymentOptions = {
  deployment?: string;
  account?: string;
  zone?: string[];
  alarmEmail?: string;
};

/** Saves a deployment with a new network, for `provision`. Never overwrites a file. Throws Failure and UsageError. */
export function writeDeployment(path: string, plan: Plan, options: DeploymentOptions): void {
  const { account, zone: zones = [], alarmEmail } = options;
  if (account === undefined || zones.length < 2 || alarmEmail === undefined)
    throw new UsageError('A deployment requires an account, at least two zones, and an alarm recipient.', {
      remediation: `Add, for example, --account 123456789012 --zone ${plan.region}a --zone ${plan.region}b --alarm-email ops@example.com.`,
    });
  const misplaced = zones.find((zone) => !zone.startsWith(plan.region));
  if (misplaced !== undefined)
    throw new UsageError(`${misplaced} is not a zone of ${plan.region}, the region of the plan.`, {
      remediation: 'List the zones of your account: aws ec2 describe-availability-zones --region REGION.',
    });
  const deployment = {
    deployment: 1,
    account,
    plan,
    network: { kind: 'new', availabilityZones: zones },
    alarms: { email: alarmEmail },
  };
  writeNewFile(path, deployment);
}

/** Writes a new JSON file. Throws Failure if the file exists or cannot be written. */
export function writeNewFile(path: string, value: object): void {
  try {
    writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new Failure('file_exists', `${path} already exists and is not overwritten.`, {
        remediation: 'Choose another file name, or change the existing file with `bookedbarber scale`.',
        cause: error,
      });
    throw new Failure('file_unwritable', `${path} cannot be written.`, {
      remediation: 'Check that its folder exists and is writable.',
      cause: error,
    });
  }
}

export function parseAccount(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('Use the AWS account number: twelve digits.');
}

/** Collects a repeatable --zone option. */
export function addZone(text: string, before: readonly string[] = []): string[] {
  if (!/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(text))
    throw new InvalidArgumentError('Use a zone such as us-east-1a.');
  return [...before, text];
}

export function parseEmail(text: string): string {
  if (/^[^\s@"'<>]{1,64}@[a-z0-9.-]{3,120}$/i.test(text)) return text;
  throw new InvalidArgumentError('Use one email address.');
}
