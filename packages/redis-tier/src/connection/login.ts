/** The user name and password of a connection; null where the server requires none. */
export type Login = { username: string | null; password: string | null };

export function isSameLogin(one: Login, other: Login): boolean {
  return one.username === other.username && one.password === other.password;
}

/** Whether the server rejected a login: the password is wrong or missing. */
export function isLoginRejection(error: unknown): boolean {
  return error instanceof Error && /^(WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)/i.test(error.message);
}
