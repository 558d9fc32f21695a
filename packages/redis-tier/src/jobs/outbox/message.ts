/** Names one hand-over of a message: the generation goes up whenever it has to be handed over again. */
export type MessageRef = { readonly id: string; readonly generation: number };

/** A message that waits to be handed over. */
export type DueMessage = MessageRef & {
  /** When it is to be sent, in ms since the epoch. */
  readonly dueMs: number;
  /** 0: somebody waits for it; greater: it can wait behind those. */
  readonly priority: number;
};

/** A message that one worker may send, and nobody else, until `untilMs`. Stores add what their handlers need. */
export type MessageLease = MessageRef & {
  readonly kind: string;
  /** Proves whose claim it is. */
  readonly token: string;
  /** End of the claim, in ms since the epoch. */
  readonly untilMs: number;
  /** How often it has been tried, this time included. */
  readonly attempts: number;
};

/** A claim that ended before its worker said how it went. */
export type ExpiredLease = MessageRef & { readonly kind: string };

/**
 * How a job of the queue is called: by the messages that it is for. The name alone says what to send, since the payload may
 * be lost. Ids of messages hold no dot and no comma.
 */
export function jobIdOf(...refs: readonly MessageRef[]): string {
  return refs.map(({ id, generation }) => `${id}.${generation}`).join(',');
}

/** The reverse of jobIdOf; none for what is no such name. */
export function refsOfJobId(jobId: string | undefined): MessageRef[] {
  const matches = (jobId ?? '').split(',').map((name) => /^([^.]+)\.(\d+)$/.exec(name));
  return matches.flatMap((match) =>
    match?.[1] === undefined ? [] : [{ id: match[1], generation: Number(match[2]) }],
  );
}
