/** What every outbox keeps to that jobs are to stand on, whatever holds it. */
import { claimingPromises } from './outbox-claiming.ts';
import { findingPromises } from './outbox-finding.ts';
import { settlingPromises } from './outbox-settling.ts';
import type { OutboxUnderTest } from './outbox-subject.ts';
import type { Promised } from './promise.ts';

export type { OutboxUnderTest } from './outbox-subject.ts';

export const outboxPromises: readonly Promised<OutboxUnderTest>[] = [
  ...findingPromises,
  ...claimingPromises,
  ...settlingPromises,
];
