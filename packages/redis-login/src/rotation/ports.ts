/** What the steps of a rotation work with. */

/** The labels of versions that count here. */
export type VersionLabel = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS' | 'ALONE';

export type RotatedSecret = {
  /** Names of versions by their labels. */
  labels(): Promise<ReadonlyMap<VersionLabel, string>>;
  /** When anything of it was last changed. */
  changedAtMs(): Promise<number>;
  /** The text of a version; null when it has none. */
  text(version: string): Promise<string | null>;
  /** Gives a version that has no text one, with the label AWSPENDING. */
  put(version: string, text: string): Promise<void>;
  /** Moves a label from the version that has it, if one has, to another one. */
  move(label: VersionLabel, to: string, from: string | undefined): Promise<void>;
};

export type TokenGroup = {
  /**
   * ROTATE takes another password beside the one that was given last; SET leaves the one alone. Ends when the group is
   * available again, and both are in force.
   */
  change(password: string, strategy: 'ROTATE' | 'SET'): Promise<void>;
  /**
   * Resolves when the server answers PING to this password, in cluster mode every primary. Rejects with the reason, which
   * holds no secret.
   */
  ping(password: string): Promise<void>;
};

export type RotationPorts = {
  secret: RotatedSecret;
  group: TokenGroup;
  newPassword: () => string;
  nowMs: () => number;
};
