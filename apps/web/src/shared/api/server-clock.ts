/** Milliseconds by which the server clock is ahead of the device clock; 0 until the first response. */
let aheadMs = 0;

/**
 * Updates the offset from the Date header of a response. With a wrong device clock, the page would otherwise show a
 * wrong remaining time for a hold.
 */
export function updateServerClock(dateHeader: string | null): void {
  const serverMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs - Date.now();
  // The header has whole seconds, so small differences are rounding errors.
  aheadMs = Math.abs(difference) < 2000 ? 0 : difference;
}

/** Current server time, in milliseconds since 1970. */
export function serverNowMs(): number {
  return Date.now() + aheadMs;
}
