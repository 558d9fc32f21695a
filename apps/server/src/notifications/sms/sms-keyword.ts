/** Opt-out and opt-in keywords in replies to text messages (CTIA, Twilio). */
const stop = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE']);
const start = new Set(['START', 'YES', 'UNSTOP']);

/** The opt-out or opt-in keyword of a reply; null: the reply is not a keyword. */
export function keywordOf(text: string): 'stop' | 'start' | null {
  const word = text
    .trim()
    .toUpperCase()
    .replace(/[.!]+$/, '');
  if (stop.has(word)) return 'stop';
  return start.has(word) ? 'start' : null;
}
