import type { CommandContext } from '../io.ts';
import type { Progress } from '../terminal/progress.ts';
import { type Api, createApi } from './api.ts';
import { type Connection, type ConnectionOptions, findConnection, isLoopback } from './connection.ts';

/** Opens the API of the server that the options and the environment select. Throws Failure or UsageError. */
export function openApi(options: ConnectionOptions, context: CommandContext, progress: Progress): Api {
  return createApi(findServer(options, context), context, (waitMs) => {
    progress.show(`The server is busy; retrying in ${Math.ceil(waitMs / 1000)} s …`);
  });
}

/** Finds the server, and warns when the operator token would cross a network unencrypted. */
export function findServer(options: ConnectionOptions, context: CommandContext): Connection {
  const connection = findConnection(options, context);
  const { url } = connection;
  if (url.protocol === 'http:' && !isLoopback(url)) {
    context.stderr.write(
      `warning: ${url.origin} is not encrypted: the operator token can be intercepted. Use https.\n`,
    );
  }
  return connection;
}
