/** The checks of every server, in order. */
export const serverChecks = [
  'name',
  'port',
  'encryption',
  'login',
  'role',
  'cluster',
  'database',
  'rights',
  'eviction',
  'memory',
  'connections',
  'clock',
  'set, get, delete',
  'round trip',
  'endpoint',
  'failover',
] as const;

export type ServerCheck = (typeof serverChecks)[number];
