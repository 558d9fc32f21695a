/**
 * The operations of CloudFormation, STS, S3 and ElastiCache that `provision` uses: the query protocol with XML, and PUT
 * of an object. It stores stacks. Change sets report the changes that a test sets, or else no replacements, so that the
 * command must detect replacements itself.
 */
import { describeParameters } from './cache-parameters.ts';
import {
  type FakeServer,
  queryError,
  queryReply,
  type Reply,
  startFakeHttpServer,
  xml,
} from './fake-http-server.ts';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;
type Change = { action: string; id: string; type: string; replacement: string; properties: string[] };
type Stack = { status: string; body: string; events: string[] };
type ChangeSet = { stack: string; body: string };

export type FakeCloudFormation = FakeServer & {
  stacks: Map<string, Stack>;
  changeSets: Map<string, ChangeSet>;
  objects: Map<string, string>;
  /** Actions in order of arrival. */
  actions: string[];
  /** Overrides the changes in the change set of a stack. */
  says: Map<string, Change[]>;
  /** Resources whose creation or update fails, with the reason. */
  fails: Map<string, string>;
  /** Outputs of stacks, by stack and name. */
  outputs: Map<string, Record<string, string>>;
  /** Parameters of every parameter group. */
  parameters: Map<string, string>;
  /** Actions that return an error. */
  refuses: Map<string, { code: string; message: string }>;
  account: string;
  /** Adds a stack as if it had been deployed before. */
  deployed(name: string, template: { Resources: Resources }): void;
};

export async function startCloudFormation(): Promise<FakeCloudFormation> {
  const state = {
    stacks: new Map<string, Stack>(),
    changeSets: new Map<string, ChangeSet>(),
    objects: new Map<string, string>(),
    actions: [] as string[],
    says: new Map<string, Change[]>(),
    fails: new Map<string, string>(),
    outputs: new Map<string, Record<string, string>>(),
    parameters: new Map<string, string>(),
    refuses: new Map<string, { code: string; message: string }>(),
    account: '123456789012',
  };
  const server = await startFakeHttpServer((request, body) => {
    if (request.method === 'PUT')
      return request.headers['x-amz-expected-bucket-owner'] === state.account
        ? put(request.url ?? '', body)
        : queryError('AccessDenied', 'The bucket belongs to another account', 403);
    const form = new URLSearchParams(body);
    const action = form.get('Action') ?? '';
    state.actions.push(action);
    const refusal = state.refuses.get(action);
    if (refusal !== undefined) return queryError(refusal.code, refusal.message, 403);
    return actions[action]?.(form) ?? queryError('InvalidAction', action);
  });

  const put = (url: string, body: string): Reply => {
    state.objects.set(new URL(url, 'http://store').pathname, body);
    return { body: '' };
  };
  const stackOf = (form: URLSearchParams) => form.get('StackName') ?? '';
  const setOf = (form: URLSearchParams) => state.changeSets.get(form.get('ChangeSetName') ?? '');
  const actions: Record<string, (form: URLSearchParams) => Reply> = {
    DescribeCacheParameters: (form) => describeParameters(form, state.parameters),
    GetCallerIdentity: () => queryReply('GetCallerIdentity', `<Account>${state.account}</Account>`),
    DescribeStacks: (form) => {
      const stack = state.stacks.get(stackOf(form));
      if (stack === undefined)
        return queryError('ValidationError', `Stack with id ${stackOf(form)} does not exist`);
      const outputs = Object.entries(state.outputs.get(stackOf(form)) ?? {}).map(
        ([name, value]) =>
          `<member><OutputKey>${name}</OutputKey><OutputValue>${xml(value)}</OutputValue></member>`,
      );
      return queryReply(
        'DescribeStacks',
        `<Stacks><member><StackName>${stackOf(form)}</StackName><StackStatus>${stack.status}</StackStatus><Outputs>${outputs.join('')}</Outputs></member></Stacks>`,
      );
    },
    GetTemplate: (form) =>
      queryReply(
        'GetTemplate',
        `<TemplateBody>${xml(state.stacks.get(stackOf(form))?.body ?? '')}</TemplateBody>`,
      ),
    CreateChangeSet: (form) => {
      const id = `arn:aws:cloudformation:us-east-1:${state.account}:changeSet/${form.get('ChangeSetName')}/${stackOf(form)}`;
      const path = new URL(form.get('TemplateURL') ?? 'https://none/').pathname;
      const bucket = new URL(form.get('TemplateURL') ?? 'https://none/').hostname.split('.')[0];
      const body = form.get('TemplateBody') ?? state.objects.get(`/${bucket}${path}`) ?? '';
      if (body === '') return queryError('ValidationError', 'S3 error: Access Denied');
      if (!state.stacks.has(stackOf(form)))
        state.stacks.set(stackOf(form), {
          status: 'REVIEW_IN_PROGRESS',
          body: '{"Resources":{}}',
          events: [],
        });
      state.changeSets.set(id, { stack: stackOf(form), body });
      return queryReply('CreateChangeSet', `<Id>${id}</Id><StackId>${stackOf(form)}-id</StackId>`);
    },
    DescribeChangeSet: (form) => {
      const set = setOf(form);
      if (set === undefined) return queryError('ChangeSetNotFound', 'ChangeSet does not exist', 404);
      const changes =
        state.says.get(set.stack) ?? differences(state.stacks.get(set.stack)?.body ?? '', set.body);
      if (changes.length === 0)
        return queryReply(
          'DescribeChangeSet',
          "<Status>FAILED</Status><StatusReason>The submitted information didn't contain changes. Submit different information to create a change set.</StatusReason>",
        );
      // One change per page, so that clients must handle pagination.
      const at = Number(form.get('NextToken') ?? 0);
      const next = at + 1 < changes.length ? `<NextToken>${at + 1}</NextToken>` : '';
      return queryReply(
        'DescribeChangeSet',
        `<Status>CREATE_COMPLETE</Status><Changes>${changes
          .slice(at, at + 1)
          .map(changeXml)
          .join('')}</Changes>${next}`,
      );
    },
    DeleteChangeSet: (form) => {
      state.changeSets.delete(form.get('ChangeSetName') ?? '');
      return queryReply('DeleteChangeSet', '');
    },
    ExecuteChangeSet: (form) => {
      const set = setOf(form);
      const stack = state.stacks.get(stackOf(form));
      if (set === undefined || stack === undefined) return queryError('ChangeSetNotFound', 'none', 404);
      execute(stackOf(form), stack, set, form.get('ClientRequestToken') ?? '');
      return queryReply('ExecuteChangeSet', '');
    },
    DescribeStackEvents: (form) => {
      const events = [...(state.stacks.get(stackOf(form))?.events ?? [])].reverse();
      // Two events per page, newest first.
      const at = Number(form.get('NextToken') ?? 0);
      const next = at + 2 < events.length ? `<NextToken>${at + 2}</NextToken>` : '';
      return queryReply(
        'DescribeStackEvents',
        `<StackEvents>${events.slice(at, at + 2).join('')}</StackEvents>${next}`,
      );
    },
  };

  const execute = (name: string, stack: Stack, set: ChangeSet, token: string): void => {
    const isNew = stack.status === 'REVIEW_IN_PROGRESS';
    const verb = isNew ? 'CREATE' : 'UPDATE';
    const changes = differences(stack.body, set.body);
    const failing = changes.find(({ id }) => state.fails.has(id));
    const addEvent = (id: string, physical: string, type: string, status: string, reason = '') =>
      stack.events.push(
        `<member><EventId>${stack.events.length}-${name}</EventId><StackId>${name}-id</StackId><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${xml(reason)}</ResourceStatusReason><ClientRequestToken>${token}</ClientRequestToken></member>`,
      );
    const addStackEvent = (status: string) =>
      addEvent(name, `${name}-id`, 'AWS::CloudFormation::Stack', status);
    addStackEvent(`${verb}_IN_PROGRESS`);
    for (const { id, type } of changes) {
      if (failing !== undefined && id !== failing.id) {
        addEvent(id, id, type, `${verb}_FAILED`, 'Resource creation cancelled');
        continue;
      }
      addEvent(id, id, type, `${verb}_${failing === undefined ? 'COMPLETE' : 'FAILED'}`, state.fails.get(id));
    }
    const end =
      failing === undefined ? `${verb}_COMPLETE` : isNew ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
    addStackEvent(end);
    stack.status = end;
    if (failing === undefined) stack.body = set.body;
  };
  return {
    ...state,
    ...server,
    get account() {
      return state.account;
    },
    set account(value: string) {
      state.account = value;
    },
    deployed: (name, template) =>
      void state.stacks.set(name, { status: 'UPDATE_COMPLETE', body: JSON.stringify(template), events: [] }),
  };
}

/** The changed resources and properties by name, none marked as a replacement. */
function differences(before: string, after: string): Change[] {
  const from = (JSON.parse(before) as { Resources: Resources }).Resources;
  const to = (JSON.parse(after) as { Resources: Resources }).Resources;
  const ids = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return ids.flatMap((id): Change[] => {
    const was = from[id];
    const is = to[id];
    const type = (is ?? was)?.Type ?? '';
    if (was === undefined) return [{ action: 'Add', id, type, replacement: '', properties: [] }];
    if (is === undefined) return [{ action: 'Remove', id, type, replacement: '', properties: [] }];
    const names = Object.keys({ ...was.Properties, ...is.Properties });
    const properties = names.filter(
      (name) => JSON.stringify(was.Properties?.[name]) !== JSON.stringify(is.Properties?.[name]),
    );
    return properties.length === 0 ? [] : [{ action: 'Modify', id, type, replacement: 'False', properties }];
  });
}

function changeXml({ action, id, type, replacement, properties }: Change): string {
  const recreation =
    replacement === 'True' ? 'Always' : replacement === 'Conditional' ? 'Conditionally' : 'Never';
  const details = properties.map(
    (name) =>
      `<member><Target><Attribute>Properties</Attribute><Name>${name}</Name><RequiresRecreation>${recreation}</RequiresRecreation></Target><Evaluation>Static</Evaluation></member>`,
  );
  const replaces = replacement === '' ? '' : `<Replacement>${replacement}</Replacement>`;
  return `<member><Type>Resource</Type><ResourceChange><Action>${action}</Action><LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType>${replaces}<Details>${details.join('')}</Details></ResourceChange></member>`;
}
