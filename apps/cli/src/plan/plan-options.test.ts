import { describe, expect, test } from 'vitest';
import { addRegion, parseName, parseRegion } from './plan-options.ts';

test('a repeated region is added to the ones before', () => {
  expect(addRegion('us-east-1')).toEqual(['us-east-1']);
  expect(addRegion('eu-west-1', ['us-east-1'])).toEqual(['us-east-1', 'eu-west-1']);
  expect(() => addRegion('Europe', ['us-east-1'])).toThrow('Use a region such as us-east-1.');
});

describe('names', () => {
  test.each(['a', 'shop', 'shop-2', `a${'b'.repeat(39)}`])('%s is accepted', (name) => {
    expect(parseName(name)).toBe(name);
  });
  test.each(['', 'Shop', '2shop', 'shop-', 'shop--2', 'sh op', `a${'b'.repeat(40)}`, `a${'-b'.repeat(20)}`])(
    '"%s" is rejected',
    (name) => {
      expect(() => parseName(name)).toThrow('Use 1 to 40 lowercase letters');
    },
  );
});

describe('regions', () => {
  test.each(['us-east-1', 'us-gov-west-1', 'eu-central-2'])('%s is accepted', (region) => {
    expect(parseRegion(region)).toBe(region);
  });
  test.each(['us-east', 'us1', 'us-east-1a', 'US-EAST-1', ''])('"%s" is rejected', (region) => {
    expect(() => parseRegion(region)).toThrow('Use a region such as us-east-1.');
  });
});
