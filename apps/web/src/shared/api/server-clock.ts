/** Milliseconds by which the server's clock is ahead of this device's; 0 until an answer told us. */
let aheadMs = 0;

/**
 * Learns the server's time from the Date header of an answer. A phone whose clock is minutes off would otherwise
 * show a hold as ended, or as lasting longer than it does.
 */
export function learnServerTime(dateHeader: string | null): void {
  const serverMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs - Date.now();
  // The header has whole seconds: smaller differences are its rounding, not a wrong clock.
  aheadMs = Math.abs(difference) < 2000 ? 0 : difference;
}

/** Now by the server's clock, in milliseconds since 1970. */
export function serverNowMs(): number {
  return Date.now() + aheadMs;
}
