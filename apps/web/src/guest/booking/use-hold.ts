import type { Hold } from '@bookedbarber/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { callApi } from '../../shared/api/client.ts';
import { idempotentRequests } from '../../shared/api/intents.ts';
import { availabilityKey, type Segment } from '../../shared/api/queries.ts';
import { serverNowMs } from '../../shared/api/server-clock.ts';
import { holdInput, holdRequestKey, readStoredHold, type StoredHold, storeHold } from './hold-storage.ts';

export interface HoldHandle {
  /** The hold for these services and this start, if there is one. It may have run out while the page was open. */
  holdFor(segments: readonly Segment[], start: string): Hold | null;
  taking: boolean;
  /** Why the last attempt to take a hold failed; null after a success. */
  failure: unknown;
  /** Takes a hold, unless it is held already, and gives back the one before. Resolves to null when it failed. */
  take(segments: readonly Segment[], start: string): Promise<Hold | null>;
  /** Gives the time back to others. */
  release(): void;
  /** Forgets the hold without giving it back: it has become a booking. */
  forget(): void;
}

const stillRuns = (kept: StoredHold | null): StoredHold | null =>
  kept && Date.parse(kept.hold.expires_at) > serverNowMs() ? kept : null;

/** The hold of this tab on a time of the shop. */
export function useHold(slug: string): HoldHandle {
  const client = useQueryClient();
  const [kept, setKept] = useState(() => stillRuns(readStoredHold(slug)));
  const current = useRef(kept);
  const releasing = useRef<Promise<unknown>>(Promise.resolve());
  const [taking, setTaking] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const keep = useCallback(
    (next: StoredHold | null) => {
      current.current = next;
      storeHold(slug, next);
      setKept(next);
    },
    [slug],
  );

  const release = useCallback(() => {
    setFailure(null);
    const held = stillRuns(current.current);
    keep(null);
    if (!held) return;
    const path = `/shops/${encodeURIComponent(slug)}/holds/${held.hold.id}`;
    // A hold that cannot be given back runs out by itself.
    releasing.current = callApi({ method: 'DELETE', path })
      .catch(() => undefined)
      .then(() => client.invalidateQueries({ queryKey: availabilityKey(slug) }));
  }, [client, keep, slug]);

  const take = useCallback(
    async (segments: readonly Segment[], start: string) => {
      const wish = holdRequestKey(segments, start);
      const held = stillRuns(current.current);
      if (held?.wish === wish) return held.hold;
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
        keep({ wish, hold });
        return hold;
      } catch (error) {
        keep(null);
        setFailure(error);
        void client.invalidateQueries({ queryKey: availabilityKey(slug) });
        return null;
      } finally {
        setTaking(false);
      }
    },
    [client, keep, release, slug],
  );

  const forget = useCallback(() => keep(null), [keep]);
  const holdFor = useCallback(
    (segments: readonly Segment[], start: string) =>
      kept?.wish === holdRequestKey(segments, start) ? kept.hold : null,
    [kept],
  );
  return { holdFor, taking, failure, take, release, forget };
}
