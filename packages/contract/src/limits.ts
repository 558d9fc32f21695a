import { type Static, Type } from 'typebox';
import { Strict } from './values.ts';

const Count = Type.Integer({ minimum: 0 });

/** The rate limits. An `address-` limit applies to all callers of one IP address together. */
export const LimitName = Type.Union([
  Type.Literal('default'),
  Type.Literal('booking'),
  Type.Literal('analytics'),
  Type.Literal('address-default'),
  Type.Literal('address-booking'),
  Type.Literal('address-analytics'),
  Type.Literal('operator'),
  Type.Literal('auth'),
]);
export type LimitName = Static<typeof LimitName>;

export const LimitKey = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[\\x21-\\x7e]+( [\\x21-\\x7e]+)?$',
  description: 'As shown in the lists: address 192.0.2.7, address 2001:db8:1:2::/64, guest ID, operator',
});

export const LimitActivityQuery = Strict({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Maximum entries per list' }),
  ),
});
export type LimitActivityQuery = Static<typeof LimitActivityQuery>;
export const LimitActivity = Strict({
  limited: Type.Array(
    Strict({
      limit: LimitName,
      limit_key: Type.String(),
      retry_after_seconds: Type.Integer({
        minimum: 1,
        description: 'Seconds until the next request is allowed',
      }),
    }),
    { description: 'Limit keys that are denied now, longest wait first' },
  ),
  top: Type.Array(
    Strict({
      limit: LimitName,
      limit_key: Type.String(),
      units: Type.Integer({ minimum: 0, description: 'Allowed requests' }),
      denied: Count,
    }),
    { description: 'Limit keys with the most requests in the last five to ten minutes' },
  ),
});
export type LimitActivity = Static<typeof LimitActivity>;

export const LimitStateQuery = Strict({ limit_key: LimitKey });
export type LimitStateQuery = Static<typeof LimitStateQuery>;
export const LimitState = Strict({
  limit_key: Type.String(),
  limits: Type.Array(
    Strict({
      limit: LimitName,
      allowed: Type.Boolean({ description: 'Whether one more request would be allowed' }),
      windows: Type.Array(
        Strict({
          window: Type.String(),
          seconds: Type.Integer(),
          limit: Type.Integer({ description: 'Including the override of this limit key, if any' }),
          remaining: Count,
          wait_seconds: Type.Integer({
            minimum: 0,
            description: 'Seconds until one more request fits; 0: it fits now',
          }),
        }),
      ),
    }),
  ),
});
export type LimitState = Static<typeof LimitState>;

export const LimitReset = Strict({
  limit_key: LimitKey,
  limit: Type.Optional(LimitName),
});
export type LimitReset = Static<typeof LimitReset>;
const WindowOverride = Type.Optional(Type.Integer({ minimum: 1, maximum: 16_000_000 }));
export const LimitOverride = Strict({
  limit_key: LimitKey,
  limit: LimitName,
  limits: Strict(
    { minute: WindowOverride, hour: WindowOverride, day: WindowOverride },
    { description: 'Overrides of the configured limits; {} removes all overrides of the limit key' },
  ),
});
export type LimitOverride = Static<typeof LimitOverride>;
