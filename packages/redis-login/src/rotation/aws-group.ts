import { ping, type ServerAddress } from './ping.ts';
import type { TokenGroup } from './ports.ts';

/** A group whose endpoint can be asked for. */
export type AwsGroup = TokenGroup & { address(): Promise<ServerAddress> };

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

type Endpoint = { Address?: string | undefined; Port?: number | undefined };
type DescribedGroup = {
  Status?: string | undefined;
  TransitEncryptionEnabled?: boolean | undefined;
  ConfigurationEndpoint?: Endpoint | undefined;
  NodeGroups?: readonly { PrimaryEndpoint?: Endpoint | undefined }[] | undefined;
  PendingModifiedValues?: { AuthTokenStatus?: string | undefined } | undefined;
};

export type GroupOptions = {
  client: ReplicationGroups;
  id: string;
  /** Waits between two looks. */
  pause: (ms: number) => Promise<void>;
  /** Time between two looks at a group that is being changed, and longest wait for it. */
  lookEveryMs: number;
  changeWithinMs: number;
  pingWithinMs: number;
  nowMs: () => number;
};

/** A replication group of ElastiCache, which takes up to two passwords (AUTH tokens). */
export function awsGroup(options: GroupOptions): AwsGroup {
  const { client, id, pause, lookEveryMs, changeWithinMs, pingWithinMs, nowMs } = options;
  let address: ServerAddress | undefined;

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
      await pause(lookEveryMs);
    }
  }

  const whereItIs = async (): Promise<ServerAddress> => {
    address ??= addressOf(await describe());
    return address;
  };

  return {
    address: whereItIs,
    async change(password, strategy) {
      const endMs = nowMs() + changeWithinMs;
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
          await pause(lookEveryMs);
        }
      }
      await untilAvailable(endMs);
    },
    async ping(password) {
      await ping(await whereItIs(), password, pingWithinMs);
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /^InvalidReplicationGroupState(Fault)?$/.test(error.name);
}

/** The primary; of a cluster the endpoint that leads to one of its nodes. */
function addressOf(group: DescribedGroup): ServerAddress {
  const { Address: host, Port: port } =
    group.ConfigurationEndpoint ?? group.NodeGroups?.[0]?.PrimaryEndpoint ?? {};
  if (host === undefined || port === undefined) throw new Error('the group has no endpoint yet');
  return { host, port, tls: group.TransitEncryptionEnabled === true };
}
