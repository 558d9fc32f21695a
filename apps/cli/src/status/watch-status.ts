import type { ServerStatus } from '@bookedbarber/contract';
import { createApi } from '../shared/api/api.ts';
import type { Connection } from '../shared/api/connection.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { openScreen } from '../shared/terminal/screen.ts';
import { Failure } from '../shared/user-error.ts';
import { statusLines } from './status-lines.ts';

export const statusPath = '/status';

/** As many pictures are remembered, for how figures went. */
const remembered = 60;

/**
 * Draws the status anew every so many seconds until the person ends it. A server that falls silent meanwhile is told of in
 * the picture.
 *
 * @throws Failure when the first picture cannot be had
 */
export async function watchStatus(
  connection: Connection,
  everySeconds: number,
  context: CommandContext,
): Promise<void> {
  const ended = new AbortController();
  const stopListening = context.onInterrupt(() => ended.abort());
  const stoppable = stoppableBy(ended.signal, context);
  // Each picture asks anew: one that fails is told of at once, and the next one tries again.
  const ask = (): Promise<ServerStatus> => createApi(connection, stoppable).get<ServerStatus>(statusPath);
  const { stdout } = context;
  const paint = paintFor(stdout, context.environment);
  const seen: ServerStatus[] = [];
  try {
    seen.push(await ask());
    const screen = openScreen(stdout);
    try {
      let errorLines: string[] = [];
      for (;;) {
        const now = seen.at(-1);
        if (now === undefined || ended.signal.aborted) return;
        const columns = stdout.columns || 80;
        const server = connection.url.origin;
        const foot = paint.quiet(`every ${everySeconds} s; Ctrl-C ends`);
        screen.draw([
          ...errorLines.map((line) => paint.bad(line)),
          ...statusLines({ server, now, before: seen.slice(0, -1), columns, paint }),
          '',
          foot,
        ]);
        await stoppable.wait(everySeconds * 1000);
        if (ended.signal.aborted) return;
        try {
          seen.push(await ask());
          if (seen.length > remembered) seen.shift();
          errorLines = [];
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          errorLines = [`No answer; what follows is from ${now.at.slice(11, 19)} UTC.`, error.message, ''];
        }
      }
    } finally {
      screen.close();
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  } finally {
    stopListening();
  }
}

type Stoppable = Pick<CommandContext, 'fetch' | 'wait'>;

/** Requests and pauses that end with the signal: the command does not outlive the person's patience. */
function stoppableBy(signal: AbortSignal, { fetch, wait }: CommandContext): Stoppable {
  return {
    fetch: (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) }),
    wait: (ms) => wait(ms, signal),
  };
}
