import { durationBuckets, type RouteCounts } from './request-counts.ts';

const name = 'bookedbarber_http_request_duration_seconds';

/** Request durations as a histogram in the Prometheus text format, where buckets are cumulative. */
export function histogramText(routes: Iterable<RouteCounts>): string {
  const lines = [`# HELP ${name} Time from a request to the end of its response`, `# TYPE ${name} histogram`];
  for (const { method, route, buckets, count, seconds } of routes) {
    const labels = `method="${escapeLabel(method)}",route="${escapeLabel(route)}"`;
    let below = 0;
    durationBuckets.forEach((bound, at) => {
      below += buckets[at] ?? 0;
      lines.push(`${name}_bucket{${labels},le="${bound}"} ${below}`);
    });
    lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
    lines.push(`${name}_sum{${labels}} ${seconds}`, `${name}_count{${labels}} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"\n]/g, (it) => (it === '\n' ? '\\n' : `\\${it}`));
}
