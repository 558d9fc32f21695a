/** The properties of an ElastiCache backup that determine which plans it can be restored to. */
export type Backup = {
  readonly name: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly clusterMode: boolean;
  readonly shards: number;
  /** Size of each shard in bytes; empty if unknown. */
  readonly shardBytes: readonly number[];
};
