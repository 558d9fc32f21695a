/** Environment variables by name. Which ones the server knows is said in docs/reference/environment.md. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The only place of the server that touches the environment; it is read once, at start. */
export function readEnv(): Env {
  return process.env;
}
