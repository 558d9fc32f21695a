import { Problem } from '@bookedbarber/contract';
import { Value } from 'typebox/value';
import { Failure } from '../user-error.ts';

/** The server refused a request. `status` is the HTTP status, `problem` its explanation where it gave one. */
export class ApiFailure extends Failure {
  override name = 'ApiFailure';
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(request: string, status: number, body: unknown) {
    const problem = Value.Check(Problem, body) ? body : undefined;
    const remediation = remediationFor(status, problem);
    super(problem?.code ?? `http_${status}`, messageFor(request, status, problem), {
      details: detailsOf(problem),
      ...(remediation === undefined ? {} : { remediation }),
    });
    this.status = status;
    this.problem = problem;
  }
}

function messageFor(request: string, status: number, problem: Problem | undefined): string {
  if (problem === undefined) return `The server answered ${request} with status ${status}.`;
  const { title, detail } = problem;
  return detail === undefined || detail === title ? `${title}.` : `${title}: ${detail}`;
}

function detailsOf(problem: Problem | undefined): string[] {
  const fields = (problem?.errors ?? []).map(({ field, message }) => `${field}: ${message}`);
  const id = problem?.request_id;
  return id === undefined ? fields : [...fields, `request id ${id}`];
}

function remediationFor(status: number, problem: Problem | undefined): string | undefined {
  if (status === 401 || status === 403) {
    return (
      'Check the operator token: BOOKEDBARBER_OPERATOR_TOKEN, --token-file, or operatorToken in the ' +
      'secrets.json of the data folder.'
    );
  }
  if (status === 429) return 'The server limits how fast it takes requests. Try again a little later.';
  if (status === 503) return 'Look at /readyz of the server and at its log; then run the same command again.';
  if (status >= 500) return 'Look for the request id in the log of the server.';
  if (problem?.code === 'shop_not_found') return '`bookedbarber shop list` shows the shops of this server.';
  if (problem === undefined)
    return 'Is this the address of a BookedBarber server, of the same version as this command?';
  return undefined;
}
