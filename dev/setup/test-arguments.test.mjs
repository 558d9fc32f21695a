import { expect, it } from 'vitest';
import { readTestArguments } from './test-arguments.mjs';

it('gives everything to Vitest but the wish for another Node', () => {
  expect(readTestArguments(['--project', 'unit', 'path'])).toEqual({
    onNewestNode: false,
    vitest: ['--project', 'unit', 'path'],
  });
  expect(readTestArguments(['--project', 'unit', '--node', 'latest', 'path'])).toEqual({
    onNewestNode: true,
    vitest: ['--project', 'unit', 'path'],
  });
  expect(readTestArguments(['--node=latest'])).toEqual({ onNewestNode: true, vitest: [] });
});

it.each([[['--node', '18']], [['--node']], [['--node=']]])(
  'refuses a Node that it does not know: %j',
  (args) => {
    expect(() => readTestArguments(args)).toThrow('--node latest');
  },
);
