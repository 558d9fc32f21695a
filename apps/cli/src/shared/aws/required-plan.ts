import { UsageError } from '../user-error.ts';

/** AWS knows neither which of its groups is meant, nor how many connections the processes may hold. */
export function planRequired(): UsageError {
  return new UsageError('--aws wants the plan that was built.', {
    remediation: 'Add --plan FILE, as `bookedbarber plan --out FILE` saved it.',
  });
}
