/** A change of a source file that breaks a rule. `from` occurs in the file exactly once. */
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

/** One way to break a rule, and the test that has to fail. */
export type Mutation = {
  /** The behavior of the mutated sources. */
  readonly off: string;
  readonly edits: readonly Edit[];
  readonly fails: { readonly file: string; readonly test: string };
};

/** A rule of the cache, the limiter or the jobs. Rules are never renumbered. */
export type Rule = {
  readonly number: number;
  readonly description: string;
  readonly mutations: readonly Mutation[];
};

export const tier = (file: string): string => `packages/redis-tier/src/${file}.ts`;
export const tests = (file: string): string => `tests/${file}.test.ts`;
