/** What the command takes from the environment. This is the only file that reads or changes it. */
export type Environment = {
  /** BOOKEDBARBER_URL: address of the server. */
  url: string | undefined;
  /** BOOKEDBARBER_OPERATOR_TOKEN */
  operatorToken: string | undefined;
  /** BOOKEDBARBER_DATA: folder of the local instance. */
  dataFolder: string | undefined;
  /** NO_COLOR (any value but an empty one) or a terminal without colors. */
  plain: boolean;
  /** All variables: those of the server are read with the server's own rules. */
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
 * Keeps the SDK of AWS from writing to standard error, on Node 20, that versions of it to come will want a newer Node. Ours is
 * pinned, and a failure as JSON has to stand there alone.
 */
export function silenceSdkWarnings(variables: NodeJS.ProcessEnv = process.env): void {
  variables['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}
