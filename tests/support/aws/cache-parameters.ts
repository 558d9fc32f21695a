import { queryReply, type Reply } from './fake-http-server.ts';

/** The parameters of a group, one per page, so that clients must handle pagination. */
export function describeParameters(form: URLSearchParams, parameters: ReadonlyMap<string, string>): Reply {
  const at = Number(form.get('Marker') ?? 0);
  const [name, value] = [...parameters][at] ?? [];
  const marker = at + 1 < parameters.size ? `<Marker>${at + 1}</Marker>` : '';
  const parameter =
    name === undefined
      ? ''
      : `<Parameter><ParameterName>${name}</ParameterName><ParameterValue>${value}</ParameterValue></Parameter>`;
  return queryReply('DescribeCacheParameters', `${marker}<Parameters>${parameter}</Parameters>`);
}
