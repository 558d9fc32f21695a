import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listeningInodes, requireFreePort } from './port.mjs';

describe('the check of the port', () => {
  /** @type {import('node:net').Server} */
  let server;
  let port = 0;

  beforeEach(async () => {
    server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterEach(() => {
    server.close();
  });

  it('names the port and the mend when it is taken', async () => {
    const check = requireFreePort({ port, host: '127.0.0.1', portIsChosen: true }, { waitMs: 0 });
    await expect(check).rejects.toThrow(new RegExp(`Port ${port} is taken by [\\s\\S]*PORT=\\d+ npm start`));
  });

  it.runIf(process.platform === 'linux')('names the process that has it', async () => {
    const check = requireFreePort({ port, host: '127.0.0.1', portIsChosen: false }, { waitMs: 0 });
    await expect(check).rejects.toThrow(`process ${process.pid} (`);
  });

  it('waits for a server that is just going', async () => {
    const check = requireFreePort({ port, host: '127.0.0.1', portIsChosen: true }, { waitMs: 10_000 });
    server.close();
    await expect(check).resolves.toBeUndefined();
  });
});

it('finds listening sockets, and no others, in the table of the kernel', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41 1 0',
    '   1: 0100007F:0BB8 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 42 1 0',
    '   2: 0100007F:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 43 1 0',
  ].join('\n');
  expect(listeningInodes(table, 3000)).toEqual(['41']);
});
