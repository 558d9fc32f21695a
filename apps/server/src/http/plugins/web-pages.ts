import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app-type.ts';
import { problem } from '../problem.ts';
import { sendProblem } from './problem-details.ts';

const root = fileURLToPath(new URL('../../../../web/dist/', import.meta.url));
const yearSeconds = 31_536_000;

/** Serves the built pages. Addresses of pages are answered with the one document, which finds its page itself. */
export async function webPages(app: App): Promise<void> {
  if (!existsSync(root)) {
    app.log.warn('the pages are not built, only the API answers: run npm run build');
    app.setNotFoundHandler((request, reply) => sendProblem(request, reply, problem('not_found')));
    return;
  }
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Names of built assets carry a digest of their content, so they never change.
      const immutable = path.includes('/assets/');
      reply.header('cache-control', immutable ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
    },
  });
  app.setNotFoundHandler((request, reply) =>
    isPage(request) ? reply.sendFile('index.html') : sendProblem(request, reply, problem('not_found')),
  );
}

/** The address of a page has no file ending; an asset or an API route that is not there is told so. */
function isPage({ method, url }: FastifyRequest): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return method === 'GET' && !path.startsWith('/api/') && !/\.[a-z0-9]+$/i.test(path);
}
