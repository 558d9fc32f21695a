import type { CheckValue } from '../../shared/checks/check-log.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import { count } from '../../shared/terminal/words.ts';
import type { Answer, Site } from '../site.ts';

/** What is asked for to see limits and cache at work: every installation has it. */
export const listPath = '/api/v1/shops';

/** Whether the API holds its callers to limits and tells them so. */
export async function checkLimits(site: Site): Promise<CheckValue<true>> {
  const first = await site.get(listPath);
  const second = await site.get(listPath);
  const windows = windowsOf(second);
  if (windows.size === 0 || second.headers['x-ratelimit-limit'] === undefined) {
    return { detail: '', value: true, findings: [limitsMissing] };
  }
  const detail = [...windows].map(([name, { limit }]) => `${count(limit)} ${each(name)}`).join(', ');
  if (second.status === 429) return { detail, value: true, findings: [usedUp] };
  const before = windowsOf(first);
  const isCounted = [...windows].some(([name, { left }]) => left < (before.get(name)?.left ?? 0));
  return { detail, value: true, findings: isCounted ? [] : [notCounted] };
}

function each(window: string): string {
  return `${window === 'hour' ? 'an' : 'a'} ${window}`;
}

/** RateLimit-Policy and RateLimit: a list with `"name";q=limit;w=seconds` and one with `"name";r=remaining;t=seconds`. */
function windowsOf({ headers }: Answer): Map<string, { limit: number; left: number }> {
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
  message: 'The API does not say to what limits it holds its callers.',
  cause:
    'RATE_LIMIT_ENABLED is false, or a proxy in between takes RateLimit-Policy, RateLimit and X-RateLimit-* out.',
  remediation: 'Set RATE_LIMIT_ENABLED=true and deploy; let the proxy pass these headers on.',
};

const notCounted: Finding = {
  code: 'limits_not_counting',
  severity: 'error',
  message: 'Two requests counted no more than one.',
  cause:
    'Something in between answers for the server from a cache of its own, or the two came from different addresses.',
  remediation:
    'Take /api/ out of the cache of the proxy; with proxies of your own set TRUSTED_PROXIES to their networks.',
};

const usedUp: Finding = {
  code: 'limit_used_up',
  severity: 'warning',
  message: 'This address has used its limit up: the API refuses it (429).',
  cause:
    'Many requests came from here, or TRUSTED_PROXIES does not name the proxy, so that all callers count as one.',
  remediation:
    'Wait a minute and try again; if it stays so, set TRUSTED_PROXIES to the networks of the load balancer.',
};
