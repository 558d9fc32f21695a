import { expect, test } from 'vitest';
import { createGuestSessions } from './guest-session.ts';

const nowMs = Date.UTC(2026, 10, 25);
const weekMs = 7 * 86_400_000;
const sessions = createGuestSessions({ secret: 's'.repeat(32), secure: true });
const cookie = sessions.begin(nowMs).split(';')[0] ?? '';

test('a session that was begun is known by its id, among other cookies too', () => {
  const id = sessions.idIn(cookie, nowMs);
  expect(id).toMatch(/^[\w-]{16}$/);
  expect(sessions.idIn(`theme=dark; ${cookie}; lang=en`, nowMs)).toBe(id);
});

test('its cookie stays with our API, away from scripts, and ends', () => {
  expect(sessions.begin(nowMs)).toMatch(/; Path=\/api; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/);
  const plain = createGuestSessions({ secret: 's'.repeat(32), secure: false });
  expect(plain.begin(nowMs)).not.toContain('Secure');
});

test('every session has an id of its own', () => {
  const ids = Array.from({ length: 100 }, () => sessions.idIn(sessions.begin(nowMs).split(';')[0], nowMs));
  expect(new Set(ids).size).toBe(100);
});

const [, id = '', ends = '', signature = ''] = /=(.*)\.(\d+)\.(.*)/.exec(cookie) ?? [];
test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['another cookie', 'session=abc'],
  ['another id', `guest_session=${'A'.repeat(16)}.${ends}.${signature}`],
  ['a later end', `guest_session=${id}.${Number(ends) + 1}.${signature}`],
  ['a signature that is cut', `guest_session=${id}.${ends}.${signature.slice(0, -1)}`],
  ['a name that only ends so', `not_${cookie}`],
  ['more than a header should hold', `${'x'.repeat(9000)}; ${cookie}`],
])('%s is no session', (_name, header) => expect(sessions.idIn(header, nowMs)).toBeNull());

test('ends after a week', () => {
  expect(sessions.idIn(cookie, nowMs + weekMs - 1000)).not.toBeNull();
  expect(sessions.idIn(cookie, nowMs + weekMs)).toBeNull();
});

test('is not one of another secret', () => {
  const others = createGuestSessions({ secret: 't'.repeat(32), secure: true });
  expect(others.idIn(cookie, nowMs)).toBeNull();
});
