import type { OnCacheEvent } from '../events.ts';
import type { EntryKeys } from '../keys.ts';
import type { Policy } from '../policy-options.ts';
import { CachedValue } from '../values/cached-value.ts';
import { decodeAll } from '../values/storage-codec.ts';
import type { Reading } from './read-batch.ts';

/**
 * Decodes what was read, once for all callers that share the reading. False when that fails, for example because its
 * encryption key is no longer known: then nobody may use the entry, and a load has to replace it.
 */
export function decodeReading(
  reading: Reading,
  { name, serializer, codecs, isPlainJson }: Policy,
  { entryKey }: EntryKeys,
  onEvent: OnCacheEvent,
): boolean {
  if (isPlainJson) return true;
  if (reading.decoded === undefined) {
    try {
      reading.content = new CachedValue(decodeAll(codecs, reading.content.body, entryKey), 0, serializer);
      reading.decoded = true;
    } catch (error) {
      reading.decoded = false;
      onEvent({
        type: 'entry-unreadable',
        policy: name,
        reason: error instanceof Error ? error.message : 'unknown',
      });
    }
  }
  return reading.decoded;
}
