/** The dependencies of the rotation steps. */

/** Staging labels. ALONE marks the version whose password is the only one that the server accepts. */
export type VersionLabel = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS' | 'ALONE';

export type RotatedSecret = {
  /** Version ids by label. */
  labels(): Promise<ReadonlyMap<VersionLabel, string>>;
  /** Time of the last change to the secret. */
  changedAtMs(): Promise<number>;
  /** The secret text of a version; null if it has none. */
  text(version: string): Promise<string | null>;
  /** Stores the text of a version that has none, with the label AWSPENDING. */
  put(version: string, text: string): Promise<void>;
  /** Moves a label to another version; `from` is the version that has it, if any. */
  move(label: VersionLabel, to: string, from: string | undefined): Promise<void>;
};

export type TokenGroup = {
  /**
   * ROTATE adds a password to the most recent one; SET removes all passwords but this one. Resolves when the group is
   * available again and the change is in effect.
   */
  change(password: string, strategy: 'ROTATE' | 'SET'): Promise<void>;
  /**
   * Resolves if PING with this password succeeds, in cluster mode on every primary. Rejects with the reason, which
   * contains no secret.
   */
  ping(password: string): Promise<void>;
};

export type RotationPorts = {
  secret: RotatedSecret;
  group: TokenGroup;
  newPassword: () => string;
  nowMs: () => number;
};
