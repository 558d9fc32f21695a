/** The source of time. Injected, so that tests can set it. */
export type Clock = {
  /** Milliseconds since the epoch. */
  nowMs(): number;
};

/** The system clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** Assumed maximum clock difference within a fleet and its servers, in ms: claims and delayed jobs allow for it. */
export const clockSlackMs = 2000;
