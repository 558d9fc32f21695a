import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../io.ts';
import { Failure, UsageError } from '../user-error.ts';
import { findLocalInstance, type LocalInstance } from './data-folder.ts';

export type ConnectionOptions = { url?: string; tokenFile?: string };

/** Where the server is and how the operator shows who they are. */
export type Connection = { url: URL; operatorToken: string };

/**
 * Address: --url, BOOKEDBARBER_URL, else the local instance. Token: BOOKEDBARBER_OPERATOR_TOKEN, --token-file, else the
 * secret of the local instance, which is only ever sent to this machine. Throws Failure or UsageError with the mend.
 */
export function findConnection(options: ConnectionOptions, context: CommandContext): Connection {
  const local = findLocalInstance(context);
  const named = options.url ?? context.environment.url;
  const url = parseUrl(named ?? local?.url ?? noServer(local));
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
    remediation: 'Set BOOKEDBARBER_OPERATOR_TOKEN, or name a file that holds the token with --token-file.',
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

/** The characters of RFC 6750 bearer tokens; the message never shows the token. */
function checkToken(token: string, source: string): string {
  if (/^[A-Za-z0-9\-._~+/]{1,512}=*$/.test(token)) return token;
  throw new Failure('token_invalid', `The operator token in ${source} is not a token.`, {
    remediation: 'It is one line of letters, digits and - . _ ~ + / without spaces.',
  });
}

/** The address of a server over HTTP. Throws UsageError for anything else, and for one with credentials in it. */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError(`${text} is not the address of a server.`, {
      remediation: 'Write it with its scheme, such as http://localhost:3000 or https://booking.example.com.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('The address must not hold a name or a password.', {
      remediation: 'The operator token goes into BOOKEDBARBER_OPERATOR_TOKEN or a --token-file.',
    });
  }
  return url;
}

/** True for an address of this machine: nothing sent there crosses a network. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

function noServer(local: LocalInstance | undefined): never {
  throw new Failure(
    'server_unknown',
    local === undefined
      ? 'No running server was found.'
      : `No server is running on the data in ${local.folder}.`,
    {
      remediation:
        'Start one with `npm start` in the project folder, or name one with --url or BOOKEDBARBER_URL.',
    },
  );
}
