import { openMemoryOutbox } from './memory-outbox.ts';
import { describeOutbox } from './outbox-contract.ts';

describeOutbox('memory', async () => openMemoryOutbox());
