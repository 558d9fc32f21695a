/** A backup as ElastiCache has it, as far as it decides what can be made from it. */
export type Backup = {
  readonly name: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly clusterMode: boolean;
  readonly shards: number;
  /** Bytes of each shard; empty: not known. */
  readonly shardBytes: readonly number[];
};
