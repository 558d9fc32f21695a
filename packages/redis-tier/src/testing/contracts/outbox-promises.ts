/** What every outbox keeps to that jobs are to stand on, whatever holds it. */
import { claimingContract } from './outbox-claiming.ts';
import { findingContract } from './outbox-finding.ts';
import { completingContract } from './outbox-settling.ts';
import type { OutboxUnderTest } from './outbox-subject.ts';
import type { Contract } from './promise.ts';

export type { OutboxUnderTest } from './outbox-subject.ts';

export const outboxContract: readonly Contract<OutboxUnderTest>[] = [
  ...findingContract,
  ...claimingContract,
  ...completingContract,
];
