import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** A server that echoes what it receives. */
let echo: ReturnType<typeof createServer>;
let proxy: FaultProxy;
let client: Socket;
let received = '';
let receivedByServer = '';
let arrivedMs = 0;

beforeEach(async () => {
  received = '';
  receivedByServer = '';
  echo = createServer((socket) => {
    socket.on('data', (piece) => {
      receivedByServer += piece.toString();
      arrivedMs = performance.now();
      socket.write(piece);
    });
    socket.on('error', () => {});
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  client = connect(proxy.port, '127.0.0.1');
  client.on('data', (piece) => {
    received += piece.toString();
  });
  client.on('error', () => {});
  await once(client, 'connect');
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
  echo.close();
});

async function untilReceived(text: string): Promise<void> {
  while (!received.includes(text)) await once(client, 'data');
}

/** Sends data through a second proxy to the same server and waits for its echo, which the first proxy would send earlier. */
async function roundTripOf(text: string): Promise<void> {
  const other = await startFaultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  const socket = connect(other.port, '127.0.0.1');
  socket.write(text);
  expect(String((await once(socket, 'data'))[0])).toBe(text);
  socket.destroy();
  await other.close();
}

function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

describe('a fault proxy', () => {
  test('forwards all data in order, even when the delay changes', async () => {
    for (let i = 0; i < 100; i++) {
      proxy.delay(i % 3);
      client.write(`${i},`);
    }
    await untilReceived('99,');
    expect(received).toBe(Array.from({ length: 100 }, (_, i) => `${i},`).join(''));
  });

  test('delays data in both directions', async () => {
    proxy.delay(50);
    const sentMs = performance.now();
    client.write('x');
    await untilReceived('x');
    const receivedMs = performance.now();
    expect(arrivedMs - sentMs).toBeGreaterThan(45);
    expect(receivedMs - arrivedMs).toBeGreaterThan(45);
  });

  test('freezes one direction without losing data', async () => {
    client.write('a');
    await untilReceived('a');
    proxy.freeze('toClient');
    client.write('b');
    while (!receivedByServer.includes('b')) await new Promise(setImmediate);
    await roundTripOf('c');
    expect(received).toBe('a');
    proxy.thaw();
    await untilReceived('b');
    expect(received).toBe('ab');
  });

  test('cuts connections, and refuses new ones until it accepts again', async () => {
    client.write('a');
    await untilReceived('a');
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
