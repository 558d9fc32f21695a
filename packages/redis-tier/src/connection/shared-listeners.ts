/**
 * Listeners on a client that many caches and limiters may share. Node warns about a leak from the eleventh listener of
 * an event on. So the client gets one listener for each event, which calls all of ours.
 */
type Emitter = {
  on(event: never, listener: () => void): unknown;
  off(event: never, listener: () => void): unknown;
};

type Shared = { readonly listeners: Set<() => void>; readonly callAll: () => void };

const byEmitter = new WeakMap<Emitter, Map<string, Shared>>();

/** Returns a function that removes the listener. */
export function listen(emitter: Emitter, event: string, listener: () => void): () => void {
  const events = byEmitter.get(emitter) ?? new Map<string, Shared>();
  byEmitter.set(emitter, events);
  let shared = events.get(event);
  if (shared === undefined) {
    const listeners = new Set<() => void>();
    const callAll = (): void => {
      for (const one of [...listeners]) one();
    };
    shared = { listeners, callAll };
    events.set(event, shared);
    emitter.on(event as never, callAll);
  }
  const { listeners, callAll } = shared;
  // A function of its own, so that one listener may be added twice.
  const mine = (): void => listener();
  listeners.add(mine);
  return () => {
    listeners.delete(mine);
    if (listeners.size > 0 || events.get(event)?.listeners !== listeners) return;
    events.delete(event);
    emitter.off(event as never, callAll);
  };
}
