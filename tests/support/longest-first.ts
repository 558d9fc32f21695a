import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test files that take more than a minute. At the end of a run, each would keep one core idle. */
const longest = [
  'start/signal-at-random-moments',
  'docs/elasticache-guide',
  'deploy/dockerfile',
  'mutations/coherence-checker',
  'start/stopping',
  'replay/replay',
  'jobs/soak',
  'start/signal-while-waiting',
];

/** Starts the longest test files first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((name) => moduleId.endsWith(`/tests/system/${name}.test.ts`));
      return found < 0 ? longest.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
