import type { Problem, ProblemCode } from '@bookedbarber/contract';
import { problems } from '@bookedbarber/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseUnavailable, isUniqueViolation } from '../../database/errors.ts';
import type { App } from '../app-type.ts';
import { ProblemError, type ProblemExtras, problem } from '../problem.ts';
import { constantHeaders } from './security-headers.ts';

/** Largest number of field errors in one response. */
const maxFieldErrors = 20;

/** Converts every error to an RFC 9457 problem with a stable code. Logs the details of server errors and hides them. */
export function problemDetails(app: App): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const converted = toProblem(error);
    if (converted.status >= 500) request.log.error({ err: error }, converted.message);
    return sendProblem(request, reply, converted);
  });
}

/** Sends a problem response. For use outside the error handler too. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: ProblemError): FastifyReply {
  if (error.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="bookedbarber"');
  // Load shedding has already set a random delay.
  if (error.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
  const { title, status } = problems[error.code];
  const body: Problem = {
    type: `urn:bookedbarber:problem:${error.code}`,
    title,
    status,
    code: error.code,
    ...(error.message === title ? {} : { detail: error.message }),
    request_id: request.id,
    ...error.extras,
  };
  return reply
    .code(status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .send(body);
}

/** Sends the problem for a URL that the router cannot process. No hook has run yet, so it sets the constant headers. */
export function sendRoutingError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  const routingProblem = tooLong
    ? problem('not_found')
    : problem('invalid_request', 'The request URL is not valid.');
  sendProblem(request, reply.headers(constantHeaders), routingProblem);
}

function toProblem(error: FastifyError): ProblemError {
  if (error instanceof ProblemError) return error;
  // JavaScript can throw any value, also null.
  if (!(error instanceof Error)) return problem('internal_error');
  if (error.validation !== undefined) return invalid(error);
  if (isDatabaseUnavailable(error)) return problem('unavailable');
  if (isUniqueViolation(error))
    return problem('record_conflict', 'Another request wrote the same record at the same time. Try again.');
  const code = frameworkCodes[error.code];
  if (code !== undefined) return problem(code);
  if (error.statusCode !== undefined && error.statusCode < 500)
    return problem('invalid_request', error.message);
  return problem('internal_error');
}

const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_HANDLER_TIMEOUT: 'unavailable',
};

function invalid(error: FastifyError): ProblemError {
  const part = error.validationContext ?? 'request';
  const errors: NonNullable<ProblemExtras['errors']> = (error.validation ?? [])
    .slice(0, maxFieldErrors)
    .map(({ instancePath, keyword, message, params }) => ({
      field: fieldOf(instancePath, params),
      message: messageOf(keyword, message, params),
    }));
  return problem('invalid_request', `The ${part} does not match the API schema.`, { errors });
}

/** JSON pointer to the invalid field. For a missing field, the pointer to the field instead of its object. */
function fieldOf(instancePath: string, params: Record<string, unknown>): string {
  const { missingProperty, additionalProperty } = params;
  const name = missingProperty ?? additionalProperty;
  return typeof name === 'string' ? `${instancePath}/${name}` : instancePath;
}

function messageOf(keyword: string, message: string | undefined, params: Record<string, unknown>): string {
  if (keyword === 'required') return 'is missing';
  if (keyword === 'additionalProperties') return 'is not a known field';
  if (keyword === 'pattern') return 'has invalid characters or an invalid format';
  if (keyword === 'format') return formatMessages[String(params['format'])] ?? 'is not valid';
  return message ?? 'is not valid';
}

const formatMessages: Readonly<Record<string, string>> = {
  date: 'is not a date, such as 2026-11-24',
  'date-time': 'is not a date and time with an offset, such as 2026-11-24T10:00:00-05:00',
  email: 'is not an email address',
  'time-zone': 'is not an IANA time zone, such as America/New_York',
  uuid: 'is not a valid UUID',
};
