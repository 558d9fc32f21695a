import { type Static, Type } from 'typebox';
import { Email, Id, Language, Name, Phone, Strict, Zone } from './values.ts';

/** Contact preferences of a client. The zone is only for display: bookings are in the shop's zone. */
export const Preferences = Strict({
  zone: Type.Union([Zone, Type.Null()]),
  language: Language,
  channel: Type.Union([Type.Literal('email'), Type.Literal('sms'), Type.Literal('none')]),
});
export type Preferences = Static<typeof Preferences>;

export const PreferencesChange = Type.Partial(Preferences, { additionalProperties: false });
export type PreferencesChange = Static<typeof PreferencesChange>;

export const Client = Strict({
  id: Id,
  name: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  phone: Type.Union([Type.String(), Type.Null()]),
  preferences: Preferences,
});
export type Client = Static<typeof Client>;

export const ClientChange = Type.Partial(
  Strict({
    name: Name,
    email: Type.Union([Email, Type.Null()]),
    phone: Type.Union([Phone, Type.Null()]),
    preferences: PreferencesChange,
  }),
  { additionalProperties: false },
);
export type ClientChange = Static<typeof ClientChange>;

export const ClientListQuery = Strict({
  search: Type.Optional(
    Type.String({
      maxLength: 120,
      pattern: '^[^\\p{Cc}\\p{Cs}]*$',
      description: 'Part of a name, email address or phone number',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 })),
});
export type ClientListQuery = Static<typeof ClientListQuery>;

export const ClientList = Strict({ total: Type.Integer(), clients: Type.Array(Client) });
export type ClientList = Static<typeof ClientList>;
