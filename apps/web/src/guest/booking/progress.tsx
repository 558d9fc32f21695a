import type { Step } from './choice.ts';

export const stepNames: Record<Step, string> = {
  services: 'Services',
  barbers: 'Barber',
  time: 'Time',
  details: 'Details',
  booked: 'Booked',
};

const shown: Step[] = ['services', 'barbers', 'time', 'details'];

/** Where in the booking a visitor is; steps already done are ways back to them. */
export function Progress({ step, onStep }: { step: Step; onStep(step: Step): void }) {
  const at = shown.indexOf(step);
  return (
    <nav className="progress" aria-label="Steps of the booking">
      <ol>
        {shown.map((each, index) => (
          <li
            key={each}
            aria-current={index === at ? 'step' : undefined}
            data-done={index < at ? '' : undefined}
          >
            {index < at ? (
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
