import type { MessageStats } from '@bookedbarber/contract';

/** The scheduled tasks of the workers, with the last run of each. */
export function Tasks({ tasks }: { tasks: MessageStats['tasks'] }) {
  return (
    <section className="operations-part" aria-labelledby="tasks">
      <h2 id="tasks">Scheduled tasks</h2>
      {tasks.length === 0 ? (
        <p className="soft">No task has run yet.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        <section className="wide" aria-label="Tasks" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Task</th>
                <th scope="col">Last run</th>
                <th scope="col">Result</th>
                <th scope="col">Next run</th>
              </tr>
            </thead>
            <tbody>
              {tasks.map(({ name, running, ended_at, outcome, failed, due_at }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{ended_at === null ? 'never' : <Timestamp at={ended_at} />}</td>
                  <td>
                    {failed && <strong>Failed: </strong>}
                    {outcome ?? ''}
                  </td>
                  <td>{running ? 'running' : <Timestamp at={due_at} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Timestamp({ at }: { at: string }) {
  return <time dateTime={at}>{new Date(at).toLocaleString('en')}</time>;
}
