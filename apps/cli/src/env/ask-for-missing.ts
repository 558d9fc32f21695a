import type { Prompt } from '../shared/terminal/ask.ts';
import type { neededInProduction } from './known-variables.ts';
import { type EndpointDefaults, redisUrlOf } from './redis-address.ts';

type Needed = (typeof neededInProduction)[number] | 'REDIS_PASSWORD';

/** The prompts; `hidden` ones are for secrets. Values that can be generated have no prompt. */
const questions: readonly { name: Needed; question: string; hidden: boolean }[] = [
  {
    name: 'PUBLIC_URL',
    question: 'Public URL of the booking pages (https://…): ',
    hidden: false,
  },
  {
    name: 'DATABASE_URL',
    question: 'PostgreSQL URL (postgres://user:password@host:5432/name, hidden): ',
    hidden: true,
  },
  { name: 'REDIS_URL', question: 'ElastiCache Primary Endpoint (host:6379): ', hidden: false },
  { name: 'REDIS_PASSWORD', question: 'AUTH token (hidden; empty for none): ', hidden: true },
  { name: 'SMTP_URL', question: 'Mail server URL (smtp://user:password@host:587, hidden): ', hidden: true },
  { name: 'MAIL_FROM', question: 'Sender address of emails: ', hidden: false },
];

/** Prompts for the missing variables. An empty answer leaves a variable unset. */
export async function promptForMissing(
  ask: Prompt,
  present: ReadonlyMap<string, string>,
  endpoint: EndpointDefaults,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const { name, question, hidden } of questions) {
    if (present.get(name)) continue;
    // If REDIS_URL is already set and no password is, the server requires none.
    if (name === 'REDIS_PASSWORD' && !answers.has('REDIS_URL')) continue;
    const answer = await ask(question, { hidden });
    if (answer !== '') answers.set(name, name === 'REDIS_URL' ? redisUrlOf(answer, endpoint) : answer);
  }
  return answers;
}
