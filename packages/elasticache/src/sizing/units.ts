import type { Dimension } from './fit.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** Formats bytes: 12.3 MiB, 842 MiB, 1.03 GiB. */
export function formatBytes(bytes: number): string {
  if (bytes >= gibibyte) return `${(bytes / gibibyte).toFixed(2)} GiB`;
  const mebibytes = bytes / mebibyte;
  return `${mebibytes.toFixed(mebibytes < 100 ? 1 : 0)} MiB`;
}

/** Formats a need or a capacity in the unit of its dimension. */
export function inUnits(name: Dimension['name'], value: number): string {
  if (name === 'memory') return formatBytes(value);
  if (name === 'cpu') return `${(value * 100).toFixed(1)} % of a core`;
  if (name === 'network') return `${(value / 1e6).toFixed(1)} Mbit/s`;
  return Math.ceil(value).toLocaleString('en');
}
