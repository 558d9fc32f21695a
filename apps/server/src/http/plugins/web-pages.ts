import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app-type.ts';
import { problem } from '../problem.ts';
import { sendProblem } from './problem-details.ts';

const root = fileURLToPath(new URL('../../../../web/dist/', import.meta.url));
const yearSeconds = 31_536_000;

/** Serves the built web app. Every page URL returns index.html, because routing happens in the browser. */
export async function webPages(app: App): Promise<void> {
  if (!existsSync(root)) {
    app.log.warn('the web pages are not built, serving only the API: run npm run build');
    app.setNotFoundHandler((request, reply) => sendProblem(request, reply, problem('not_found')));
    return;
  }
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Names of built assets contain a digest of their content, so the content of a URL never changes.
      const immutable = path.includes('/assets/');
      reply.header('cache-control', immutable ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
    },
  });
  app.setNotFoundHandler((request, reply) =>
    isPage(request) ? reply.sendFile('index.html') : sendProblem(request, reply, problem('not_found')),
  );
}

/** Page URLs have no file extension. Unknown assets and API routes get 404. */
function isPage({ method, url }: FastifyRequest): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return method === 'GET' && !path.startsWith('/api/') && !/\.[a-z0-9]+$/i.test(path);
}
