import { setImmediate } from 'node:timers/promises';
import { openLog } from '../../../apps/server/src/main/logging.ts';

let closeLog: () => unknown = () => {};
const logger = openLog('info', (_name, close) => {
  closeLog = close;
});
for (let line = 0; line < 2000; line += 1) {
  logger.info('x'.repeat(1000));
  await setImmediate();
}
process.send?.('logged');
await closeLog();
process.exit(0);
