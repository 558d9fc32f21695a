import { type Static, Type } from 'typebox';
import { Strict } from './values.ts';

/** The report that the setup guide expects after a deployment, of values at most about a second old. */
export const CacheHealth = Strict({
  status: Type.Union([Type.Literal('healthy'), Type.Literal('degraded')]),
  redis_available: Type.Boolean(),
  hit_rate: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'Hits over look-ups, 0 before the first look-up',
  }),
  memory_usage: Type.Union([Type.String(), Type.Null()], {
    description: 'Memory that Redis uses, such as 12.5MB; null while Redis cannot be asked',
  }),
  connections: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Clients connected to Redis; null while Redis cannot be asked',
  }),
});
export type CacheHealth = Static<typeof CacheHealth>;

export const Liveness = Strict({ status: Type.Literal('ok') });
export const Readiness = Strict({ status: Type.Literal('ready') });
