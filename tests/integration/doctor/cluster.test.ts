import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFaultProxy } from '../../../packages/redis-tier/src/testing/index.ts';
import { type PasswordRedis, startPasswordRedis } from '../../support/doctor/doctor-redis.ts';
import { examine, secret } from '../../support/doctor/doctor-target.ts';
import { type SixNodes, startSixNodes } from '../../support/doctor/six-nodes.ts';

const single = { REDIS_PASSWORD: secret };
const clustered = { ...single, REDIS_CLUSTER: 'true' };

let six: SixNodes;
let alone: PasswordRedis;
beforeAll(async () => {
  [six, alone] = await Promise.all([startSixNodes(), startPasswordRedis()]);
});
afterAll(async () => {
  await six?.close();
  await alone?.close();
});

const urlOf = (nodes: SixNodes['primaries']): string => nodes[0]?.url ?? '';

describe('a cluster of six nodes', () => {
  test('is healthy, whichever of its nodes is named: keys are followed to their owner', async () => {
    for (const node of [...six.primaries, six.replicas[0]]) {
      const { faults, text } = await examine({ args: [node?.url ?? ''], variables: clustered });
      expect(faults).toEqual([]);
      expect(text).toContain('on, 3 primaries for 16384 of 16384 slots');
      expect(text).toMatch(/ok +set, get, delete/);
    }
    for (const { admin } of six.primaries) expect(await admin.keys('*')).toEqual([]);
  });

  test('is told apart from a single server that the settings expect', async () => {
    const { faults, finding } = await examine({ args: [urlOf(six.primaries)], variables: single });
    expect(faults).toEqual(['cluster_mode_unexpected']);
    expect(finding('cluster_mode_unexpected').remediation).toContain('REDIS_CLUSTER=true');
  });

  test('has one database', async () => {
    const { faults } = await examine({ args: [`${urlOf(six.primaries)}/1`], variables: single });
    expect(faults).toContain('database_wrong');
    const settings = await examine({ args: [`${urlOf(six.primaries)}/1`], variables: clustered });
    expect(settings.faults).toEqual(['settings_wrong']);
  });

  test('is only as good as its least reachable node', async () => {
    const [, far] = six.primaries;
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: far?.port ?? 0 });
    proxy.refuse();
    // The node says of itself that it is where the proxy is, as one behind a closed security group would be.
    await far?.admin.config('SET', 'cluster-announce-port', String(proxy.port));
    const { faults, finding } = await examine({ args: [far?.url ?? ''], variables: clustered });
    await far?.admin.config('SET', 'cluster-announce-port', '0');
    await proxy.close();
    expect(faults).toContain('cluster_node_unreachable');
    expect(finding('cluster_node_unreachable').message).toContain(`127.0.0.1:${proxy.port}`);
  });

  test('with slots that nobody has is not whole', async () => {
    const [node] = six.primaries;
    await node?.admin.call('CLUSTER', 'DELSLOTS', '0');
    const { faults } = await examine({ args: [node?.url ?? ''], variables: clustered });
    await node?.admin.call('CLUSTER', 'ADDSLOTS', '0');
    expect(faults).toContain('cluster_not_whole');
  });
});

test('a single server is told apart from the cluster that the settings expect', async () => {
  const { faults } = await examine({ args: [alone.address], variables: clustered });
  expect(faults).toEqual(['cluster_mode_missing']);
});
