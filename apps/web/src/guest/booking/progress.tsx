import type { Step } from './choice.ts';

export const stepNames: Record<Step, string> = {
  services: 'Services',
  barbers: 'Barber',
  time: 'Time',
  details: 'Details',
  booked: 'Booked',
};

const shown: Step[] = ['services', 'barbers', 'time', 'details'];

/** The current step of the booking. Completed steps are buttons that lead back to them. */
export function Progress({ step, onStep }: { step: Step; onStep(step: Step): void }) {
  const current = shown.indexOf(step);
  return (
    <nav className="progress" aria-label="Booking steps">
      <ol>
        {shown.map((each, index) => (
          <li
            key={each}
            aria-current={index === current ? 'step' : undefined}
            data-done={index < current ? '' : undefined}
          >
            {index < current ? (
              <button type="button" onClick={() => onStep(each)}>
                {stepNames[each]}
              </button>
            ) : (
              <span>{stepNames[each]}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
