import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** A server that says back what it hears. */
let echo: ReturnType<typeof createServer>;
let proxy: FaultProxy;
let client: Socket;
let heard = '';
let heardAtServer = '';

beforeEach(async () => {
  heard = '';
  heardAtServer = '';
  echo = createServer((socket) => {
    socket.on('data', (piece) => {
      heardAtServer += piece.toString();
      socket.write(piece);
    });
    socket.on('error', () => {});
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  client = connect(proxy.port, '127.0.0.1');
  client.on('data', (piece) => {
    heard += piece.toString();
  });
  client.on('error', () => {});
  await once(client, 'connect');
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
  echo.close();
});

async function isTracking(text: string): Promise<void> {
  while (!heard.includes(text)) await once(client, 'data');
}

function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

describe('a fault proxy', () => {
  test('passes everything on in order, also when the delay changes', async () => {
    for (let i = 0; i < 100; i++) {
      proxy.delay(i % 3);
      client.write(`${i},`);
    }
    await isTracking('99,');
    expect(heard).toBe(Array.from({ length: 100 }, (_, i) => `${i},`).join(''));
  });

  test('delays', async () => {
    proxy.delay(50);
    const startMs = performance.now();
    client.write('x');
    await isTracking('x');
    expect(performance.now() - startMs).toBeGreaterThan(95);
  });

  test('freezes one direction and loses nothing of it', async () => {
    client.write('a');
    await isTracking('a');
    proxy.freeze('toClient');
    client.write('b');
    while (!heardAtServer.includes('b')) await new Promise(setImmediate);
    expect(heard).toBe('a');
    proxy.thaw();
    await isTracking('b');
  });

  test('cuts, and refuses until it accepts again', async () => {
    client.write('a');
    await isTracking('a');
    expect(proxy.links).toHaveLength(1);
    proxy.refuse();
    await closed(client);
    const refused = connect(proxy.port, '127.0.0.1');
    refused.on('error', () => {});
    await closed(refused);
    proxy.accept();
    const accepted = connect(proxy.port, '127.0.0.1');
    accepted.write('again');
    expect(String((await once(accepted, 'data'))[0])).toBe('again');
    accepted.destroy();
  });
});
