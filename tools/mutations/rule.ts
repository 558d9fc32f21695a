/** What is changed in the sources so that a rule is no longer kept. `from` stands in the file once. */
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

/** One way to break a rule, and the test that fails for it. */
export type Mutation = {
  /** What the sources do then. */
  readonly off: string;
  readonly edits: readonly Edit[];
  readonly fails: { readonly file: string; readonly test: string };
};

/** A rule of an engine, in one sentence. The numbers are names: rules are not renumbered. */
export type Rule = {
  readonly number: number;
  readonly says: string;
  readonly mutations: readonly Mutation[];
};

export const tier = (file: string): string => `packages/redis-tier/src/${file}.ts`;
export const tests = (file: string): string => `tests/${file}.test.ts`;
