/** Settings from the environment. This is the only file that reads or changes environment variables. */
export type Environment = {
  /** BOOKEDBARBER_URL: base URL of the server. */
  url: string | undefined;
  /** BOOKEDBARBER_OPERATOR_TOKEN, trimmed. */
  operatorToken: string | undefined;
  /** BOOKEDBARBER_DATA: data folder of the local server. */
  dataFolder: string | undefined;
  /** No colors: NO_COLOR is set and not empty, or TERM is `dumb`. */
  plain: boolean;
  /** All variables; the server settings among them are parsed with the rules of the server. */
  variables: Readonly<Record<string, string | undefined>>;
};

export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  return {
    url: filled(variables['BOOKEDBARBER_URL']),
    operatorToken: filled(variables['BOOKEDBARBER_OPERATOR_TOKEN'])?.trim(),
    dataFolder: filled(variables['BOOKEDBARBER_DATA']),
    plain: filled(variables['NO_COLOR']) !== undefined || variables['TERM'] === 'dumb',
    variables,
  };
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/**
 * On Node 20, the AWS SDK warns on standard error that future versions require a newer Node. The SDK version is pinned,
 * and a failure printed as JSON must be the only text on standard error.
 */
export function silenceSdkWarnings(variables: NodeJS.ProcessEnv = process.env): void {
  variables['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}
