import { expect, test } from 'vitest';
import { timeLeftText } from './hold-countdown.tsx';

test('is announced four times in five minutes, not every second', () => {
  const announced = Array.from({ length: 301 }, (_, second) => timeLeftText((300 - second) * 1000));
  const changes = announced.filter((text, index) => text !== announced[index - 1]);
  expect(changes).toHaveLength(4);
  expect(timeLeftText(60_000)).toContain('one more minute');
  expect(timeLeftText(30_000)).toContain('30 more seconds');
});
