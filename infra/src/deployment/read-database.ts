import type { Database, DeploymentError } from './deployment.ts';
import { Reader } from './field-reader.ts';

const instanceType = /^(t4g|m7g|r7g)\.(micro|small|medium|large|xlarge|[248]xlarge)$/;
/** GiB of a GP3 volume in RDS. The maximum leaves room to grow fivefold. */
const storage: [number, number] = [20, 8192];

/** Reads the database of a deployment, which is optional, and returns its errors. */
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
