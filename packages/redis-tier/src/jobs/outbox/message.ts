/**
 * Identifies one enqueueing of a message: the generation is incremented whenever the message must be enqueued again.
 */
export type MessageRef = { readonly id: string; readonly generation: number };

/** A message that waits to be enqueued. */
export type DueMessage = MessageRef & {
  /** When it must be sent, in ms since the epoch. */
  readonly dueMs: number;
  /** 0: urgent, because a user waits for it; greater: after the urgent ones. */
  readonly priority: number;
};

/** A message that only one worker may send, until `untilMs`. Stores add what their handlers need. */
export type MessageLease = MessageRef & {
  readonly kind: string;
  /** Identifies the holder of the lease. */
  readonly token: string;
  /** End of the lease, in ms since the epoch. */
  readonly untilMs: number;
  /** Number of attempts, including this one. */
  readonly attempts: number;
};

/** A lease that expired before its worker recorded an outcome. */
export type ExpiredLease = MessageRef & { readonly kind: string };

/**
 * The id of a job: the messages that it is for. Workers use only the id, because the payload may be lost. Ids of
 * messages contain no dot and no comma.
 */
export function jobIdOf(...refs: readonly MessageRef[]): string {
  return refs.map(({ id, generation }) => `${id}.${generation}`).join(',');
}

/** The reverse of jobIdOf; empty for any other text. */
export function refsOfJobId(jobId: string | undefined): MessageRef[] {
  const matches = (jobId ?? '').split(',').map((name) => /^([^.]+)\.(\d+)$/.exec(name));
  return matches.flatMap((match) =>
    match?.[1] === undefined ? [] : [{ id: match[1], generation: Number(match[2]) }],
  );
}
