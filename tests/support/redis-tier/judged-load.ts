import { setTimeout as delay } from 'node:timers/promises';
import type { Availability, Shop } from '@bookedbarber/contract';
import {
  type Change,
  type Read,
  ViolationFinder,
} from '../../../packages/redis-tier/src/testing/coherence/verdict.ts';
import type { TestServer } from '../server.ts';
import { type ShopFixture, sendTo } from '../shop-fixture.ts';

/** The longest time that a local tier may return an invalidated value: the protocol's three seconds of trust, in ms. */
const localBoundMs = 3000;
const readPauseMs = 5;
const writePauseMs = 100;
const key = 'service';

export type JudgedLoad = {
  /** Changes whose invalidations were acknowledged, by process. */
  readonly acknowledged: readonly number[];
  /** The processes that have returned the newest version from their local tier. */
  readonly isLocal: ReadonlySet<number>;
  /**
   * From now on, another primary may not know what the old one acknowledged, so acknowledgements do not count for other
   * processes. The rule for a process's own changes still holds. After one change through each process, all changes are
   * through the last one.
   */
  suspend(): void;
  /** Every acknowledgement counts again, from now on. */
  resume(): void;
  stopWriting(): Promise<void>;
  stop(): Promise<{
    requests: number;
    failed: readonly string[];
    violations: readonly string[];
    changes: number;
    /** The longest time after an acknowledgement, while suspended, at which a fresh response was older, in ms. */
    staleForMs: number;
  }>;
};

/**
 * Reads the price of a service and its duration through the shop page and the availability, plain and conditional, from
 * every process, while both change again and again through each process in turn (see `suspend`). Judges every response
 * by its version and its X-Cache.
 *
 * @param isAcknowledged whether the invalidations of all changes are acknowledged
 */
export function startJudgedLoad(
  { urls, operatorToken }: Pick<TestServer, 'urls' | 'operatorToken'>,
  { shop, services }: ShopFixture,
  date: string,
  isAcknowledged: () => Promise<boolean>,
): JudgedLoad {
  const path = `/api/v1/shops/${shop.slug}`;
  const service = services[0]?.id ?? '';
  const judge = new ViolationFinder(localBoundMs);
  const acknowledged = urls.map(() => 0);
  const isLocal = new Set<number>();
  const failed: string[] = [];
  const violations: string[] = [];
  const unsettled: { change: Change; atMs: number }[] = [];
  let suspended = false;
  let staleForMs = 0;
  let requests = 0;
  let version = 0;
  let writes = true;
  let runs = true;

  const pages = [
    {
      url: path,
      hasParts: false,
      versionOf: (body: unknown) => versionOfPrice((body as Shop).services[0]?.price_cents),
    },
    {
      hasParts: true,
      url: `${path}/availability?segment=${service}:any&from=${date}&days=1`,
      versionOf: (body: unknown) => versionOfDuration((body as Availability).duration_minutes),
    },
  ];

  function check(read: Read): void {
    const violation = judge.judge(read);
    if (violation !== undefined) violations.push(`${violation.kind}: ${violation.text}`);
    if (read.source === 'stale') return;
    for (const { change, atMs } of unsettled)
      if (change.version > read.version && atMs < read.beganMs)
        staleForMs = Math.max(staleForMs, read.beganMs - atMs);
  }

  async function readAll(
    process: number,
    { url, hasParts, versionOf }: (typeof pages)[number],
    conditional: boolean,
  ) {
    const versions = new Map<string, number>();
    let etag = '';
    while (runs) {
      const beganMs = performance.now();
      try {
        const headers = conditional && etag !== '' ? { 'if-none-match': etag } : {};
        const response = await fetch(`${urls[process]}${url}`, { headers });
        const text = await response.text();
        const returned = response.headers.get('etag') ?? '';
        if (response.status === 200) versions.set(returned, versionOf(JSON.parse(text)));
        const of = versions.get(returned);
        if (![200, 304].includes(response.status) || of === undefined)
          failed.push(`${response.status} of ${url}: ${text}`);
        else {
          const label = response.headers.get('x-cache') as Read['source'];
          // The slowest part gives the label of a response with several parts: another part may be from the local tier.
          const source = hasParts && label !== 'stale' ? 'local' : label;
          check({ key, by: `${process}`, source, version: of, beganMs });
          if (of === version && label === 'local') isLocal.add(process);
        }
        etag = returned;
      } catch (error) {
        failed.push(String(error));
      }
      requests += 1;
      await delay(readPauseMs);
    }
  }

  async function writeAll() {
    let whileSuspended = 0;
    while (writes) {
      version += 1;
      whileSuspended = suspended ? whileSuspended + 1 : 0;
      const process = whileSuspended > urls.length ? urls.length - 1 : version % urls.length;
      isLocal.clear();
      const change: Change = { key, version, by: `${process}`, calledMs: null, ackedMs: null };
      judge.committed(change);
      const { status } = await sendTo(urls[process] ?? '', operatorToken)(
        'PATCH',
        `${path}/services/${service}`,
        { price_cents: firstPrice + version, duration_minutes: firstMinutes + version },
      );
      requests += 1;
      if (status === 200) change.calledMs = performance.now();
      else failed.push(`${status} of a change`);
      while (!(await isAcknowledged())) {
        if (!runs) return;
        await delay(readPauseMs);
      }
      const atMs = performance.now();
      if (suspended) unsettled.push({ change, atMs });
      else change.ackedMs = atMs;
      acknowledged[process] = (acknowledged[process] ?? 0) + 1;
      await delay(writePauseMs);
    }
  }

  const readers = urls.flatMap((_, process) =>
    pages.flatMap((page) => [readAll(process, page, false), readAll(process, page, true)]),
  );
  const writer = writeAll();
  return {
    acknowledged,
    isLocal,
    suspend() {
      suspended = true;
    },
    resume() {
      suspended = false;
      for (const { change } of unsettled.splice(0)) change.ackedMs = performance.now();
    },
    async stopWriting() {
      writes = false;
      await writer;
    },
    async stop() {
      writes = false;
      runs = false;
      await Promise.all([writer, ...readers]);
      return { requests, failed, violations, changes: version, staleForMs };
    },
  };
}

export const firstPrice = 1000;
export const firstMinutes = 10;
const versionOfPrice = (cents = 0): number => cents - firstPrice;
const versionOfDuration = (minutes: number): number => minutes - firstMinutes;
