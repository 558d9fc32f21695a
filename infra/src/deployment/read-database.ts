import type { Database, DeploymentError } from './deployment.ts';
import { Reader } from './form.ts';

const instanceType = /^(t4g|m7g|r7g)\.(micro|small|medium|large|xlarge|[248]xlarge)$/;
/** GiB that GP3 has in RDS; the most of it that grows fivefold is still one volume. */
const storage: [number, number] = [20, 8192];

/** The database of a deployment, if there is to be one, and what is wrong with it. */
export function readDatabase(deployment: Reader): { database: Database | null; errors: DeploymentError[] } {
  if (!deployment.has('database')) return { database: null, errors: [] };
  const reader = new Reader(deployment.value('database'), 'database', ['instanceType', 'storageGiB']);
  const database = {
    instanceType: reader.text(
      'instanceType',
      instanceType,
      'a type of the families t4g, m7g or r7g, such as t4g.medium',
    ),
    storageGiB: reader.integer('storageGiB', storage),
  };
  return { database, errors: reader.errors };
}
