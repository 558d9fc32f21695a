import { problems } from '@bookedbarber/contract';
import Fastify from 'fastify';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { problem } from '../problem.ts';
import { problemDetails } from './problem-details.ts';

/** The answer of a route that throws `error`. */
async function answerTo(error: unknown) {
  const app = Fastify();
  problemDetails(app as never);
  app.get('/', () => {
    throw error;
  });
  const answer = await app.inject({ url: '/' });
  await app.close();
  return { status: answer.statusCode, headers: answer.headers, body: answer.json(), text: answer.body };
}

function databaseError(code: string): Error {
  const error = new pg.DatabaseError('relation "booking" of secret_user', 10, 'error');
  error.code = code;
  error.detail = 'Key (email)=(zoe@example.com) already exists.';
  return error;
}

describe('an error that is thrown', () => {
  test.each(Object.entries(problems))('as %s has its status and title', async (code, { status, title }) => {
    const answer = await answerTo(problem(code as keyof typeof problems));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toMatchObject({ type: `urn:bookedbarber:problem:${code}`, title, status, code });
    expect(answer.body).not.toHaveProperty('detail');
  });

  test.each([
    ['23505', 409, 'record_conflict'],
    ['57014', 503, 'unavailable'],
    ['55P03', 503, 'unavailable'],
    ['53300', 503, 'unavailable'],
    ['57P01', 503, 'unavailable'],
    ['08006', 503, 'unavailable'],
    ['42P01', 500, 'internal_error'],
    ['22P02', 500, 'internal_error'],
  ])('by PostgreSQL with %s is %i %s and tells nothing of the inside', async (code, status, expected) => {
    const answer = await answerTo(databaseError(code));
    expect([answer.status, answer.body.code]).toEqual([status, expected]);
    expect(answer.text).not.toMatch(/booking"|secret_user|zoe@|\d[0-9P]{4}/);
  });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN'])(
    'by the network with %s is 503',
    async (code) => {
      const answer = await answerTo(Object.assign(new Error('connect 10.0.0.7:5432'), { code }));
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(answer.text).not.toContain('10.0.0.7');
    },
  );

  test.each([new TypeError('x of undefined'), 'a text', null, { statusCode: 200 }])(
    'as %s is an internal error without a word of it',
    async (error) => {
      const answer = await answerTo(error);
      expect(answer.body).toEqual({
        type: 'urn:bookedbarber:problem:internal_error',
        title: problems.internal_error.title,
        status: 500,
        code: 'internal_error',
        request_id: expect.any(String),
      });
    },
  );
});

test('a refusal carries its sentence and its extras', async () => {
  const { body } = await answerTo(
    problem('slot_taken', 'Try later.', { next_free: ['2026-11-24T10:00:00Z'] }),
  );
  expect(body).toMatchObject({ detail: 'Try later.', next_free: ['2026-11-24T10:00:00Z'] });
});
