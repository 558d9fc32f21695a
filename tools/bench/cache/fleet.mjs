import { startChild } from './children.mjs';

const processes = 4;
const callers = 200;
const loadMs = 300;

/** Loader calls of a fleet whose processes all miss the same key at the same time. @param {import('./contenders/all.mjs').Name} name @param {string} url */
export async function loaderCalls(name, url) {
  const fleet = Array.from({ length: processes }, () => startChild('fleet-process.mjs', name));
  try {
    await Promise.all(fleet.map((child) => child.request({ name, url, callers, loadMs })));
    const reports = await Promise.all(fleet.map((child) => child.request('go')));
    return reports.reduce((sum, { loads }) => sum + loads, 0);
  } finally {
    await Promise.all(fleet.map((child) => child.stop()));
  }
}
