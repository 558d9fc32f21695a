import { expect, test } from 'vitest';
import { findNodeType } from '../facts/node-types.ts';
import { readingsOfAlarms } from './alarm-readings.ts';
import { type AlarmDefinition, alarmDefinitions } from './alarms.ts';
import { findings } from './findings.ts';
import type { WatchTarget } from './rule.ts';
import { rules } from './rules.ts';

function targetOf(nodeType: string): WatchTarget {
  const node = findNodeType(nodeType);
  if (node === undefined) throw new Error('unknown node type');
  return { group: 'shop', node, clusterMode: false, shards: 1, replicasPerShard: 1, connectionsAllowed: 200 };
}
const target = targetOf('cache.t4g.small');
const alarms = alarmDefinitions(target);
const alarmOf = (rule: string, index = 0): AlarmDefinition => {
  const found = alarms.filter((alarm) => alarm.rule === rule)[index];
  if (found === undefined) throw new Error(`no alarm for ${rule}`);
  return found;
};
const limitOf = (alarm: AlarmDefinition) => alarm.threshold;

/** One value per period, of which `beyond` exceed the limit. */
function values(alarm: AlarmDefinition, beyond: number): number[] {
  const step = alarm.comparison === 'GreaterThanThreshold' ? 1 : -1;
  return Array.from(
    { length: alarm.evaluationPeriods },
    (_, at) => limitOf(alarm) + (at < beyond ? step : -step),
  );
}

test('every rule has a finding exactly when its alarm would be in ALARM', () => {
  // Every rule applies to one of these node types.
  const tested = ['cache.t4g.small', 'cache.r6g.xlarge'].flatMap((nodeType) => {
    const of = targetOf(nodeType);
    return alarmDefinitions(of).map((alarm) => {
      const hasFinding = (beyond: number) =>
        findings(readingsOfAlarms([{ alarm, values: values(alarm, beyond) }]), of).some(
          ({ rule }) => rule.name === alarm.rule,
        );
      expect([alarm.name, hasFinding(alarm.datapointsToAlarm - 1)]).toEqual([alarm.name, false]);
      expect([alarm.name, hasFinding(alarm.datapointsToAlarm)]).toEqual([alarm.name, true]);
      return alarm.rule;
    });
  });
  expect(new Set(tested)).toEqual(new Set(rules.map(({ name }) => name)));
});

test('the reading of several nodes is the worst one', () => {
  const [first, second] = [alarmOf('cpu', 0), alarmOf('cpu', 1)];
  const readings = readingsOfAlarms([
    { alarm: first, values: values(first, 0) },
    { alarm: second, values: values(second, 5) },
  ]);
  expect(readings.CPUUtilization).toBe(limitOf(second) + 1);
});

test('a metric with too few values has no reading, unless its alarm treats missing data as not breaching', () => {
  const cpu = alarmOf('cpu');
  expect(readingsOfAlarms([{ alarm: cpu, values: [99, 99] }])).toEqual({});
  const evictions = alarmOf('evictions');
  const readings = readingsOfAlarms([{ alarm: evictions, values: [5] }]);
  expect(readings.Evictions).toBe(0);
  expect(findings(readings, target)).toEqual([]);
});
