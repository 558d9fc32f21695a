import { expect, test } from 'vitest';
import { spokenRest } from './hold-countdown.tsx';

test('is read out four times in five minutes, not every second', () => {
  const spoken = Array.from({ length: 301 }, (_, second) => spokenRest((300 - second) * 1000));
  const changes = spoken.filter((text, index) => text !== spoken[index - 1]);
  expect(changes).toHaveLength(4);
  expect(spokenRest(60_000)).toContain('one more minute');
  expect(spokenRest(30_000)).toContain('30 more seconds');
});
