import { primariesOf } from './cluster-primaries.ts';
import { ping } from './ping.ts';
import type { TokenGroup } from './ports.ts';
import type { ServerAddress } from './send-command.ts';

/** A group that lists its primaries. In cluster mode, this requires the password. */
export type AwsGroup = TokenGroup & { primaries(password: string): Promise<readonly ServerAddress[]> };

/** The operations of the ElastiCache client that are used here. */
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

/** The primary endpoint, or the configuration endpoint in cluster mode. */
type Endpoint = { address: ServerAddress; isCluster: boolean };

export type GroupOptions = {
  client: ReplicationGroups;
  id: string;
  /** Waits between two polls. */
  pause: (ms: number) => Promise<void>;
  /** Interval between two polls of a group that is being modified, and the maximum time for the modification. */
  pollIntervalMs: number;
  changeTimeoutMs: number;
  pingTimeoutMs: number;
  nowMs: () => number;
};

/** An ElastiCache replication group, which accepts up to two passwords (AUTH tokens). */
export function awsGroup(options: GroupOptions): AwsGroup {
  const { client, id, pause, pollIntervalMs, changeTimeoutMs, pingTimeoutMs, nowMs } = options;
  let endpoint: Endpoint | undefined;

  async function describe(): Promise<DescribedGroup> {
    const { ReplicationGroups: groups = [] } = await client.describeReplicationGroups({
      ReplicationGroupId: id,
    });
    if (groups[0] === undefined) throw new Error('the replication group does not exist');
    return groups[0];
  }

  async function untilAvailable(endMs: number): Promise<void> {
    for (;;) {
      const { Status: status, PendingModifiedValues: pending } = await describe();
      if (status === 'available' && pending?.AuthTokenStatus === undefined) return;
      if (nowMs() > endMs)
        throw new Error(`the change of the group did not finish in time (status ${status ?? 'unknown'})`);
      await pause(pollIntervalMs);
    }
  }

  /** With several primaries, the error names the one that does not respond. */
  async function pingPrimary(address: ServerAddress, password: string, primaryCount: number): Promise<void> {
    try {
      await ping(address, password, pingTimeoutMs);
    } catch (cause) {
      if (primaryCount === 1) throw cause;
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
          // Another modification started in the meantime.
          if (!isBusy(error) || nowMs() > endMs) throw error;
          await pause(pollIntervalMs);
        }
      }
      await untilAvailable(endMs);
    },
    async ping(password) {
      const all = await primaries(password);
      await Promise.all(all.map((address) => pingPrimary(address, password, all.length)));
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /^InvalidReplicationGroupState(Fault)?$/.test(error.name);
}

function endpointOf(group: DescribedGroup): Endpoint {
  const { ConfigurationEndpoint: configuration, NodeGroups: groups } = group;
  const { Address: host, Port: port } = configuration ?? groups?.[0]?.PrimaryEndpoint ?? {};
  if (host === undefined || port === undefined) throw new Error('the group has no endpoint yet');
  const address = { host, port, tls: group.TransitEncryptionEnabled === true };
  return { address, isCluster: configuration !== undefined };
}
