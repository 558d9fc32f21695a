import { expect, test } from 'vitest';
import { completeFigures } from '../sizing/figures.ts';
import { makePlan } from './make-plan.ts';
import { readPlan } from './read-plan.ts';

const plan = makePlan(completeFigures({ barbers: 8 }));
const codesOf = (value: unknown) => readPlan(value).errors.map(({ code, path }) => `${code} ${path}`);

test('a written plan reads back unchanged', () => {
  expect(readPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ plan, errors: [] });
});

test.each<[string, unknown, string[]]>([
  ['null', null, ['field_malformed ']],
  ['an array', [], ['field_malformed ']],
  ['a string instead of a number', { ...plan, shards: '1' }, ['field_malformed shards']],
  ['a number above the maximum', { ...plan, shards: 1e9 }, ['field_malformed shards']],
  ['an unknown field', { ...plan, shard: 1 }, ['field_unknown shard']],
  [
    'an unknown nested field',
    { ...plan, backup: { ...plan.backup, days: 7 } },
    ['field_unknown backup.days'],
  ],
  [
    'connections that stay open on a demoted node',
    { ...plan, parameters: { ...plan.parameters, closeOnReplicaWrite: 'no' } },
    ['field_unknown parameters.closeOnReplicaWrite'],
  ],
  ['a name of 41 characters', { ...plan, name: `a${'-b'.repeat(20)}` }, ['field_malformed name']],
  ['an invalid region', { ...plan, region: 'Virginia' }, ['field_malformed region']],
  [
    'an array of numbers instead of strings',
    { ...plan, secondaryRegions: [1] },
    ['field_malformed secondaryRegions[0]'],
  ],
  ['a string of 1,000 characters', { ...plan, engine: 'x'.repeat(1000) }, ['field_malformed engine']],
  ['an unsupported plan version', { ...plan, plan: 2 }, ['field_malformed plan']],
])('rejects %s', (_name, value, expected) => expect(codesOf(value)).toEqual(expected));

test('names a missing field', () => {
  const { region: _region, ...rest } = plan;
  expect(codesOf(rest)).toEqual(['field_malformed region']);
});
