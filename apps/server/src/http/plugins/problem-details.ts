import type { Problem, ProblemCode } from '@bookedbarber/contract';
import { problems } from '@bookedbarber/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseUnavailable, isUniqueViolation } from '../../database/errors.ts';
import type { App } from '../app-type.ts';
import { ProblemError, type ProblemExtras, problem } from '../problem.ts';
import { constantHeaders } from './security-headers.ts';

/** Most faulty fields that one answer lists. */
const maxErrors = 20;

/** Makes every error an RFC 9457 problem with a stable code. What is not ours to tell is logged and said in general. */
export function problemDetails(app: App): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = toProblem(error);
    if (known.status >= 500) request.log.error({ err: error }, known.message);
    return sendProblem(request, reply, known);
  });
}

/** Answers with a problem outside the error handler. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: ProblemError): FastifyReply {
  if (error.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="bookedbarber"');
  // A refusal by load has drawn its own time already.
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

/** Refuses an address that cannot even be looked up. No hook has run yet, so the constant headers are set here. */
export function refuseAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  const refusal = tooLong
    ? problem('not_found')
    : problem('invalid_request', 'The address is not a valid URL.');
  sendProblem(request, reply.headers(constantHeaders), refusal);
}

function toProblem(error: FastifyError): ProblemError {
  if (error instanceof ProblemError) return error;
  // Anything can be thrown, also null.
  if (!(error instanceof Error)) return problem('internal_error');
  if (error.validation !== undefined) return invalid(error);
  if (isDatabaseUnavailable(error)) return problem('unavailable');
  if (isUniqueViolation(error))
    return problem('record_conflict', 'The same record was written meanwhile; try again.');
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
    .slice(0, maxErrors)
    .map((fault) => ({
      field: fieldOf(fault.instancePath, fault.params),
      message: messageOf(fault.keyword, fault.message, fault.params),
    }));
  return problem('invalid_request', `The ${part} does not have the form that the API describes.`, { errors });
}

/** JSON pointer of the faulty field; a missing field is named itself, not the object that lacks it. */
function fieldOf(instancePath: string, params: Record<string, unknown>): string {
  const { missingProperty, additionalProperty } = params;
  const name = missingProperty ?? additionalProperty;
  return typeof name === 'string' ? `${instancePath}/${name}` : instancePath;
}

function messageOf(keyword: string, message: string | undefined, params: Record<string, unknown>): string {
  if (keyword === 'required') return 'is missing';
  if (keyword === 'additionalProperties') return 'is not known here';
  if (keyword === 'pattern') return 'has characters or a form that are not allowed here';
  if (keyword === 'format') return formatMessages[String(params['format'])] ?? 'is not valid';
  return message ?? 'is not valid';
}

const formatMessages: Readonly<Record<string, string>> = {
  date: 'is not a date, such as 2026-11-24',
  'date-time': 'is not a date and time with an offset, such as 2026-11-24T10:00:00-05:00',
  email: 'is not an e-mail address',
  'time-zone': 'is not an IANA time zone, such as America/New_York',
  uuid: 'is not an identifier of this server',
};
