import { describe, expect, test } from 'vitest';
import { infoNumber, parseInfo } from './server-info.ts';

const info = [
  '# Server',
  'redis_version:7.4.2',
  'executable:/usr/bin/redis-server:6379',
  '',
  '# Memory',
  'used_memory:1048576',
  'used_memory_human:1.00M',
  'mem_fragmentation_ratio:1.03',
  'empty:',
  'no colon here',
  ':no name',
  'used_memory_rss:-1',
].join('\r\n');

describe('a reply to INFO', () => {
  const fields = parseInfo(info);

  test('is parsed field by field, and a value may contain a colon', () => {
    expect(fields.get('redis_version')).toBe('7.4.2');
    expect(fields.get('executable')).toBe('/usr/bin/redis-server:6379');
    expect(fields.get('empty')).toBe('');
    expect(fields.size).toBe(7);
  });

  test('is parsed with LF line endings too, and may be empty', () => {
    expect(parseInfo(info.replaceAll('\r\n', '\n'))).toEqual(fields);
    expect(parseInfo('')).toEqual(new Map());
  });

  test('yields whole numbers only, and null for missing fields', () => {
    expect(infoNumber(fields, 'used_memory')).toBe(1_048_576);
    for (const name of [
      'used_memory_human',
      'mem_fragmentation_ratio',
      'empty',
      'used_memory_rss',
      'absent',
    ]) {
      expect(infoNumber(fields, name)).toBeNull();
    }
  });
});
