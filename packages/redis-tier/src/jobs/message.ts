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
export type Claim = MessageRef & {
  readonly kind: string;
  /** Proves whose claim it is. */
  readonly token: string;
  /** End of the claim, in ms since the epoch. */
  readonly untilMs: number;
  /** How often it has been tried, this time included. */
  readonly attempts: number;
};

/** A claim that ended before its worker said how it went. */
export type ExpiredClaim = MessageRef & { readonly kind: string };

/** How a job of the queue is called. Ids of messages hold no dot. */
export function jobIdOf({ id, generation }: MessageRef): string {
  return `${id}.${generation}`;
}

/** The reverse of jobIdOf; null for what is no such name. The id alone says what to send: the payload may be lost. */
export function refOfJobId(jobId: string | undefined): MessageRef | null {
  const match = /^([^.]+)\.(\d+)$/.exec(jobId ?? '');
  return match?.[1] === undefined ? null : { id: match[1], generation: Number(match[2]) };
}
