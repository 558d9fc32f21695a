import { describe, expect, test } from 'vitest';
import type { Outcome } from './handler.ts';
import { readOutcome, reasonOf } from './outcome.ts';

test.each<Outcome>([
  { kind: 'sent' },
  { kind: 'skipped', reason: 'r' },
  { kind: 'postponed', dueMs: 8.64e15, reason: 'r' },
  { kind: 'not-sent', reason: '' },
  { kind: 'refused', reason: 'r' },
  { kind: 'unknown', reason: 'r' },
])('%j is an outcome', (outcome) => {
  const invalid: string[] = [];
  expect(readOutcome(outcome, (returned) => invalid.push(returned))).toEqual(outcome);
  expect(invalid).toEqual([]);
});

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [true, 'true'],
  ['sent', "'sent'"],
  [[], '[]'],
  [{}, '{}'],
  [{ kind: 'send' }, "{ kind: 'send' }"],
  [{ kind: 'toString', reason: 'r' }, "{ kind: 'toString', reason: 'r' }"],
  [{ kind: 'refused' }, "{ kind: 'refused' }"],
  [{ kind: 'refused', reason: 550 }, "{ kind: 'refused', reason: 550 }"],
  [{ kind: 'postponed', reason: 'r' }, "{ kind: 'postponed', reason: 'r' }"],
  [{ kind: 'postponed', reason: 'r', dueMs: Number.NaN }, "{ kind: 'postponed', reason: 'r', dueMs: NaN }"],
  [
    { kind: 'postponed', reason: 'r', dueMs: 8.65e15 },
    "{ kind: 'postponed', reason: 'r', dueMs: 8650000000000000 }",
  ],
])('%j is reported, and becomes unknown', (returned, text) => {
  const invalid: string[] = [];
  expect(readOutcome(returned, (it) => invalid.push(it))).toEqual({
    kind: 'unknown',
    reason: `the handler returned ${text}, which is no outcome`,
  });
  expect(invalid).toEqual([text]);
});

describe('a reason', () => {
  const reasons = (text: string) => [
    reasonOf(new Error(text)).replace('Error: ', ''),
    reasonOf(text),
    (readOutcome({ kind: 'refused', reason: text }, () => {}) as { reason: string }).reason,
  ];

  test.each([
    ['a\0b\0', 'ab'],
    ['a\ud83d', 'a\ufffd'],
    ['\udc08b', '\ufffdb'],
    ['550 No such mailbox 💈', '550 No such mailbox 💈'],
  ])('%j is recorded as %j', (text, expected) => expect(reasons(text)).toEqual(Array(3).fill(expected)));

  test('has at most a thousand characters, and no half of one', () => {
    for (const reason of reasons(`${'x'.repeat(999)}💈`)) {
      expect(reason.length).toBeLessThanOrEqual(1000);
      expect(reason.isWellFormed()).toBe(true);
    }
  });
});
