import { Failure, UsageError } from '../../shared/user-error.ts';
import type { DestructiveChange } from './destructive-changes.ts';
import { describeResourceType } from './stateful-resources.ts';

/** Advice for properties whose change causes a replacement. */
const advice: Readonly<Record<string, string>> = {
  AuthToken:
    'the token is rotated outside of CloudFormation, with two tokens valid at a time; restore the previous text',
  AtRestEncryptionEnabled: 'encryption at rest cannot change after the cache is created',
  CacheSubnetGroupName: 'the subnet group of a cache cannot change after the cache is created',
  Port: 'the port cannot change after the cache is created',
  GenerateSecretString: 'the password of the cache would not change; `bookedbarber rotate` changes both',
  SecretString: 'the password of the cache would not change; `bookedbarber rotate` changes both',
  SnapshotName: 'a cache restored from a backup must keep that backup in its plan',
  NumNodeGroups: 'the number of shards changes in place only with the update policy UseOnlineResharding',
  ReplicasPerNodeGroup: 'in cluster mode the number of replicas is changed outside of CloudFormation',
};

/** Throws Failure for destructive changes of resources that `--replace` does not name. */
export function rejectDestructiveChanges(
  destructiveChanges: readonly DestructiveChange[],
  named: readonly string[],
): void {
  const unnamed = destructiveChanges.filter(({ logicalId }) => !named.includes(logicalId));
  if (unnamed.length === 0) return;
  throw new Failure('replacement_refused', 'These changes would lose data. Nothing was changed.', {
    details: unnamed.flatMap(formatDestructiveChange),
    remediation:
      'Undo the change. If the data may be lost, make a backup and add ' +
      `${unnamed.map(({ logicalId }) => `--replace ${logicalId}`).join(' ')}.`,
  });
}

export function formatDestructiveChange({ logicalId, type, how, because }: DestructiveChange): string[] {
  const change = `${logicalId}: ${describeResourceType(type)} would be ${how}`;
  if (how === 'removed') return [`${change}, with all its data`];
  const causes = because.length === 0 ? 'a cause that CloudFormation does not name' : because.join(', ');
  return [
    how === 'rewritten'
      ? `${logicalId}: ${describeResourceType(type)} would get another value, because of ${causes}`
      : `${change} by an empty one, because of ${causes}`,
    ...because.flatMap((name) => (advice[name] === undefined ? [] : [`  ${name}: ${advice[name]}`])),
  ];
}

/** Rejects unused names: a leftover --replace in a script must not allow a later loss. Throws UsageError. */
export function checkNamed(destructiveChanges: readonly DestructiveChange[], named: readonly string[]): void {
  const unused = named.filter((id) => !destructiveChanges.some(({ logicalId }) => logicalId === id));
  if (unused.length === 0) return;
  throw new UsageError(
    `--replace ${unused.join(', ')}: the changes neither replace nor remove a resource with this name.`,
    {
      remediation: 'Remove the option; --dry-run shows the destructive changes.',
    },
  );
}
