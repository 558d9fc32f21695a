import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/**
 * Bundles the rotation function into one file for inline code in the template, which needs no bucket. The SDK is
 * external, because the Lambda runtime includes it.
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
