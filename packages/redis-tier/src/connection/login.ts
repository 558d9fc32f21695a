/** As whom a connection logs in; null where the server wants none. */
export type Login = { username: string | null; password: string | null };

export function isSameLogin(one: Login, other: Login): boolean {
  return one.username === other.username && one.password === other.password;
}

/** A server that refuses a login, with a wrong password or none. */
export function isLoginRefusal(error: unknown): boolean {
  return error instanceof Error && /^(WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)/i.test(error.message);
}
