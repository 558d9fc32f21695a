import { expect, test } from 'vitest';
import { checkMessage, checkName } from './new-message.ts';

const limits = { nowMs: 1000, maxPayloadBytes: 20 };
const check = (message: object) => checkMessage(message as never, limits);

test('a message without options is due now, urgent, and of no tenant', () => {
  expect(check({ kind: 'note', payload: { a: 'ä' } })).toEqual({
    kind: 'note',
    payload: '{"a":"ä"}',
    dueMs: 1000,
    priority: 0,
    tenant: '',
    key: null,
    follows: null,
  });
});

test.each([
  ['kind', ''],
  ['kind', 'a'.repeat(101)],
  ['kind', 'a\0'],
  ['kind', '\ud800'],
  ['dueMs', Number.NaN],
  ['dueMs', -1],
  ['dueMs', 8.64e15],
  ['priority', 10],
  ['priority', 0.5],
  ['tenant', ''],
  ['tenant', 7],
  ['key', ''],
  ['key', '\udfff'],
  ['follows', '17'],
])('%s cannot be %j', (field, value) => {
  expect(() => check({ kind: 'note', payload: null, [field]: value })).toThrow(`enqueue: ${field}`);
});

test('a misspelled field is an error', () => {
  expect(() => check({ kind: 'note', payload: null, dueAt: 5 })).toThrow('"dueAt" is unknown');
});

test.each([undefined, () => {}, 1n, { size: 1n }])('a payload cannot be %s', (payload) => {
  expect(() => check({ kind: 'note', payload })).toThrow('JSON cannot represent');
});

test('a payload is bounded in bytes, not in characters', () => {
  expect(check({ kind: 'note', payload: 'a'.repeat(18) }).payload).toHaveLength(20);
  expect(() => check({ kind: 'note', payload: 'ä'.repeat(10) })).toThrow('has 22 bytes, but may have 20');
});

test('a name is an id, or a kind and a key', () => {
  const id = '00000000-0000-4000-8000-000000000001';
  expect(checkName('cancel', { id })).toEqual({ id });
  expect(checkName('cancel', { kind: 'note', key: 'k' })).toEqual({ tenant: '', kind: 'note', key: 'k' });
  expect(() => checkName('cancel', { id, key: 'k' } as never)).toThrow('"key" is unknown');
  expect(() => checkName('cancel', { kind: 'note' } as never)).toThrow('key is undefined');
});
