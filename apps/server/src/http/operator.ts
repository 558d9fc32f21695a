import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { problem } from './problem.ts';

export type OperatorCheck = ReturnType<typeof createOperatorCheck>;

/** Authenticates operators by the bearer token of the installation, compared in constant time. */
export function createOperatorCheck(operatorToken: string) {
  const expected = digest(operatorToken);
  const isOperator = (request: FastifyRequest): boolean => {
    const token = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1];
    return token !== undefined && timingSafeEqual(digest(token), expected);
  };
  return {
    isOperator,

    /** An onRequest hook, so it runs before the body is read. Throws unauthorized. */
    async requireOperator(request: FastifyRequest): Promise<void> {
      if (!isOperator(request))
        throw problem('unauthorized', 'Send the operator token as: Authorization: Bearer TOKEN.');
    },
  };
}

/** Digests have a fixed length, so the comparison does not reveal the length of the token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
