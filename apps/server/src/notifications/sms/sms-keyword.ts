/** What people answer to end text messages or to get them again, as carriers want it understood (CTIA, Twilio). */
const stop = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE']);
const start = new Set(['START', 'YES', 'UNSTOP']);

/** The wish in an answer to a text message; null: it is about something else. */
export function wishOf(text: string): 'stop' | 'start' | null {
  const word = text
    .trim()
    .toUpperCase()
    .replace(/[.!]+$/, '');
  if (stop.has(word)) return 'stop';
  return start.has(word) ? 'start' : null;
}
