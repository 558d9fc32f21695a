import { Email, Name } from '@bookedbarber/contract';
import { expect, test } from 'vitest';
import { accepts } from '../shop/setup/check-against.ts';
import { personAt } from './names.ts';

test('everybody has a name and an address of their own, that the platform takes', () => {
  const people = Array.from({ length: 480 }, (_, index) => personAt(index));
  expect(new Set(people.map((person) => person.name)).size).toBe(480);
  expect(new Set(people.map((person) => person.email)).size).toBe(480);
  expect(people.every((person) => accepts(Name, person.name) && accepts(Email, person.email))).toBe(true);
});
