import type { MessageStats } from '@bookedbarber/contract';

/** What workers do again and again, with the newest run of each. */
export function Tasks({ tasks }: { tasks: MessageStats['tasks'] }) {
  return (
    <section className="operations-part" aria-labelledby="tasks">
      <h2 id="tasks">What workers do by themselves</h2>
      {tasks.length === 0 ? (
        <p className="soft">No worker has run yet.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section className="wide" aria-label="Tasks" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Task</th>
                <th scope="col">Newest run</th>
                <th scope="col">What it came to</th>
                <th scope="col">Next</th>
              </tr>
            </thead>
            <tbody>
              {tasks.map(({ name, running, ended_at, outcome, failed, due_at }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{ended_at === null ? 'none' : <Moment at={ended_at} />}</td>
                  <td>
                    {failed && <strong>Failed: </strong>}
                    {outcome ?? ''}
                  </td>
                  <td>{running ? 'runs now' : <Moment at={due_at} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{new Date(at).toLocaleString('en')}</time>;
}
