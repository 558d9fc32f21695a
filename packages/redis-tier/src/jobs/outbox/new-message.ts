/** What programs pass to an outbox: checked, with defaults, and with the payload as JSON. */
import {
  type Check,
  type Checks,
  checkOptions,
  integerFrom,
  numberFrom,
  optional,
  textLike,
} from '../../core/internal.ts';
import type { MessageName, NewMessage } from './outbox.ts';

export type CheckedMessage = {
  kind: string;
  /** JSON. */
  payload: string;
  dueMs: number;
  priority: number;
  tenant: string;
  key: string | null;
  follows: string | null;
};

export type CheckedName = { id: string } | { tenant: string; kind: string; key: string };

export const defaultMaxPayloadBytes = 65_536;
/** A range for the option `maxPayloadBytes`. */
export const aPayloadLimit: Check = integerFrom(1, 1_000_000);

/** 9999-12-31. */
const maxTimeMs = 253_402_214_400_000;

const uuid = textLike(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the id of a message');

/** PostgreSQL holds no NUL, and two different halves of a character would become the same bytes. */
function text(maxLength: number): Check {
  return (value) =>
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= maxLength &&
    value.isWellFormed() &&
    !value.includes('\0')
      ? undefined
      : `1 to ${maxLength} characters of well-formed Unicode without NUL`;
}

const messageChecks: Checks<NewMessage<Record<string, unknown>>> = {
  kind: text(100),
  payload: () => undefined,
  dueMs: optional(numberFrom(0, maxTimeMs)),
  priority: optional(integerFrom(0, 9)),
  tenant: optional(text(200)),
  key: optional(text(200)),
  follows: optional(uuid),
};
const idChecks: Checks<{ id: string }> = { id: uuid };
const keyChecks: Checks<{ kind: string; key: string; tenant?: string }> = {
  kind: text(100),
  key: text(200),
  tenant: optional(text(200)),
};

const toError = (message: string): Error => new TypeError(message);

/** Throws as `enqueue` of an outbox does. */
export function checkMessage(
  message: NewMessage<Record<string, unknown>>,
  { nowMs, maxPayloadBytes }: { nowMs: number; maxPayloadBytes: number },
): CheckedMessage {
  checkOptions('enqueue', message, messageChecks, toError);
  const { kind, payload, dueMs = nowMs, priority = 0, tenant = '', key = null, follows = null } = message;
  const json = toJson(kind, payload);
  const bytes = Buffer.byteLength(json);
  if (bytes > maxPayloadBytes)
    throw new RangeError(
      `enqueue: the payload of a message of kind ${kind} has ${bytes} bytes, but may have ${maxPayloadBytes}. Fix: store the data elsewhere and send its id`,
    );
  return { kind, payload: json, dueMs, priority, tenant, key, follows };
}

/** Throws as `cancel` of an outbox does. `owner` starts the message of the error. */
export function checkName(owner: string, name: MessageName): CheckedName {
  if ('id' in name) {
    checkOptions(owner, name, idChecks, toError);
    return name;
  }
  checkOptions(owner, name, keyChecks, toError);
  return { tenant: name.tenant ?? '', kind: name.kind, key: name.key };
}

function toJson(kind: string, payload: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(payload);
  } catch (error) {
    throw new TypeError(`enqueue: JSON cannot represent the payload of a message of kind ${kind}`, {
      cause: error,
    });
  }
  if (json === undefined)
    throw new TypeError(
      `enqueue: the payload of a message of kind ${kind} is ${typeof payload}, which JSON cannot represent. Fix: pass null`,
    );
  return json;
}
