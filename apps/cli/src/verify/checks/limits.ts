import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { count } from '../../shared/terminal/words.ts';
import type { Site, SiteResponse } from '../site.ts';

/** Path for the checks of limits and cache. It exists in every installation. */
export const listPath = '/api/v1/shops';

/** Checks that the API enforces rate limits and reports them in headers. */
export async function checkLimits(site: Site): Promise<CheckValue<true>> {
  const first = await site.get(listPath);
  const second = await site.get(listPath);
  const windows = windowsOf(second);
  if (windows.size === 0 || second.headers['x-ratelimit-limit'] === undefined) {
    return { detail: '', value: true, findings: [limitsMissing] };
  }
  const detail = [...windows].map(([name, { limit }]) => `${count(limit)} per ${name}`).join(', ');
  if (second.status === 429) return { detail, value: true, findings: [limitExceeded] };
  const before = windowsOf(first);
  const isCounted = [...windows].some(([name, { left }]) => left < (before.get(name)?.left ?? 0));
  return { detail, value: true, findings: isCounted ? [] : [notCounted] };
}

/** RateLimit-Policy and RateLimit: a list with `"name";q=limit;w=seconds` and one with `"name";r=remaining;t=seconds`. */
function windowsOf({ headers }: SiteResponse): Map<string, { limit: number; left: number }> {
  const left = parameters(headers['ratelimit'], 'r');
  const windows = new Map<string, { limit: number; left: number }>();
  for (const [name, limit] of parameters(headers['ratelimit-policy'], 'q')) {
    const remaining = left.get(name);
    if (remaining !== undefined) windows.set(name, { limit, left: remaining });
  }
  return windows;
}

function parameters(field: string | string[] | undefined, parameter: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const item of String(field ?? '').split(',')) {
    const name = /^\s*"([a-z]+)"/.exec(item)?.[1];
    const value = new RegExp(`;${parameter}=(\\d+)`).exec(item)?.[1];
    if (name !== undefined && value !== undefined) found.set(name, Number(value));
  }
  return found;
}

const limitsMissing: Finding = {
  code: 'limits_missing',
  severity: 'error',
  message: 'The API responses lack the rate limit headers.',
  cause: 'RATE_LIMIT_ENABLED is false, or a proxy removes RateLimit-Policy, RateLimit and X-RateLimit-*.',
  remediation: 'Set RATE_LIMIT_ENABLED=true and deploy, and make the proxy forward these headers.',
};

const notCounted: Finding = {
  code: 'limits_not_counting',
  severity: 'error',
  message: 'A second request did not reduce the remaining requests.',
  cause: 'A proxy responds from its own cache, or the two requests came from different addresses.',
  remediation:
    'Exclude /api/ from the cache of the proxy. For your own proxies, set TRUSTED_PROXIES to their networks.',
};

const limitExceeded: Finding = {
  code: 'limit_used_up',
  severity: 'warning',
  message: 'This address has exceeded its rate limit (429).',
  cause:
    'This address sent many requests, or TRUSTED_PROXIES does not contain the proxy, so that all clients count as one.',
  remediation:
    'Wait a minute and try again. If the problem persists, set TRUSTED_PROXIES to the networks of the load balancer.',
};
