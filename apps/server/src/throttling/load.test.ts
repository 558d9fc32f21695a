import { describe, expect, test } from 'vitest';
import { createLevel, monitorLoad } from './load.ts';

const from = { busy: 150, overloaded: 300, full: 1000 };

function levelsOf(samples: readonly number[]): string[] {
  const level = createLevel(from);
  return samples.map((ms) => {
    level.sample(ms);
    return level.level;
  });
}

describe('the level of a load', () => {
  test('rises at once', () => {
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

  test('falls one by one, each after a second of calm', () => {
    expect(levelsOf([1000, ...Array.from({ length: 12 }, () => 0)])).toEqual([
      ...Array.from({ length: 4 }, () => 'full'),
      ...Array.from({ length: 4 }, () => 'overloaded'),
      ...Array.from({ length: 4 }, () => 'busy'),
      'normal',
    ]);
  });

  test('does not fall while calm and strain take turns', () => {
    expect(new Set(levelsOf([300, 0, 0, 0, 300, 0, 0, 0, 300, 0, 0, 0]))).toEqual(new Set(['overloaded']));
  });
});

test('what was before is forgotten on request', () => {
  const level = createLevel(from);
  level.sample(1000);
  level.forget();
  expect(level.level).toBe('normal');
});

test('a wait for the database is judged at the moment of asking', () => {
  let waitMs = 0;
  const watch = monitorLoad({ databaseWaitMs: () => waitMs });
  const levels = [0, 250, 500, 2000, 0].map((ms) => {
    waitMs = ms;
    return watch.now().level;
  });
  watch.close();
  expect(levels).toEqual(['normal', 'busy', 'overloaded', 'full', 'normal']);
});
