/** Where the time comes from. Handed in, so that a test can stand at any moment. */
export type Clock = {
  /** Milliseconds since the epoch. */
  nowMs(): number;
};

/** The time of this machine. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** How far the clocks of a fleet and of its servers may be apart, in ms: claims and delayed jobs allow for it. */
export const clockSlackMs = 2000;
