import { expect, test } from 'vitest';
import { aSqlName, channelOf, indexOf, sqlOf } from './names.ts';

test.each(['jobs_outbox', 'Outbox', '_2', 'a'.repeat(30)])('a table can have the name %j', (name) => {
  expect(aSqlName(name)).toBeUndefined();
});

test.each(['', '2a', 'a b', 'a"b', "a'b", 'a;DROP TABLE b', 'a.b', 'a\n', 'ä', 'a'.repeat(31), undefined, 1])(
  'a table cannot have the name %j',
  (name) => expect(aSqlName(name)).toContain('1 to 30'),
);

test('the longest names keep the names of indexes and channels below the limit of PostgreSQL', () => {
  const longest = { schema: 's'.repeat(30), table: 't'.repeat(30) };
  expect(channelOf(longest)).toHaveLength(61);
  expect(indexOf(longest, 'fair_order')).toHaveLength('""'.length + 41);
  expect(sqlOf(longest)).toBe(`"${longest.schema}"."${longest.table}"`);
});
