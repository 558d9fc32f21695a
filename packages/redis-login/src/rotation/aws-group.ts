import type { ServerAddress } from './aws-call.ts';
import { primariesOf } from './cluster-primaries.ts';
import { ping } from './ping.ts';
import type { TokenGroup } from './ports.ts';

/** A group whose primaries can be asked for: in cluster mode they tell each other only to who has the password. */
export type AwsGroup = TokenGroup & { primaries(password: string): Promise<readonly ServerAddress[]> };

/** What is used of the client of ElastiCache. */
export type ReplicationGroups = {
  describeReplicationGroups(input: { ReplicationGroupId: string }): Promise<{
    ReplicationGroups?: readonly DescribedGroup[] | undefined;
  }>;
  modifyReplicationGroup(input: {
    ReplicationGroupId: string;
    AuthToken: string;
    AuthTokenUpdateStrategy: 'ROTATE' | 'SET';
    ApplyImmediately: true;
  }): Promise<unknown>;
};

type DescribedEndpoint = { Address?: string | undefined; Port?: number | undefined };
type DescribedGroup = {
  Status?: string | undefined;
  TransitEncryptionEnabled?: boolean | undefined;
  ConfigurationEndpoint?: DescribedEndpoint | undefined;
  NodeGroups?: readonly { PrimaryEndpoint?: DescribedEndpoint | undefined }[] | undefined;
  PendingModifiedValues?: { AuthTokenStatus?: string | undefined } | undefined;
};

/** Of the primary; of a cluster the one that leads to any of its nodes. */
type Endpoint = { address: ServerAddress; isCluster: boolean };

export type GroupOptions = {
  client: ReplicationGroups;
  id: string;
  /** Waits between two looks. */
  pause: (ms: number) => Promise<void>;
  /** Time between two looks at a group that is being changed, and longest wait for it. */
  pollIntervalMs: number;
  changeTimeoutMs: number;
  pingTimeoutMs: number;
  nowMs: () => number;
};

/** A replication group of ElastiCache, which takes up to two passwords (AUTH tokens). */
export function awsGroup(options: GroupOptions): AwsGroup {
  const { client, id, pause, pollIntervalMs, changeTimeoutMs, pingTimeoutMs, nowMs } = options;
  let endpoint: Endpoint | undefined;

  async function describe(): Promise<DescribedGroup> {
    const { ReplicationGroups: groups = [] } = await client.describeReplicationGroups({
      ReplicationGroupId: id,
    });
    if (groups[0] === undefined) throw new Error('there is no such replication group');
    return groups[0];
  }

  async function untilAvailable(endMs: number): Promise<void> {
    for (;;) {
      const { Status: status, PendingModifiedValues: pending } = await describe();
      if (status === 'available' && pending?.AuthTokenStatus === undefined) return;
      if (nowMs() > endMs) throw new Error(`the group is ${status ?? 'gone'} for too long`);
      await pause(pollIntervalMs);
    }
  }

  /** Of several it is said which one does not answer. */
  async function pingAs(address: ServerAddress, password: string, of: number): Promise<void> {
    try {
      await ping(address, password, pingTimeoutMs);
    } catch (cause) {
      if (of === 1) throw cause;
      const reason = cause instanceof Error ? cause.message : 'unknown';
      throw new Error(`${address.host}:${address.port}: ${reason}`, { cause });
    }
  }

  async function primaries(password: string): Promise<readonly ServerAddress[]> {
    endpoint ??= endpointOf(await describe());
    const { address, isCluster } = endpoint;
    return isCluster ? primariesOf(address, password, pingTimeoutMs) : [address];
  }

  return {
    primaries,
    async change(password, strategy) {
      const endMs = nowMs() + changeTimeoutMs;
      for (;;) {
        await untilAvailable(endMs);
        try {
          await client.modifyReplicationGroup({
            ReplicationGroupId: id,
            AuthToken: password,
            AuthTokenUpdateStrategy: strategy,
            ApplyImmediately: true,
          });
          break;
        } catch (error) {
          // Somebody else began a change in between.
          if (!isBusy(error) || nowMs() > endMs) throw error;
          await pause(pollIntervalMs);
        }
      }
      await untilAvailable(endMs);
    },
    async ping(password) {
      const all = await primaries(password);
      await Promise.all(all.map((address) => pingAs(address, password, all.length)));
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /^InvalidReplicationGroupState(Fault)?$/.test(error.name);
}

function endpointOf(group: DescribedGroup): Endpoint {
  const { ConfigurationEndpoint: ofCluster, NodeGroups: groups } = group;
  const { Address: host, Port: port } = ofCluster ?? groups?.[0]?.PrimaryEndpoint ?? {};
  if (host === undefined || port === undefined) throw new Error('the group has no endpoint yet');
  const address = { host, port, tls: group.TransitEncryptionEnabled === true };
  return { address, isCluster: ofCluster !== undefined };
}
