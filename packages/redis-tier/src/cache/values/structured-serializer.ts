/** A serializer for values that JSON cannot hold. */
import { types } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { firstLost, type Holds } from './lost-parts.ts';
import type { Serializer } from './serializer.ts';

const holds: Holds = {
  primitive: () => true,
  undefinedInLists: true,
  partsOf(value) {
    // A class of the program's own that extends one of these would lose its class.
    if (types.isMap(value)) return isOf(value, 'Map') ? [...value.keys(), ...value.values()] : null;
    if (types.isSet(value)) return isOf(value, 'Set') ? value : null;
    if (types.isDate(value)) return isOf(value, 'Date') ? [] : null;
    if (types.isRegExp(value)) return isOf(value, 'RegExp') ? [] : null;
    if (types.isTypedArray(value))
      return Buffer.isBuffer(value) || isOf(value, value[Symbol.toStringTag]) ? [] : null;
    return types.isArrayBuffer(value) ? [] : null;
  },
};

function isOf(value: object, className: string): boolean {
  return value.constructor?.name === className;
}

/** The version of the format is the second byte: a newer Node may write what an older one cannot read. */
const formatVersion = serialize(null)[1] ?? 0;

/**
 * Holds Map, Set, Date, RegExp, Buffer, typed arrays, bigint, NaN and undefined too, in the format of structured
 * cloning. Only Node can read it; the body of a result is not JSON. Objects of other classes are rejected.
 */
export const structuredSerializer: Serializer = {
  name: `v8-${formatVersion}`,
  serialize(value) {
    const bytes = serialize(value);
    const lost = firstLost(value, holds, new Set());
    if (lost !== undefined) throw new TypeError(`${lost}, which structured cloning would change`);
    return bytes;
  },
  // From a copy, because a Buffer in the value would share the memory of the cached bytes.
  deserialize: (bytes) => deserialize(Buffer.from(bytes)) as unknown,
};
