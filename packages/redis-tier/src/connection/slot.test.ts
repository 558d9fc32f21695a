import { expect, test } from 'vitest';
import { slotOf } from './slot.ts';

// From `CLUSTER KEYSLOT` of Redis 7.0.15.
test.each([
  ['123456789', 12739],
  ['foo', 12182],
  ['shop-1', 4977],
  ['größe', 9425],
])('the slot of %s is %d', (namespace, slot) => {
  expect(slotOf(namespace)).toBe(slot);
});
