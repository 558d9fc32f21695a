import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../io.ts';
import { Failure, UsageError } from '../user-error.ts';
import { findLocalInstance, type LocalInstance } from './data-folder.ts';

export type ConnectionOptions = { url?: string; tokenFile?: string };

/** URL of the server and the token that authenticates the operator. */
export type Connection = { url: URL; operatorToken: string };

/**
 * URL: --url, then BOOKEDBARBER_URL, then the local instance. Token: BOOKEDBARBER_OPERATOR_TOKEN, then --token-file,
 * then the secret of the local instance, which is sent only to this machine. Throws Failure or UsageError.
 */
export function findConnection(options: ConnectionOptions, context: CommandContext): Connection {
  const local = findLocalInstance(context);
  const requestedUrl = options.url ?? context.environment.url;
  const url = parseUrl(requestedUrl ?? local?.url ?? noServer(local));
  return { url, operatorToken: findToken(options, context, local, url) };
}

function findToken(
  options: ConnectionOptions,
  { environment, workingFolder }: CommandContext,
  local: LocalInstance | undefined,
  url: URL,
): string {
  if (environment.operatorToken !== undefined)
    return checkToken(environment.operatorToken, 'BOOKEDBARBER_OPERATOR_TOKEN');
  if (options.tokenFile !== undefined) return readTokenFile(resolve(workingFolder, options.tokenFile));
  const isOwn = isLoopback(url) || (local?.url !== undefined && parseUrl(local.url).origin === url.origin);
  if (local?.operatorToken !== undefined && isOwn) return checkToken(local.operatorToken, 'secrets.json');
  throw new Failure('token_missing', `There is no operator token for ${url.origin}.`, {
    remediation: 'Set BOOKEDBARBER_OPERATOR_TOKEN, or pass a file that contains the token with --token-file.',
  });
}

function readTokenFile(path: string): string {
  try {
    return checkToken(readFileSync(path, 'utf8').trim(), path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('file_unreadable', `The token file ${path} cannot be read.`, {
      remediation: 'Check the path and its permissions.',
      cause: error,
    });
  }
}

/** Checks that the token can be sent in a header, by the rule of the server. The error never shows the token. */
function checkToken(token: string, source: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(token)) return token;
  throw new Failure('token_invalid', `The operator token in ${source} is malformed.`, {
    remediation: 'A token is one line of at most 512 ASCII characters without spaces.',
  });
}

/** Parses an HTTP or HTTPS URL. Throws UsageError for any other text and for a URL with credentials. */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError(`${text} is not the URL of a server.`, {
      remediation: 'Include the scheme, as in http://localhost:3000 or https://booking.example.com.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('The URL must not contain a user name or a password.', {
      remediation:
        'Set the operator token in BOOKEDBARBER_OPERATOR_TOKEN or in a file passed with --token-file.',
    });
  }
  return url;
}

/** True for a loopback host: nothing sent there crosses a network. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

function noServer(local: LocalInstance | undefined): never {
  throw new Failure(
    'server_unknown',
    local === undefined
      ? 'No running server was found.'
      : `No server is running with the data folder ${local.folder}.`,
    {
      remediation: 'Start one with `npm start` in the project folder, or set --url or BOOKEDBARBER_URL.',
    },
  );
}
