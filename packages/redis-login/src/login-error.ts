/** The place that should hold a login cannot be read, or holds none. Says why and what to do, and no secret. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}
