import { Failure, UsageError } from '../../shared/user-error.ts';
import { describeResourceType } from './data-holders.ts';
import type { DestructiveChange } from './destructive-changes.ts';

/** What somebody has to know before a property that causes a replacement is changed. */
const advice: Readonly<Record<string, string>> = {
  AuthToken:
    'a token is changed outside of CloudFormation, with two valid ones at a time; leave this text as it was',
  AtRestEncryptionEnabled: 'encryption at rest is decided when the cache is made',
  CacheSubnetGroupName: 'a cache stays in the subnets that it was made in',
  Port: 'the port is decided when it is made',
  GenerateSecretString: 'the cache keeps its password; `bookedbarber rotate` gives both another one',
  SecretString: 'the cache keeps its password; `bookedbarber rotate` gives both another one',
  SnapshotName: 'the backup that a cache was made from stays in its plan as long as the cache is there',
  NumNodeGroups: 'shards come and go in place only with the update policy UseOnlineResharding',
  ReplicasPerNodeGroup: 'in cluster mode replicas are changed outside of CloudFormation',
};

/** Throws Failure when something with data in it would be lost that nobody has named. */
export function rejectDestructiveChanges(
  destructiveChanges: readonly DestructiveChange[],
  named: readonly string[],
): void {
  const unnamed = destructiveChanges.filter(({ logicalId }) => !named.includes(logicalId));
  if (unnamed.length === 0) return;
  throw new Failure('replacement_refused', 'This would lose data, and nothing was changed.', {
    details: unnamed.flatMap(formatDestructiveChange),
    remediation:
      'Take the change back; or, where the data may go, name it: ' +
      `${unnamed.map(({ logicalId }) => `--replace ${logicalId}`).join(' ')}. Make a backup before that.`,
  });
}

export function formatDestructiveChange({ logicalId, type, how, because }: DestructiveChange): string[] {
  const whole = `${logicalId}: ${describeResourceType(type)} would be ${how}`;
  if (how === 'removed') return [`${whole}, with all that is in it`];
  const causes = because.length === 0 ? 'something that CloudFormation does not name' : because.join(', ');
  return [
    how === 'rewritten'
      ? `${logicalId}: ${describeResourceType(type)} would get another value, because of ${causes}`
      : `${whole} by an empty one, because of ${causes}`,
    ...because.flatMap((name) => (advice[name] === undefined ? [] : [`  ${name}: ${advice[name]}`])),
  ];
}

/** A name from an older command must not wait in a script until it is true. Throws UsageError. */
export function checkNamed(destructiveChanges: readonly DestructiveChange[], named: readonly string[]): void {
  const needless = named.filter((id) => !destructiveChanges.some(({ logicalId }) => logicalId === id));
  if (needless.length === 0) return;
  throw new UsageError(
    `--replace ${needless.join(', ')}: nothing of that name is replaced or removed by this.`,
    {
      remediation: 'Leave it out; --dry-run shows what would be.',
    },
  );
}
