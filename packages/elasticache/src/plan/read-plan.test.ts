import { expect, test } from 'vitest';
import { completeFigures } from '../sizing/figures.ts';
import { makePlan } from './make-plan.ts';
import { readPlan } from './read-plan.ts';

const plan = makePlan(completeFigures({ barbers: 8 }));
const faults = (value: unknown) => readPlan(value).errors.map(({ code, path }) => `${code} ${path}`);

test('a plan that was written is read as it was', () => {
  expect(readPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ plan, errors: [] });
});

test.each<[string, unknown, string[]]>([
  ['nothing', null, ['field_malformed ']],
  ['a list', [], ['field_malformed ']],
  ['a text for a number', { ...plan, shards: '1' }, ['field_malformed shards']],
  ['a number beyond its bound', { ...plan, shards: 1e9 }, ['field_malformed shards']],
  ['a field too many', { ...plan, shard: 1 }, ['field_unknown shard']],
  [
    'a field of a part too many',
    { ...plan, backup: { ...plan.backup, days: 7 } },
    ['field_unknown backup.days'],
  ],
  ['a region that is none', { ...plan, region: 'Virginia' }, ['field_malformed region']],
  ['a list of other things', { ...plan, secondaryRegions: [1] }, ['field_malformed secondaryRegions[0]']],
  ['a text that never ends', { ...plan, engine: 'x'.repeat(1000) }, ['field_malformed engine']],
  ['another version of plans', { ...plan, plan: 2 }, ['field_malformed plan']],
])('%s is no plan', (_name, value, wanted) => expect(faults(value)).toEqual(wanted));

test('a field that is missing is named', () => {
  const { region: _region, ...rest } = plan;
  expect(faults(rest)).toEqual(['field_malformed region']);
});
