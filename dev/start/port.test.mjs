import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { requireFreePort } from './port.mjs';

it('rejects a port that is in use, and waits for one that is about to be released', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const waiting = expect(requireFreePort(port, { waitMs: 60_000 })).resolves.toBeUndefined();
  const refused = requireFreePort(port, { waitMs: 0 });
  await expect(refused).rejects.toThrow(new RegExp(`Port ${port} is in use[\\s\\S]*PORT=3000 npm start`));
  // The first one has tried the port as well, and waits.
  server.close();
  await waiting;
});
