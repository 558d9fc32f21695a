import { describe, expect, test } from 'vitest';
import { createLoadLevel, monitorLoad } from './load.ts';

const thresholdsMs = { busy: 150, overloaded: 300, full: 1000 };

function levelsOf(samples: readonly number[]): string[] {
  const level = createLoadLevel(thresholdsMs);
  return samples.map((ms) => {
    level.sample(ms);
    return level.level;
  });
}

describe('the load level', () => {
  test('rises immediately', () => {
    expect(levelsOf([0, 149, 150, 299, 300, 999, 1000])).toEqual([
      'normal',
      'normal',
      'busy',
      'busy',
      'overloaded',
      'overloaded',
      'full',
    ]);
  });

  test('falls one level at a time, each after four samples below it', () => {
    expect(levelsOf([1000, ...Array.from({ length: 12 }, () => 0)])).toEqual([
      ...Array.from({ length: 4 }, () => 'full'),
      ...Array.from({ length: 4 }, () => 'overloaded'),
      ...Array.from({ length: 4 }, () => 'busy'),
      'normal',
    ]);
  });

  test('does not fall while low and high samples alternate', () => {
    expect(new Set(levelsOf([300, 0, 0, 0, 300, 0, 0, 0, 300, 0, 0, 0]))).toEqual(new Set(['overloaded']));
  });
});

test('reset sets the level to normal', () => {
  const level = createLoadLevel(thresholdsMs);
  level.sample(1000);
  level.reset();
  expect(level.level).toBe('normal');
});

test('the database level reflects the current wait', () => {
  let waitMs = 0;
  const monitor = monitorLoad({ databaseWaitMs: () => waitMs });
  const levels = [0, 250, 500, 2000, 0].map((ms) => {
    waitMs = ms;
    return monitor.now().level;
  });
  monitor.close();
  expect(levels).toEqual(['normal', 'busy', 'overloaded', 'full', 'normal']);
});
