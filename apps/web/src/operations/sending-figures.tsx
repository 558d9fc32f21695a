import type { MessageStats } from '@bookedbarber/contract';

/** Messages by state, their lateness, and the delivery of each kind. */
export function DeliveryFigures({ stats }: { stats: MessageStats }) {
  const { states, late, lag_seconds: lag, paused: held, kinds, workers } = stats;
  const withoutQueue = workers.filter(({ delivers_from }) => delivers_from === 'outbox').length;
  return (
    <section className="operations-part" aria-labelledby="figures">
      <h2 id="figures">Current status</h2>
      <dl className="figures">
        <Figure name="late" value={late} bad={late > 0} />
        <Figure name="lag, seconds" value={Math.round(lag)} bad={late > 0} />
        <Figure name="paused" value={held} bad={false} />
        <Figure name="workers" value={workers.length} bad={workers.length === 0} />
        {Object.entries(states).map(([state, count]) => (
          <Figure key={state} name={state} value={count} bad={isStuck(state) && count > 0} />
        ))}
      </dl>
      {workers.length === 0 && (
        <p>No worker has reported in the last 30 seconds. No messages are sent until a worker runs.</p>
      )}
      {withoutQueue > 0 && <p>Workers that poll the database without the queue: {withoutQueue}.</p>}
      {kinds.length === 0 ? (
        <p className="soft">No message was sent in the last hour, and none is due.</p>
      ) : (
        // On a narrow screen only the table scrolls, so it must be focusable.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        <section className="wide" aria-label="Rates by kind" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col">Per minute</th>
                <th scope="col">Last hour</th>
                <th scope="col">Failed</th>
                <th scope="col">Due</th>
              </tr>
            </thead>
            <tbody>
              {kinds.map((kind) => (
                <tr key={kind.kind}>
                  <th scope="row">{kind.kind}</th>
                  <td>{(kind.sent_last_5_minutes / 5).toFixed(1)}</td>
                  <td>{kind.sent_last_hour}</td>
                  <td>{kind.failed_last_hour}</td>
                  <td>{kind.waiting}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

const isStuck = (state: string): boolean => state === 'dead' || state === 'unknown' || state === 'failed';

function Figure({ name, value, bad }: { name: string; value: number; bad: boolean }) {
  return (
    <div className={bad ? 'figure figure-bad' : 'figure'}>
      <dt>{name}</dt>
      <dd>{value.toLocaleString('en')}</dd>
    </div>
  );
}
