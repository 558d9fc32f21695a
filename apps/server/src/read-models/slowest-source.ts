import type { Answer, AnswerSource } from '@bookedbarber/redis-tier/cache';

const bySpeed: readonly AnswerSource[] = ['local', 'remote', 'stale', 'miss'];

/** Where the slowest part of what was made of several answers came from. */
export function slowestSource(answers: readonly Pick<Answer<unknown>, 'source'>[]): AnswerSource {
  return answers.reduce<AnswerSource>(
    (worst, { source }) => (bySpeed.indexOf(source) > bySpeed.indexOf(worst) ? source : worst),
    'local',
  );
}
