import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFaultProxy } from '../../../packages/redis-tier/src/testing/index.ts';
import { type PasswordRedis, startPasswordRedis } from '../../support/doctor/doctor-redis.ts';
import { runDoctor, secret } from '../../support/doctor/doctor-target.ts';
import { type SixNodes, startSixNodes } from '../../support/doctor/six-nodes.ts';

const single = { REDIS_PASSWORD: secret };
const clustered = { ...single, REDIS_CLUSTER: 'true' };

let cluster: SixNodes;
let singleServer: PasswordRedis;
beforeAll(async () => {
  [cluster, singleServer] = await Promise.all([startSixNodes(), startPasswordRedis()]);
});
afterAll(async () => {
  await cluster?.close();
  await singleServer?.close();
});

const urlOf = (nodes: SixNodes['primaries']): string => nodes[0]?.url ?? '';

describe('a cluster of six nodes', () => {
  test('is healthy for the address of any node, because redirects are followed', async () => {
    for (const node of [...cluster.primaries, cluster.replicas[0]]) {
      const { errors, text } = await runDoctor({ args: [node?.url ?? ''], variables: clustered });
      expect(errors).toEqual([]);
      expect(text).toContain('on, 3 primaries for 16384 of 16384 slots');
      expect(text).toMatch(/ok +set, get, delete/);
    }
    for (const { admin } of cluster.primaries) expect(await admin.keys('*')).toEqual([]);
  });

  test('is reported if the settings expect a single server', async () => {
    const { errors, finding } = await runDoctor({ args: [urlOf(cluster.primaries)], variables: single });
    expect(errors).toEqual(['cluster_mode_unexpected']);
    expect(finding('cluster_mode_unexpected').remediation).toContain('REDIS_CLUSTER=true');
  });

  test('supports only database 0', async () => {
    const { errors } = await runDoctor({ args: [`${urlOf(cluster.primaries)}/1`], variables: single });
    expect(errors).toContain('database_wrong');
    const settings = await runDoctor({ args: [`${urlOf(cluster.primaries)}/1`], variables: clustered });
    expect(settings.errors).toEqual(['settings_wrong']);
  });

  test('is reported if one node is unreachable', async () => {
    const [, node] = cluster.primaries;
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: node?.port ?? 0 });
    proxy.refuse();
    // The node announces the address of the proxy, which refuses connections like a closed security group.
    await node?.admin.config('SET', 'cluster-announce-port', String(proxy.port));
    const { errors, finding } = await runDoctor({ args: [node?.url ?? ''], variables: clustered });
    await node?.admin.config('SET', 'cluster-announce-port', '0');
    await proxy.close();
    expect(errors).toContain('cluster_node_unreachable');
    expect(finding('cluster_node_unreachable').message).toContain(`127.0.0.1:${proxy.port}`);
  });

  test('is reported if a slot is not assigned', async () => {
    const [node] = cluster.primaries;
    await node?.admin.call('CLUSTER', 'DELSLOTS', '0');
    const { errors } = await runDoctor({ args: [node?.url ?? ''], variables: clustered });
    await node?.admin.call('CLUSTER', 'ADDSLOTS', '0');
    expect(errors).toContain('cluster_not_whole');
  });
});

test('a single server is reported if the settings expect a cluster', async () => {
  const { errors } = await runDoctor({ args: [singleServer.address], variables: clustered });
  expect(errors).toEqual(['cluster_mode_missing']);
});
