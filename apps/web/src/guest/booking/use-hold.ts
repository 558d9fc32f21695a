import type { Hold } from '@bookedbarber/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { callApi } from '../../shared/api/client.ts';
import { idempotentRequests } from '../../shared/api/idempotent-requests.ts';
import { availabilityKey, type Segment } from '../../shared/api/queries.ts';
import { serverNowMs } from '../../shared/api/server-clock.ts';
import { holdInput, holdRequestKey, readStoredHold, type StoredHold, storeHold } from './hold-storage.ts';

export interface HoldHandle {
  /** The hold for these services and this start, or null. It may have expired. */
  holdFor(segments: readonly Segment[], start: string): Hold | null;
  taking: boolean;
  /** Error of the last hold request; null after a success. */
  failure: unknown;
  /** Creates a hold unless it exists, and releases the previous one. Resolves to null on failure. */
  take(segments: readonly Segment[], start: string): Promise<Hold | null>;
  /** Releases the hold on the server. */
  release(): void;
  /** Deletes the stored hold without releasing it, after it became a booking. */
  forget(): void;
}

const unexpired = (stored: StoredHold | null): StoredHold | null =>
  stored && Date.parse(stored.hold.expires_at) > serverNowMs() ? stored : null;

/** The hold of this tab. A tab has at most one hold per shop. */
export function useHold(slug: string): HoldHandle {
  const client = useQueryClient();
  const [stored, setStored] = useState(() => unexpired(readStoredHold(slug)));
  const current = useRef(stored);
  const releasing = useRef<Promise<unknown>>(Promise.resolve());
  const [taking, setTaking] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const store = useCallback(
    (next: StoredHold | null) => {
      current.current = next;
      storeHold(slug, next);
      setStored(next);
    },
    [slug],
  );

  const release = useCallback(() => {
    setFailure(null);
    const held = unexpired(current.current);
    store(null);
    if (!held) return;
    const path = `/shops/${encodeURIComponent(slug)}/holds/${held.hold.id}`;
    // A hold that cannot be released expires.
    releasing.current = callApi({ method: 'DELETE', path })
      .catch(() => undefined)
      .then(() => client.invalidateQueries({ queryKey: availabilityKey(slug) }));
  }, [client, store, slug]);

  const take = useCallback(
    async (segments: readonly Segment[], start: string) => {
      const requestKey = holdRequestKey(segments, start);
      const held = unexpired(current.current);
      if (held?.requestKey === requestKey) return held.hold;
      setTaking(true);
      try {
        release();
        await releasing.current;
        const path = `/shops/${encodeURIComponent(slug)}/holds`;
        const hold = await idempotentRequests.perform<Hold>({
          method: 'POST',
          path,
          body: holdInput(segments, start),
        });
        store({ requestKey, hold });
        return hold;
      } catch (error) {
        store(null);
        setFailure(error);
        void client.invalidateQueries({ queryKey: availabilityKey(slug) });
        return null;
      } finally {
        setTaking(false);
      }
    },
    [client, store, release, slug],
  );

  const forget = useCallback(() => store(null), [store]);
  const holdFor = useCallback(
    (segments: readonly Segment[], start: string) =>
      stored?.requestKey === holdRequestKey(segments, start) ? stored.hold : null,
    [stored],
  );
  return { holdFor, taking, failure, take, release, forget };
}
