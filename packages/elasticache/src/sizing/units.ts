import type { Dimension } from './fit.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** Bytes as people read them: 12.3 MiB, 1.03 GiB. */
export function bytesInWords(bytes: number): string {
  return bytes < gibibyte / 2
    ? `${(bytes / mebibyte).toFixed(1)} MiB`
    : `${(bytes / gibibyte).toFixed(2)} GiB`;
}

/** A need or a limit in the unit of its dimension. */
export function inUnits(name: Dimension['name'], value: number): string {
  if (name === 'memory') return bytesInWords(value);
  if (name === 'cpu') return `${(value * 100).toFixed(1)} % of a core`;
  if (name === 'network') return `${(value / 1e6).toFixed(1)} Mbit/s`;
  return Math.ceil(value).toLocaleString('en');
}
