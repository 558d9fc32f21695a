import { UsageError } from '../user-error.ts';

/** The plan names the replication group and the connection limits, which AWS does not know. */
export function planRequired(): UsageError {
  return new UsageError('--aws requires the deployed plan.', {
    remediation: 'Add --plan FILE, the file that `bookedbarber plan --out FILE` wrote.',
  });
}
