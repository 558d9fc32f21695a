/** Finds the parts of a value that would be different after it was written and read again. */

export type Holds = {
  /** Whether a value that is no object is the same afterwards. Not asked about undefined. */
  readonly primitive: (value: unknown) => boolean;
  readonly undefinedInLists: boolean;
  /** The values in an object that is neither plain nor a list; null when the object is changed. */
  readonly partsOf: (value: object) => Iterable<unknown> | null;
};

/**
 * The first part that is changed, as "a Date at .days[2].from"; undefined when there is none. Plain objects may have
 * undefined properties. `seen`: for values that may contain themselves.
 */
export function firstLost(value: unknown, holds: Holds, seen?: Set<unknown>): string | undefined {
  const path = lostAt(value, holds, seen);
  if (path === undefined) return undefined;
  const { what, at } = path;
  return at === '' ? what : `${what} at ${at}`;
}

type Lost = { readonly what: string; readonly at: string };

function lostAt(value: unknown, holds: Holds, seen: Set<unknown> | undefined): Lost | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return { what: `a ${typeof value}`, at: '' };
  if (typeof value !== 'object' || value === null)
    return holds.primitive(value) ? undefined : { what: String(value), at: '' };
  if (seen?.has(value)) return undefined;
  seen?.add(value);
  if (Array.isArray(value)) return lostInList(value, holds, seen);
  if (!isPlain(value)) {
    const parts = holds.partsOf(value);
    return parts === null
      ? { what: nameOf(value), at: '' }
      : lostInList([...parts], allowingUndefined(holds), seen);
  }
  return lostInObject(value as Record<string, unknown>, holds, seen);
}

function lostInList(
  list: readonly unknown[],
  holds: Holds,
  seen: Set<unknown> | undefined,
): Lost | undefined {
  for (let index = 0; index < list.length; index++) {
    const part = list[index];
    if (part === undefined && !holds.undefinedInLists) return { what: 'undefined', at: `[${index}]` };
    const lost = lostAt(part, holds, seen);
    if (lost !== undefined) return { what: lost.what, at: `[${index}]${lost.at}` };
  }
  return undefined;
}

function lostInObject(
  object: Record<string, unknown>,
  holds: Holds,
  seen: Set<unknown> | undefined,
): Lost | undefined {
  for (const name of Object.keys(object)) {
    const part = object[name];
    if (part === undefined) continue;
    const lost = lostAt(part, holds, seen);
    if (lost !== undefined) return { what: lost.what, at: `.${name}${lost.at}` };
  }
  const [symbol] = Object.getOwnPropertySymbols(object);
  return symbol === undefined ? undefined : { what: 'a property with a symbol as its name', at: '' };
}

function allowingUndefined(holds: Holds): Holds {
  return holds.undefinedInLists ? holds : { ...holds, undefinedInLists: true };
}

/**
 * An object without a class, or of a class without methods, as some database drivers return. The last prototype of the
 * chain is that of all objects; in a test runner it may be that of another realm.
 */
function isPlain(value: object): boolean {
  if ('toJSON' in value) return false;
  for (let prototype = prototypeOf(value); prototype !== null; prototype = prototypeOf(prototype))
    if (prototypeOf(prototype) !== null && hasMembers(prototype)) return false;
  return true;
}

const known = new WeakMap<object, boolean>();

function hasMembers(prototype: object): boolean {
  let has = known.get(prototype);
  if (has === undefined) {
    has = Reflect.ownKeys(prototype).some((name) => name !== 'constructor');
    known.set(prototype, has);
  }
  return has;
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}

function nameOf(value: object): string {
  const name = value.constructor?.name ?? '';
  return name === '' || name === 'Object' ? 'an object with toJSON' : `a ${name}`;
}
