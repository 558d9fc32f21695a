import { Email, Name } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { accepts } from '../shop/setup/check-against.ts';
import { clientAt } from './names.ts';

test('every client has a unique name and a unique email address that the server accepts', () => {
  const clients = Array.from({ length: 480 }, (_, index) => clientAt(index));
  expect(new Set(clients.map((client) => client.name)).size).toBe(480);
  expect(new Set(clients.map((client) => client.email)).size).toBe(480);
  expect(clients.every((client) => accepts(Name, client.name) && accepts(Email, client.email))).toBe(true);
});
