import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { Html, html } from './html.ts';

export type MailboxMail = Selectable<Database['outboxMailbox']>;

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #1c1b1a; background: #fff; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; }
th, td { text-align: left; padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid #d6d3d0; vertical-align: top; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; background: #f5f4f2; }
iframe { width: 100%; height: 24rem; border: 1px solid #8a8580; }
`;

/** Allows no scripts, no images and only the page's own style. The frame that shows a mail inherits it. */
export const mailboxPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function mailboxList(
  mails: readonly Pick<MailboxMail, 'id' | 'recipient' | 'subject' | 'createdAt'>[],
) {
  return page(
    'Mailbox',
    html`<h1>Mailbox</h1>
<p>Messages of this development server. They are not sent.</p>
${
  mails.length === 0
    ? html`<p>No messages yet.</p>`
    : html`<table>
<caption>Newest first</caption>
<thead><tr><th scope="col">Time</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead>
<tbody>
${mails.map(
  (mail) => html`<tr><td>${timeOf(mail.createdAt)}</td><td>${mail.recipient}</td>
<td><a href="/mailbox/${mail.id}">${mail.subject}</a></td></tr>
`,
)}</tbody>
</table>`
}`,
  );
}

export function mailboxMail(mail: MailboxMail): string {
  return page(
    mail.subject,
    html`<p><a href="/mailbox">All messages</a></p>
<h1>${mail.subject}</h1>
<p>To ${mail.recipient}, ${timeOf(mail.createdAt)}</p>
<h2>Text</h2>
<pre>${mail.textBody}</pre>
<h2>HTML</h2>
<iframe title="The message as HTML" sandbox srcdoc="${mail.htmlBody}"></iframe>
${mail.calendar === null ? '' : html`<h2>booking.ics</h2>\n<pre>${mail.calendar}</pre>`}`,
  );
}

function timeOf(date: Date): Html {
  const iso = date.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body><main>
${content}
</main></body>
</html>
`.text;
}
