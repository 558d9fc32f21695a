import { startChild } from './children.mjs';

const processes = 4;
const callers = 200;
const loadMs = 300;

/** How often the loader runs when all of a fleet miss the same key at once. @param {import('./contenders/all.mjs').Name} name @param {string} url */
export async function loaderCalls(name, url) {
  const fleet = Array.from({ length: processes }, () => startChild('fleet-process.mjs', name));
  try {
    await Promise.all(fleet.map((child) => child.ask({ name, url, callers, loadMs })));
    const reports = await Promise.all(fleet.map((child) => child.ask('go')));
    return reports.reduce((sum, { loads }) => sum + loads, 0);
  } finally {
    await Promise.all(fleet.map((child) => child.end()));
  }
}
