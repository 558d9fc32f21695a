import type { MessageLease } from './message.ts';
import type { OutboxStore } from './outbox-store.ts';

/** The type of the payload of each kind of message, such as `{ welcome: { address: string } }`. */
export type Payloads = object;

/** A message to write. Payloads are stored as JSON: a Date arrives as text. */
export type NewMessage<P extends Payloads> = {
  [Kind in keyof P & string]: {
    /** Selects the handler; 1 to 100 characters. */
    readonly kind: Kind;
    readonly payload: P[Kind];
    /** When to send it, in ms since the epoch, up to the year 9999. Default now. */
    readonly dueMs?: number;
    /** 0: urgent, because a user waits for it; up to 9: after the urgent ones. Default 0. */
    readonly priority?: number;
    /** Messages of tenants are sent in turn; 1 to 200 characters. Default: one tenant for all. */
    readonly tenant?: string;
    /**
     * 1 to 200 characters, unique for the tenant and kind: a second message with the same key is not written. A cancel
     * frees the key.
     */
    readonly key?: string;
    /** Id of a message. This one waits while that one is being sent. */
    readonly follows?: string;
  };
}[keyof P & string];

/** A claimed message with its payload, as handlers receive it. */
export type PayloadLease<P extends Payloads> = {
  [Kind in keyof P & string]: MessageLease & {
    readonly kind: Kind;
    readonly payload: P[Kind];
    /** Empty: none was given. */
    readonly tenant: string;
    readonly key: string | null;
  };
}[keyof P & string];

/** Names a message by its id, or by its key, with the tenant and kind that it was written with. */
export type MessageName =
  | { readonly id: string }
  | { readonly kind: string; readonly key: string; readonly tenant?: string };

export type EnqueuedMessage = {
  readonly id: string;
  /** False: a message with this key exists and is unchanged. */
  readonly isNew: boolean;
};

export type MessageState =
  | 'pending'
  | 'enqueued'
  | 'sending'
  | 'sent'
  | 'failed'
  | 'dead'
  | 'unknown'
  | 'cancelled';

export type CancelledMessage = {
  readonly id: string;
  /**
   * `cancelled`: no worker claims it any more. `sending`: a worker has claimed it already; it is not tried again, and
   * a message that `follows` it is sent afterwards. Otherwise it was finished before.
   */
  readonly state: MessageState;
  /** Whether it was sent, is being sent, or has an attempt with unknown outcome. */
  readonly mayHaveBeenSent: boolean;
};

/** An outbox of the package: the store of the jobs, and the calls of programs that write messages. */
export type Outbox<P extends Payloads, Client> = OutboxStore<PayloadLease<P>> & {
  /**
   * Writes a message, in the transaction of `client` if it is in one.
   *
   * @throws TypeError for a field out of range or unknown, and for a payload that JSON cannot represent
   * @throws RangeError for a payload above `maxPayloadBytes`
   */
  enqueue(client: Client, message: NewMessage<P>): Promise<EnqueuedMessage>;
  /**
   * Cancels a message, in the transaction of `client` if it is in one: no claim of it commits after that transaction.
   * Resolves with null when there is no such message.
   *
   * @throws TypeError for a name that is neither an id nor a key
   */
  cancel(client: Client, name: MessageName): Promise<CancelledMessage | null>;
};
