/**
 * One guarantee of all implementations of an interface. `run` receives a fresh subject and rejects with an
 * AssertionError when the guarantee does not hold. Any test runner can run a list of them.
 */
export type Contract<Subject> = {
  readonly title: string;
  readonly run: (subject: Subject) => Promise<void>;
};
