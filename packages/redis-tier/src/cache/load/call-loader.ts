import { timers } from '../../core/internal.ts';
import { CacheClosedError, LoadTimeoutError, UncacheableValueError } from '../errors.ts';
import { type CacheLoadTrace, traced } from '../stats/diagnostics.ts';
import { CachedValue } from '../values/cached-value.ts';
import type { Serializer } from '../values/serializer.ts';
import { toBuffer } from '../values/storage-codec.ts';
import type { RunContext } from './load-context.ts';
import { LoadControl } from './load-control.ts';

export type Loaded = { readonly control: LoadControl } & (
  | { readonly values: readonly unknown[] }
  | { readonly error: unknown }
);

/** Calls the loader once for all keys of a namespace, until its time is over or the cache is closed. */
export async function callLoader(
  { parts, policy, load }: RunContext,
  namespace: string,
  keys: readonly string[],
): Promise<Loaded> {
  const abort = new AbortController();
  const control = new LoadControl(abort.signal);
  let end = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    const where = `${policy.name} ${JSON.stringify(keys[0])}`;
    const giveUp = (error: Error): void => {
      abort.abort(error);
      reject(error);
    };
    const timer = timers.setTimeout(
      () => giveUp(new LoadTimeoutError(where, policy.loadTimeoutMs)),
      policy.loadTimeoutMs,
    );
    timer.unref();
    const onClose = (): void => giveUp(new CacheClosedError(where));
    parts.closed.addEventListener('abort', onClose);
    end = () => {
      timers.clearTimeout(timer);
      parts.closed.removeEventListener('abort', onClose);
    };
  });
  try {
    const trace = (): CacheLoadTrace => ({ prefix: parts.keys.prefix, policy: policy.name, namespace, keys });
    const loading = traced(trace, () => load(keys, control));
    return { control, values: await Promise.race([loading, aborted]) };
  } catch (error) {
    return { control, error };
  } finally {
    end();
  }
}

/** @throws UncacheableValueError */
export function toContent(where: string, value: unknown, serializer: Serializer): CachedValue {
  if (value === undefined)
    throw new UncacheableValueError(where, 'returned undefined. Fix: return null for a missing value');
  try {
    return new CachedValue(toBuffer(serializer.serialize(value)), 0, serializer);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UncacheableValueError(
      where,
      `returned a value that cannot be cached: ${reason}. Fix: return plain data, or set the policy's serializer`,
      { cause },
    );
  }
}
