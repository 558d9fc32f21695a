import { problems } from '@bookedbarber/contract';
import Fastify from 'fastify';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { problem } from '../problem.ts';
import { problemDetails } from './problem-details.ts';

/** The response of a route that throws `error`. */
async function responseTo(error: unknown) {
  const app = Fastify();
  problemDetails(app as never);
  app.get('/', () => {
    throw error;
  });
  const response = await app.inject({ url: '/' });
  await app.close();
  const { statusCode: status, headers, body: text } = response;
  return { status, headers, body: response.json(), text };
}

function databaseError(code: string): Error {
  const error = new pg.DatabaseError('relation "booking" of secret_user', 10, 'error');
  error.code = code;
  error.detail = 'Key (email)=(zoe@example.com) already exists.';
  return error;
}

describe('an error', () => {
  test.each(Object.entries(problems))(
    'with the code %s is sent with its status and title',
    async (code, { status, title }) => {
      const response = await responseTo(problem(code as keyof typeof problems));
      expect(response.status).toBe(status);
      expect(response.headers['content-type']).toBe('application/problem+json');
      expect(response.headers['cache-control']).toBe('no-store');
      expect(response.body).toMatchObject({ type: `urn:bookedbarber:problem:${code}`, title, status, code });
      expect(response.body).not.toHaveProperty('detail');
    },
  );

  test.each([
    ['23505', 409, 'record_conflict'],
    ['57014', 503, 'unavailable'],
    ['55P03', 503, 'unavailable'],
    ['53300', 503, 'unavailable'],
    ['57P01', 503, 'unavailable'],
    ['08006', 503, 'unavailable'],
    ['42P01', 500, 'internal_error'],
    ['22P02', 500, 'internal_error'],
  ])(
    'from PostgreSQL with the code %s is sent as %i %s without internals',
    async (code, status, expected) => {
      const response = await responseTo(databaseError(code));
      expect([response.status, response.body.code]).toEqual([status, expected]);
      expect(response.text).not.toMatch(/booking"|secret_user|zoe@|\d[0-9P]{4}/);
    },
  );

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN'])(
    'from the network with the code %s is sent as 503',
    async (code) => {
      const response = await responseTo(Object.assign(new Error('connect 10.0.0.7:5432'), { code }));
      expect([response.status, response.headers['retry-after']]).toEqual([503, '1']);
      expect(response.text).not.toContain('10.0.0.7');
    },
  );

  test.each([new TypeError('x of undefined'), 'a text', null, { statusCode: 200 }])(
    'of any other kind (%s) is sent as internal_error without details',
    async (error) => {
      const response = await responseTo(error);
      expect(response.body).toEqual({
        type: 'urn:bookedbarber:problem:internal_error',
        title: problems.internal_error.title,
        status: 500,
        code: 'internal_error',
        request_id: expect.any(String),
      });
    },
  );
});

test('a problem response includes the detail and the extras', async () => {
  const { body } = await responseTo(
    problem('slot_taken', 'Try later.', { next_free: ['2026-11-24T10:00:00Z'] }),
  );
  expect(body).toMatchObject({ detail: 'Try later.', next_free: ['2026-11-24T10:00:00Z'] });
});
