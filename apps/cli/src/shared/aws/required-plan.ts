import { WrongUsage } from '../user-error.ts';

/** AWS knows neither which of its groups is meant, nor how many connections the processes may hold. */
export function planWanted(): WrongUsage {
  return new WrongUsage('--aws wants the plan that was built.', {
    mend: 'Add --plan FILE, as `bookedbarber plan --out FILE` saved it.',
  });
}
