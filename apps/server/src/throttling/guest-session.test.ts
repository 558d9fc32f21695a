import { expect, test } from 'vitest';
import { createGuestSessions } from './guest-session.ts';

const nowMs = Date.UTC(2026, 10, 25);
const weekMs = 7 * 86_400_000;
const sessions = createGuestSessions({ secret: 's'.repeat(32), secure: true });
const cookie = sessions.begin(nowMs).split(';')[0] ?? '';

test('reads the session id from its cookie, also among other cookies', () => {
  const id = sessions.idIn(cookie, nowMs);
  expect(id).toMatch(/^[\w-]{16}$/);
  expect(sessions.idIn(`theme=dark; ${cookie}; lang=en`, nowMs)).toBe(id);
});

test('limits the cookie to the API and to HTTP, with an expiry, and to HTTPS if secure', () => {
  expect(sessions.begin(nowMs)).toMatch(/; Path=\/api; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/);
  const plain = createGuestSessions({ secret: 's'.repeat(32), secure: false });
  expect(plain.begin(nowMs)).not.toContain('Secure');
});

test('every session has a unique id', () => {
  const ids = Array.from({ length: 100 }, () => sessions.idIn(sessions.begin(nowMs).split(';')[0], nowMs));
  expect(new Set(ids).size).toBe(100);
});

const [, id = '', expires = '', signature = ''] = /=(.*)\.(\d+)\.(.*)/.exec(cookie) ?? [];
test.each([
  ['no header', undefined],
  ['an empty header', ''],
  ['another cookie', 'session=abc'],
  ['another id', `guest_session=${'A'.repeat(16)}.${expires}.${signature}`],
  ['a later expiry', `guest_session=${id}.${Number(expires) + 1}.${signature}`],
  ['a truncated signature', `guest_session=${id}.${expires}.${signature.slice(0, -1)}`],
  ['another cookie name with the same suffix', `not_${cookie}`],
  ['an oversized header', `${'x'.repeat(9000)}; ${cookie}`],
])('finds no session in %s', (_name, header) => expect(sessions.idIn(header, nowMs)).toBeNull());

test('a session expires after a week', () => {
  expect(sessions.idIn(cookie, nowMs + weekMs - 1000)).not.toBeNull();
  expect(sessions.idIn(cookie, nowMs + weekMs)).toBeNull();
});

test('rejects a session signed with another secret', () => {
  const others = createGuestSessions({ secret: 't'.repeat(32), secure: true });
  expect(others.idIn(cookie, nowMs)).toBeNull();
});
