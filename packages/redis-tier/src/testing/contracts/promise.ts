/**
 * One thing that everything of a kind has to keep to, whatever it stands on. `prove` is given the subject, fresh for this
 * promise alone, and rejects with an AssertionError when it is not kept. Any test runner can go through a list of them.
 */
export type Contract<Subject> = {
  readonly title: string;
  readonly run: (subject: Subject) => Promise<void>;
};
