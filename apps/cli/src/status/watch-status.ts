import type { ServerStatus } from '@bookedbarber/contract';
import { createApi } from '../shared/api/api.ts';
import type { Connection } from '../shared/api/connection.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { openScreen } from '../shared/terminal/screen.ts';
import { Failure } from '../shared/user-error.ts';
import { statusLines } from './status-lines.ts';

export const statusPath = '/status';

/** Number of statuses to retain for trends. */
const historyLength = 60;

/**
 * Refreshes the status every `everySeconds` until an interrupt. If a later request fails, the display shows the error
 * and the last status.
 *
 * @throws Failure if the first request fails
 */
export async function watchStatus(
  connection: Connection,
  everySeconds: number,
  context: CommandContext,
): Promise<void> {
  const interrupt = new AbortController();
  const stopListening = context.onInterrupt(() => interrupt.abort());
  const abortable = abortableBy(interrupt.signal, context);
  // A new client for each refresh: a failure is shown immediately, and the next refresh retries.
  const readStatus = (): Promise<ServerStatus> =>
    createApi(connection, abortable).get<ServerStatus>(statusPath);
  const { stdout } = context;
  const paint = paintFor(stdout, context.environment);
  const history: ServerStatus[] = [];
  try {
    history.push(await readStatus());
    const screen = openScreen(stdout);
    try {
      let errorLines: string[] = [];
      for (;;) {
        const now = history.at(-1);
        if (now === undefined || interrupt.signal.aborted) return;
        const columns = stdout.columns || 80;
        const server = connection.url.origin;
        const footer = paint.quiet(`refreshes every ${everySeconds} s; Ctrl-C to exit`);
        screen.draw([
          ...errorLines.map((line) => paint.bad(line)),
          ...statusLines({ server, now, before: history.slice(0, -1), columns, paint }),
          '',
          footer,
        ]);
        await abortable.wait(everySeconds * 1000);
        if (interrupt.signal.aborted) return;
        try {
          history.push(await readStatus());
          if (history.length > historyLength) history.shift();
          errorLines = [];
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          errorLines = [`No response; showing the status at ${now.at.slice(11, 19)} UTC.`, error.message, ''];
        }
      }
    } finally {
      screen.close();
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
  } finally {
    stopListening();
  }
}

type Abortable = Pick<CommandContext, 'fetch' | 'wait'>;

/** Requests and pauses that the signal aborts. */
function abortableBy(signal: AbortSignal, { fetch, wait }: CommandContext): Abortable {
  return {
    fetch: (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) }),
    wait: (ms) => wait(ms, signal),
  };
}
