/** The contract of every outbox that jobs can use, whatever stores it. */
import { claimingContract } from './outbox-claiming.ts';
import { completingContract } from './outbox-completing.ts';
import { findingContract } from './outbox-finding.ts';
import type { OutboxUnderTest } from './outbox-subject.ts';
import type { Contract } from './promise.ts';

export type { OutboxUnderTest } from './outbox-subject.ts';

export const outboxContract: readonly Contract<OutboxUnderTest>[] = [
  ...findingContract,
  ...claimingContract,
  ...completingContract,
];
