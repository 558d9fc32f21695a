import { expect, test } from 'vitest';
import { jobIdOf, refsOfJobId } from './message.ts';

test('the id of a job names each of its messages with its generation', () => {
  const refs = [
    { id: '17', generation: 1 },
    { id: 'a-b', generation: 23 },
    { id: '18', generation: 1 },
  ];
  expect(jobIdOf(...refs)).toBe('17.1,a-b.23,18.1');
  expect(refsOfJobId(jobIdOf(...refs))).toEqual(refs);
});

test.each([undefined, '', '17', '17.', '.1', '17.x', '17.1.2', 'repeat:17:1'])(
  'the id %j of a job names no message',
  (id) => expect(refsOfJobId(id)).toEqual([]),
);

test('an unreadable name in the id of a job does not hide the others', () => {
  expect(refsOfJobId('17.1,x,18.2')).toEqual([
    { id: '17', generation: 1 },
    { id: '18', generation: 2 },
  ]);
});
