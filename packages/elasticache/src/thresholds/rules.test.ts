import { expect, test } from 'vitest';
import { rules } from './rules.ts';
import { defaultThresholds } from './thresholds.ts';

/** When each alarm fires, and how urgent it is. A change here changes the alarms of every deployment. */
test('each rule evaluates its metric over these periods, and has this severity', () => {
  const actual = rules.map(({ name, evaluation, comparison, severity, missingData }) => {
    const { statistic, periodSeconds, datapointsToAlarm, evaluationPeriods } = evaluation;
    const periods = `${statistic} of ${periodSeconds} s, ${datapointsToAlarm} of ${evaluationPeriods}`;
    return [name, periods, comparison, severity, missingData];
  });
  expect(actual).toEqual([
    ['memory_high', 'Average of 60 s, 5 of 5', 'above', 'ticket', 'missing'],
    ['memory_full', 'Average of 60 s, 5 of 5', 'above', 'page', 'missing'],
    ['evictions', 'Sum of 300 s, 2 of 2', 'above', 'ticket', 'notBreaching'],
    ['connections', 'Maximum of 60 s, 10 of 10', 'above', 'ticket', 'missing'],
    ['hit_rate', 'Sum of 900 s, 3 of 4', 'below', 'ticket', 'notBreaching'],
    ['cpu', 'Average of 60 s, 5 of 5', 'above', 'page', 'missing'],
    ['engine_cpu_high', 'Average of 60 s, 5 of 5', 'above', 'ticket', 'missing'],
    ['engine_cpu_full', 'Average of 60 s, 5 of 5', 'above', 'page', 'missing'],
    ['cpu_credits', 'Minimum of 300 s, 3 of 3', 'below', 'ticket', 'missing'],
    ['network_in', 'Sum of 60 s, 5 of 5', 'above', 'ticket', 'missing'],
    ['network_out', 'Sum of 60 s, 5 of 5', 'above', 'ticket', 'missing'],
    ['traffic_management', 'Maximum of 60 s, 3 of 5', 'above', 'page', 'missing'],
    ['freeable_memory', 'Minimum of 60 s, 5 of 5', 'below', 'page', 'missing'],
    ['swap', 'Average of 60 s, 5 of 5', 'above', 'page', 'missing'],
    ['replication_lag', 'Average of 60 s, 15 of 15', 'above', 'ticket', 'notBreaching'],
    ['authentication_failures', 'Sum of 300 s, 1 of 1', 'above', 'ticket', 'notBreaching'],
  ]);
});

test('the default thresholds are these', () => {
  expect(defaultThresholds).toEqual({
    memoryTicketPercent: 80,
    memoryPagePercent: 90,
    corePercent: 90,
    engineTicketPercent: 70,
    enginePagePercent: 90,
    connectionsPercent: 90,
    hitRatePercent: 85,
    hitRateLookups: 500,
    evictions: 0,
    replicationLagSeconds: 30,
    creditPercent: 20,
    freeableBytes: 100_000_000,
    swapBeyondFreeableBytes: 0,
    authenticationFailures: 0,
    networkPackets: 0,
    trafficManagement: 0,
  });
});
