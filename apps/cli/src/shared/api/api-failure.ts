import { Problem } from '@bookedbarber/contract';
import { Value } from 'typebox/value';
import { Failure } from '../user-error.ts';

/** The server returned an error status. `problem` is its RFC 9457 problem document, if it sent one. */
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
  if (problem === undefined) return `The server responded to ${request} with status ${status}.`;
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
  if (status === 429) return 'The rate limit is exceeded. Try again later.';
  if (status === 503) return 'Check /readyz and the log of the server, then run the command again.';
  if (status >= 500) return 'Search the log of the server for the request id.';
  if (problem?.code === 'shop_not_found')
    return 'Run `bookedbarber shop list` to see the shops of this server.';
  if (problem === undefined)
    return 'Check that the URL is that of a BookedBarber server of the same version as this command.';
  return undefined;
}
