/** How values become bytes and bytes become values. */
import { firstLost, type Holds } from './lost-parts.ts';

export type Serializer = {
  /**
   * Part of the name of every entry, so that a process with another serializer never reads it. 1 to 40 letters, digits,
   * dots and hyphens.
   */
  readonly name: string;
  /** @throws for a value that it cannot hold without a change */
  serialize(value: unknown): string | Uint8Array;
  /** Gets bytes that `serialize` returned, and must not modify them. */
  deserialize(bytes: Buffer): unknown;
};

const jsonHolds: Holds = {
  primitive: (value) => typeof value !== 'number' || Number.isFinite(value),
  undefinedInLists: false,
  partsOf: () => null,
};

/**
 * The default: JSON in UTF-8. Values that JSON would change are rejected, such as a Date, a Map or NaN. Properties that
 * are undefined are left out, and -0 becomes 0.
 */
export const jsonSerializer: Serializer = {
  name: 'json',
  serialize(value) {
    const text = JSON.stringify(value) as string | undefined;
    const lost = firstLost(value, jsonHolds);
    if (lost !== undefined || text === undefined)
      throw new TypeError(`${lost ?? 'it'}, which JSON would change`);
    return text;
  },
  deserialize: (bytes) => JSON.parse(bytes.toString('utf8')) as unknown,
};
