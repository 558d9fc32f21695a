import type { CommandContext } from '../io.ts';
import type { Progress } from '../terminal/progress.ts';
import { type Api, createApi } from './api.ts';
import { type Connection, type ConnectionOptions, findConnection, isLoopback } from './connection.ts';

/** The API of the server that the options and the environment name. Throws Failure or UsageError with the mend. */
export function openApi(options: ConnectionOptions, context: CommandContext, progress: Progress): Api {
  return createApi(findServer(options, context), context, (waitMs) => {
    progress.show(`The server is busy; trying again in ${Math.ceil(waitMs / 1000)} s …`);
  });
}

/** The server that the options and the environment name, with a warning where the token would travel open to all. */
export function findServer(options: ConnectionOptions, context: CommandContext): Connection {
  const connection = findConnection(options, context);
  const { url } = connection;
  if (url.protocol === 'http:' && !isLoopback(url)) {
    context.stderr.write(
      `warning: ${url.origin} is not encrypted; anybody on the way can read the operator token. Use https.\n`,
    );
  }
  return connection;
}
