/** A credentials source cannot be read or has no password. The message has the cause and the fix, and no secret. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}
