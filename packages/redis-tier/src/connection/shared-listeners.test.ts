import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { listen } from './shared-listeners.ts';

test('a client gets one listener for each event, however many listen, and none when all have stopped', () => {
  const client = new EventEmitter();
  const called: string[] = [];
  const stops = Array.from({ length: 30 }, (_, number) => [
    listen(client, 'ready', () => called.push(`ready ${number}`)),
    listen(client, 'close', () => called.push(`close ${number}`)),
  ]).flat();
  expect([client.listenerCount('ready'), client.listenerCount('close')]).toEqual([1, 1]);
  client.emit('ready');
  expect(called).toEqual(Array.from({ length: 30 }, (_, number) => `ready ${number}`));
  for (const stop of stops) stop();
  client.emit('close');
  expect(called).toHaveLength(30);
  expect(client.eventNames()).toEqual([]);
});

test('a listener that stops during an event prevents no other, and can begin again', () => {
  const client = new EventEmitter();
  const called: string[] = [];
  const stop = listen(client, 'ready', () => {
    called.push('one');
    stop();
    stop();
  });
  listen(client, 'ready', () => called.push('two'));
  client.emit('ready');
  client.emit('ready');
  expect(called).toEqual(['one', 'two', 'two']);
  listen(client, 'ready', () => called.push('three'));
  client.emit('ready');
  expect(called.slice(3)).toEqual(['two', 'three']);
});
