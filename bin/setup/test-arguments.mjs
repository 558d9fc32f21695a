import { UserError } from './trouble.mjs';

/**
 * @param {readonly string[]} args
 * @returns {{ onNewestNode: boolean, vitest: string[] }}
 */
export function readTestArguments(args) {
  const vitest = [...args];
  const at = vitest.findIndex((arg) => arg === '--node' || arg.startsWith('--node='));
  if (at < 0) return { onNewestNode: false, vitest };
  const wanted =
    vitest[at] === '--node' ? vitest.splice(at, 2)[1] : vitest.splice(at, 1)[0]?.slice('--node='.length);
  if (wanted === 'latest') return { onNewestNode: true, vitest };
  throw new UserError(
    `--node ${wanted ?? ''} is not known.`,
    'Use `--node latest` for the newest Node with long-term support. For another one, run npm with that Node.',
  );
}
