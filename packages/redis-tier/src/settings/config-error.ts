/** All that is wrong with the environment, told at once and without a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not right:\n${problems.map((report) => `  - ${report}`).join('\n')}`);
    this.problems = problems;
  }
}
