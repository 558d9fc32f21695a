import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/**
 * The rotation's function as one file, as Lambda takes it out of a template: an account needs no bucket for it. The SDK is
 * left out, since Lambda brings it.
 */
export function functionCode(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../../rotation/handler.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['@aws-sdk/*'],
    conditions: ['bookedbarber-source'],
  });
  return outputFiles[0]?.text ?? '';
}
