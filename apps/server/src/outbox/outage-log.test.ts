import { expect, test } from 'vitest';
import { createOutageLog } from './outage-log.ts';

test('each outage is logged once when it begins and once when it ends', () => {
  const lines: string[] = [];
  const write = (level: string) => (_fields: unknown, text: string) => void lines.push(`${level} ${text}`);
  const log = createOutageLog({ warn: write('warn'), info: write('info') } as never, 'the work');
  log.succeeded();
  expect(lines).toEqual([]);
  for (let outage = 1; outage <= 2; outage += 1) {
    for (let attempt = 1; attempt <= 3; attempt += 1) log.failed(new Error('no connection'));
    for (let attempt = 1; attempt <= 3; attempt += 1) log.succeeded();
  }
  const ofOne = ['warn the work failed', 'info the work succeeds again'];
  expect(lines).toEqual([...ofOne, ...ofOne]);
});
