import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('burst-process.mjs', import.meta.url));

/** @typedef {{ contender: import('./contenders/all.mjs').ContenderName, options: import('./contenders/contender.mjs').ContenderOptions, key: string, checks: number }} BurstOrder */

/**
 * Several processes check one key at the same moment. Returns how many checks were admitted in total.
 *
 * @param {BurstOrder} order `checks` of each process
 * @param {number} processes
 */
export async function burst(order, processes) {
  const children = Array.from({ length: processes }, () => fork(entry));
  try {
    await Promise.all(
      children.map((child) => {
        const ready = once(child, 'message');
        child.send(order);
        return ready;
      }),
    );
    const counts = await Promise.all(
      children.map(async (child) => {
        const counted = once(child, 'message');
        child.send('go');
        const [admitted] = await counted;
        return Number(admitted);
      }),
    );
    return counts.reduce((sum, admitted) => sum + admitted, 0);
  } finally {
    for (const child of children) child.kill();
  }
}
