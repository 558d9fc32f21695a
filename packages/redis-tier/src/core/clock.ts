/** Where the time comes from. Handed in, so that a test can stand at any moment. */
export type Clock = {
  /** Milliseconds since the epoch. */
  nowMs(): number;
};

/** The time of this machine. */
export const systemClock: Clock = { nowMs: () => Date.now() };
