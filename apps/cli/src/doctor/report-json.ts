import type { CheckResult } from '../shared/checks/check-log.ts';
import { resultJson } from '../shared/checks/run-checks.ts';
import type { ServerReport } from './run-doctor.ts';

/** The output of `doctor --json`. */
export function reportJson(
  source: string,
  settings: readonly CheckResult[],
  servers: readonly ServerReport[],
) {
  const results = [...settings, ...servers.flatMap((server) => server.results)];
  return {
    healthy: results.every(({ outcome }) => outcome !== 'failed'),
    errors: results.flatMap(({ findings }) =>
      findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    ),
    settings: { source, checks: settings.map(resultJson) },
    servers: servers.map(({ target, results: checks, roundTrips }) => ({
      variable: target.variable,
      address: target.address,
      uses: target.uses,
      round_trip_ms: roundTrips,
      checks: checks.map(resultJson),
    })),
  };
}
