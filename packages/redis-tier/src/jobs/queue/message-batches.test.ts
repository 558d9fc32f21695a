import { expect, test } from 'vitest';
import { batchMessages } from './message-batches.ts';

const now = 1000;
const message = (number: number, dueMs = now, priority = 0) => ({
  id: `m${number}`,
  generation: 1,
  dueMs,
  priority,
});
const many = (count: number, dueMs = now, priority = 0) =>
  Array.from({ length: count }, (_, number) => message(number, dueMs, priority));
const sizes = (...args: Parameters<typeof batchMessages>) =>
  batchMessages(...args).map(({ messages }) => messages.length);

test('batches many messages, leaves few single, and drops none', () => {
  expect(sizes(many(20), now)).toEqual(Array(20).fill(1));
  expect(sizes(many(200), now)).toEqual(Array(20).fill(10));
  expect(sizes(many(1000), now)).toEqual(Array(100).fill(10));
  expect(batchMessages(many(205), now).flatMap(({ messages }) => messages)).toEqual(many(205));
});

test('batches only messages of one due time and priority; overdue messages are due now', () => {
  const mixed = [...many(40, now - 5), ...many(40, now), ...many(40, now, 1), ...many(40, now + 1)];
  expect(
    batchMessages(mixed, now).map(({ dueMs, priority, messages }) => [dueMs, priority, messages.length]),
  ).toEqual([
    ...Array(20).fill([now, 0, 4]),
    ...Array(20).fill([now, 1, 2]),
    ...Array(20).fill([now + 1, 0, 2]),
  ]);
});
