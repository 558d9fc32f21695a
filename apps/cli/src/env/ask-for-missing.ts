import type { Prompt } from '../shared/terminal/ask.ts';
import type { neededInProduction } from './known-variables.ts';
import { type EndpointDefaults, redisUrlOf } from './redis-address.ts';

type Needed = (typeof neededInProduction)[number] | 'REDIS_PASSWORD';

/** What to ask, and whether the answer is a secret. What can be made up is not asked for. */
const questions: readonly { name: Needed; question: string; hidden: boolean }[] = [
  {
    name: 'PUBLIC_URL',
    question: 'Address under which clients reach the pages (https://…): ',
    hidden: false,
  },
  {
    name: 'DATABASE_URL',
    question: 'PostgreSQL (postgres://user:password@host:5432/name, not shown): ',
    hidden: true,
  },
  { name: 'REDIS_URL', question: 'Primary Endpoint of ElastiCache (host:6379): ', hidden: false },
  { name: 'REDIS_PASSWORD', question: 'Its AUTH token (not shown; empty: none): ', hidden: true },
  { name: 'SMTP_URL', question: 'Mail server (smtp://user:password@host:587, not shown): ', hidden: true },
  { name: 'MAIL_FROM', question: 'Address that mails come from: ', hidden: false },
];

/** Asks for what the file would still lack. An empty answer leaves it for later. */
export async function promptForMissing(
  ask: Prompt,
  present: ReadonlyMap<string, string>,
  endpoint: EndpointDefaults,
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const { name, question, hidden } of questions) {
    if (present.get(name)) continue;
    // Whoever named the server without a password meant one without a password.
    if (name === 'REDIS_PASSWORD' && !answers.has('REDIS_URL')) continue;
    const answer = await ask(question, { hidden });
    if (answer !== '') answers.set(name, name === 'REDIS_URL' ? redisUrlOf(answer, endpoint) : answer);
  }
  return answers;
}
