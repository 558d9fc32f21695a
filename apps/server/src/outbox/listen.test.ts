import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

test('a stop while the connection is being opened reports no error', async () => {
  // A server that rejects the connection during the stop.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = once(server, 'connection') as Promise<[Socket]>;
  const errors: Error[] = [];
  const listener = listen({
    server: { url: `postgres://nobody@127.0.0.1:${port}/none` },
    channels: ['messages'],
    applicationName: 'tests',
    onNotify: () => {},
    onError: (error) => errors.push(error),
  });
  try {
    const [socket] = await connection;
    await once(socket, 'data');
    listener.stop();
    const fields = Buffer.from('SFATAL\0C57P03\0Mnot now\0\0');
    const length = Buffer.alloc(4);
    length.writeInt32BE(fields.length + 4);
    socket.end(Buffer.concat([Buffer.from('E'), length, fields]));
    await once(socket, 'close');
    // The failed attempt would have reported its error by then.
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toEqual([]);
  } finally {
    server.close();
  }
});
