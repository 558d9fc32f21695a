import { describeOutbox, type OutboxUnderTest } from '../redis-tier/jobs/outbox-contract.ts';
import { openSqlOutbox } from './setup/sql-outbox.ts';

describeOutbox('PostgreSQL', async (): Promise<OutboxUnderTest> => openSqlOutbox());
